"""The state of the network: one reader for four settings, and what each state lets happen."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.network_state import (
    DONE,
    ENDING,
    SHUT_OFF,
    TAMPERED,
    NetworkState,
    is_ending,
    is_paused_by_hand,
    network_state,
    tampered_pages,
)
from bot.store.store import STATE, Store, put_setting

BOT = Path(bot.__file__).parent
WRITERS = {
    "network_state.py",
    "steps/take_in.py",  # the shut-off page as it was read
    "steps/tampered.py",
    "steps/wind_down.py",
}
"""Who names the settings: the reader, and who decides each."""
PAUSERS = {
    "network_state.py",
    "cli/network_commands.py",
    "store/backup.py",
    "store/decisions.py",
    "store/newest.py",
    "store/store.py",
}


def _set(store: Store, **settings: str) -> None:
    names = {"by_hand": STATE, "shut_off": SHUT_OFF, "tampered": TAMPERED, "ending": ENDING}
    with store.write() as tx:
        for name, value in settings.items():
            put_setting(tx, names[name], value)


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({}, NetworkState.OPEN),
        ({"by_hand": "open", "shut_off": "no", "tampered": ""}, NetworkState.OPEN),
        ({"by_hand": "paused"}, NetworkState.PAUSED),
        ({"tampered": '["A"]'}, NetworkState.TAMPERED),
        ({"tampered": '["A"]', "by_hand": "paused"}, NetworkState.TAMPERED),
        ({"ending": "begun", "tampered": '["A"]'}, NetworkState.WINDING_DOWN),
        ({"shut_off": "yes"}, NetworkState.SHUT_OFF),
        ({"shut_off": "yes", "ending": "begun"}, NetworkState.SHUT_OFF),
        ({"ending": DONE}, NetworkState.ENDED),
        ({"ending": DONE, "shut_off": "yes"}, NetworkState.ENDED),
    ],
)
def test_what_outlasts_the_others_is_the_state(
    store: Store, settings: dict[str, str], state: NetworkState
) -> None:
    """Of several that hold, who looks is told the one that somebody has to wait for longest."""
    _set(store, **settings)
    with store.read() as tx:
        assert network_state(tx) is state
        assert state.acts == (state is NetworkState.OPEN)
        assert state.says_goodbye == (state is NetworkState.WINDING_DOWN)


def test_it_acts_only_where_nothing_at_all_holds_it(store: Store) -> None:
    """All 16 combinations: one of them is open."""
    choices = [("", "paused"), ("no", "yes"), ("", '["A"]'), ("", "begun")]
    open_ones = []
    for by_hand, shut_off, tampered, ending in itertools.product(*choices):
        _set(store, by_hand=by_hand, shut_off=shut_off, tampered=tampered, ending=ending)
        with store.read() as tx:
            acts = network_state(tx).acts
            assert is_paused_by_hand(tx) == (by_hand == "paused")
            assert is_ending(tx) == bool(ending)
            assert tampered_pages(tx) == (["A"] if tampered else [])
        if acts:
            open_ones.append((by_hand, shut_off, tampered, ending))
    assert open_ones == [("", "no", "", "")]


def test_nobody_else_reads_the_settings() -> None:
    """Who would read one of the four alone would sometimes say something else than the others."""
    named: dict[str, set[str]] = {}
    for path in sorted(BOT.rglob("*.py")):
        names = set(_names(path))
        named[path.relative_to(BOT).as_posix()] = names
    users = {room for room, names in named.items() if names & {"SHUT_OFF", "TAMPERED", "ENDING"}}
    assert users <= WRITERS
    assert {room for room, names in named.items() if "STATE" in names} <= PAUSERS


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
