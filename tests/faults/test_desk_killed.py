"""kill -9 between any two statements of a press at the desk, and the press made again."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.casework.effects import Door
from bot.casework.states import Case, Outcome, State
from bot.desk.app import create_app
from bot.store import cases
from bot.store.schema import case_keys, case_secrets, links, outbox, talk
from stage.mariadb import Server, server
from tests.fakes import network as fakes
from tests.fakes.network import SALMA, SVEN, FakeNetwork
from tests.unit.desk.conftest import Browser

PLACES = ("before_cursor_execute", "commit")
"""The last moment before each statement, and before what was done is kept."""
STEP = 1 if os.environ.get("PEER_SUPPORT_FAULTS") == "whole" else 3
"""With all other tests, each third place; `scripts/test --faults` takes every one."""
ONE_AT_A_TIME = "policy: {offers_at_once: 1}\n"


def press(fake: FakeNetwork, name: str, door: Door, *buttons: str) -> None:
    """Press buttons behind the links that somebody was mailed; dead links open nothing."""
    network = fake.network
    desk = Browser(create_app(network.config, network.store, network.messages, network.clock))
    for token in fake.tokens(name, door):
        path = f"/{door.value}/{token}"
        for do in buttons:
            answer = desk.get(path)
            if answer.status == 200 and do in answer.page.fields:
                typed = {"text": "I am here."} if do == "write" else {}
                desk.press(path, do, **typed)


def accept(fake: FakeNetwork) -> None:
    """Let Salma say yes."""
    press(fake, "Salma", Door.OFFER, "accept")


def talk_a_little(fake: FakeNetwork) -> None:
    """Let Salma have her link and write a message."""
    accept(fake)
    fake.once()
    press(fake, "Salma", Door.CASE, "open", "take", "write")


def hand_back(fake: FakeNetwork) -> None:
    """Let Salma hand it back."""
    press(fake, "Salma", Door.CASE, "open", "hand-back")


def withdraw(fake: FakeNetwork) -> None:
    """Let Rosa take it back."""
    press(fake, "Rosa", Door.STATUS, "open", "withdraw")


@dataclass(frozen=True)
class Press:
    """What was before, what is pressed while the desk may die, and how it must be afterwards."""

    before: Callable[[FakeNetwork], None]
    do: Callable[[FakeNetwork], None]
    ends: Callable[[FakeNetwork], None]


def is_accepted(fake: FakeNetwork) -> None:
    """Salma has the case, and one link to it came to her."""
    assert the_case(fake).supporter == SALMA
    assert len(fake.tokens("Salma", Door.CASE)) == 1
    assert told(fake)["case-link"] == told(fake)["accepted"] == 1


def is_handed_back(fake: FakeNetwork) -> None:
    """Sven is asked now; what Salma and Rosa wrote is gone, and Rosa heard of it once."""
    case = the_case(fake)
    assert case.state is State.OFFERED
    assert [offer.supporter for offer in case.live_offers] == [SVEN]
    assert told(fake)["handed-back"] == 1
    assert rows(fake, talk) == []
    assert [row["secret"] for row in rows(fake, case_keys)] == ["identity", "story"]


def is_withdrawn(fake: FakeNetwork) -> None:
    """Everything is gone, and Salma was told once, and only that it has ended."""
    case = the_case(fake)
    assert case.outcome is Outcome.WITHDRAWN
    assert rows(fake, talk) == rows(fake, case_keys) == rows(fake, case_secrets) == []
    assert all(row["ended_at"] is not None for row in rows(fake, links))
    assert told(fake)["ended-supporter"] == 1


PRESSES = {
    "acceptance": Press(lambda _: None, accept, is_accepted),
    "hand-back": Press(talk_a_little, hand_back, is_handed_back),
    "withdrawal": Press(talk_a_little, withdraw, is_withdrawn),
}


def the_case(fake: FakeNetwork) -> Case:
    """Read the only case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored.case


def rows(fake: FakeNetwork, table: Any) -> list[dict[str, Any]]:
    """Read a table."""
    with fake.store.read() as tx:
        return [dict(row) for row in tx.connection.execute(select(table)).mappings()]


def told(fake: FakeNetwork) -> Counter[str]:
    """Count the mails that were queued, by kind."""
    return Counter(row["kind"] for row in rows(fake, outbox))


def assert_half_done_is_nothing(fake: FakeNetwork) -> None:
    """Check that case, links, mails and secrets tell one story, also before anybody goes on."""
    case, kinds = the_case(fake), told(fake)
    supported = case.state is State.SUPPORTED
    kept = [row["secret"] for row in rows(fake, case_keys)]
    sealed = {row["secret"] for row in rows(fake, case_secrets)}
    assert set(kept) == sealed | ({"conversation"} if rows(fake, talk) else set())
    assert (case.supporter is not None) is supported
    assert kinds["case-link"] == kinds["accepted"]
    if case.state is State.CLOSED:
        assert kept == []
    elif kinds["case-link"]:
        assert supported is (kinds["handed-back"] == 0)
    alive = {row["door"] for row in rows(fake, links) if row["ended_at"] is None}
    assert (
        alive
        <= {
            State.OFFERED: {"offer", "status"},
            State.WAITING: {"status"},
            State.SUPPORTED: {"case", "status"},
            State.CLOSED: set(),
        }[case.state]
    )


class Killer:
    """Kills its own process at the n-th place where it could die."""

    def __init__(self, at: int) -> None:
        self.left = at

    def here(self, *_: Any) -> None:
        """Pass a place where the process could die."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(folder: Path, at: int, do: Callable[[FakeNetwork], None]) -> bool:
    """Press in a process of its own that dies at the n-th place; False when it lived."""
    child = os.fork()
    if child == 0:
        try:
            fake, killer = fakes.make(folder), Killer(at)
            for place in PLACES:
                event.listen(fake.store.engine, place, killer.here)
            do(fake)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def begin(folder: Path, pressed: Press, more: str = "") -> None:
    """Make a network in which everything is ready for the press."""
    fake = fakes.make(folder, more=ONE_AT_A_TIME + more)
    fake.ask(languages=["de", "fr"], channels=["desk"])
    fake.once()
    pressed.before(fake)
    fake.once()
    fake.store.close()


def go_on(folder: Path, pressed: Press) -> None:
    """Look at what is left, press again, let the worker run, and look once more."""
    fake = fakes.make(folder)
    assert_half_done_is_nothing(fake)
    pressed.do(fake)
    fake.once()
    assert_half_done_is_nothing(fake)
    pressed.ends(fake)
    fake.store.close()


@pytest.mark.parametrize("name", PRESSES)
def test_killed_at_any_statement_the_press_was_made_or_was_not(tmp_path: Path, name: str) -> None:
    """Wherever the desk dies, the next press ends it well, and nobody is told twice."""
    pressed = PRESSES[name]
    begun = tmp_path / "begun"
    begin(begun, pressed)
    place, died, killed = 1 - STEP, True, -1
    while died:
        place += STEP
        killed += 1
        folder = tmp_path / str(place)
        shutil.copytree(begun, folder)
        died = killed_at(folder, place, pressed.do)
        go_on(folder, pressed)
        shutil.rmtree(folder)
    assert place > 20, "the press was not made"
    print(f"{name}: killed at {killed} places: lost 0")


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a MariaDB of the tests' own."""
    with server(tmp_path_factory.mktemp("m")) as running:
        yield running


@pytest.mark.parametrize("name", PRESSES)
def test_killed_around_the_commit_on_mariadb(tmp_path: Path, mariadb: Server, name: str) -> None:
    """The server takes back what a dead desk had begun, and lets the next one in at once."""
    pressed = PRESSES[name]
    begin(tmp_path / "count", pressed, f"database: {mariadb.new_database()}\n")
    places = _places(tmp_path / "count", pressed)
    for at in (places // 2, places - 1, places):
        folder = tmp_path / str(at)
        begin(folder, pressed, f"database: {mariadb.new_database()}\n")
        assert killed_at(folder, at, pressed.do)
        go_on(folder, pressed)


def _places(folder: Path, pressed: Press) -> int:
    """Count the places where the desk could die."""
    fake, killer = fakes.make(folder), Killer(0)
    for place in PLACES:
        event.listen(fake.store.engine, place, killer.here)
    pressed.do(fake)
    fake.store.close()
    return -killer.left
