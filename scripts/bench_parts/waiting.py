"""Requests put into the store as `take_in` would, so that what follows can be measured alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench_parts.place import LANGUAGE
from bot import app
from bot.casework import case as life
from bot.casework.events import Chosen, Looked
from bot.config import Config
from bot.store import cases
from bot.store.store import Tx
from stage.asking import ALPHABET
from stage.network import StagedNetwork

# No account has such an id; nobody is told anything, so nobody looks them up.
FIRST_REQUESTER = 10_000_000
_REF_CHARACTERS = 8


def put_waiting(network: StagedNetwork, number: int, first: int = 0) -> None:
    """Let so many requests wait for their first offer."""
    config, store = app.open_config_and_store(str(network.config_file), network.environment)
    now = app.clock()
    try:
        with store.write() as tx:
            for place in range(first, first + number):
                _put(tx, config, place, now)
    finally:
        store.close()


def put_offered(network: StagedNetwork, number: int, supporters: list[int]) -> None:
    """Let so many requests have been offered, the mails of which wait for a day."""
    config, store = app.open_config_and_store(str(network.config_file), network.environment)
    now = app.clock()
    later = now + timedelta(days=1)
    try:
        with store.write() as tx:
            for place in range(number):
                case_id = _put(tx, config, place, now)
                chosen = Chosen(supporters[place % len(supporters)], later)
                event = Looked((chosen,), possible=True, again_at=later)
                cases.happened(tx, case_id, event, now=now, policy=config.policy)
    finally:
        store.close()


def _put(tx: Tx, config: Config, place: int, now: datetime) -> int:
    return cases.take_in(
        tx,
        life.receive(_ref(place), notify=False, now=now),
        cases.Asked(LANGUAGE, (LANGUAGE,), ("alone",), ("desk", "wikimail"), ()),
        cases.Identity(FIRST_REQUESTER + place, f"Requester {place}", ()),
        cases.Story("I would like to talk to somebody.", (), ("amber", "tiger", "window")),
        policy=config.policy,
        now=now,
    )


def _ref(place: int) -> str:
    letters = []
    for _ in range(_REF_CHARACTERS):
        place, letter = divmod(place, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
