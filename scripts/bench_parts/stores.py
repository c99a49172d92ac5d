"""What one case costs the store, on SQLite's file and on a MariaDB of the same machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_parts.figures import Figure, plain, seconds
from bot.casework import case as life
from bot.casework import events as on
from bot.config.model import Policy
from bot.store import cases
from bot.store.cases import Asked, Identity, Story
from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store
from stage.mariadb import server

CASES = 200
SUPPORTER, OTHER = 11, 12
_ASKED = Asked("de", ("de", "en"), ("alone",), ("desk", "wikimail"), ())
_STORY = Story("So much is written, on the average. " * 8, (), ("heron", "oak", "reed"))
_HOUR = timedelta(hours=1)

Say = Callable[[str], None]


def measure(say: Say) -> Iterator[Figure]:
    """Lead the same cases from the request to the end on both, each step a transaction."""
    group = f"One case in the store, from its request to its end ({CASES} of them)"
    with TemporaryDirectory() as folder:
        say("cases on SQLite")
        file = _cost(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield plain(group, "SQLite", f"{seconds(file)} for {len(_life()) + 1} transactions")
        say("cases on MariaDB")
        with server(Path(folder) / "mariadb", durable=True) as mariadb:
            there = _cost(mariadb.new_database())
    yield plain(group, "MariaDB, over its socket", f"{seconds(there)}, {there / file:.1f} × SQLite")


def _cost(url: str) -> float:
    keyring = Keyring(bytes(range(32)))
    create_store(url, keyring)
    store = open_store(url, keyring)
    try:
        _lead(store, 0)  # what is slow only once
        begun = time.perf_counter()
        for number in range(1, CASES + 1):
            _lead(store, number)
        return (time.perf_counter() - begun) / CASES
    finally:
        store.close()


def _lead(store: Store, number: int) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC) + number * _HOUR
    policy = Policy()
    with store.write() as tx:
        step = life.receive(f"{number:08}", notify=True, now=now)
        who = Identity(10_000 + number, "Rosa", ("Somebody",))
        case_id = cases.take_in(tx, step, _ASKED, who, _STORY, policy=policy, now=now)
    for event in _life():
        with store.write() as tx:
            cases.happened(tx, case_id, event, now=now, policy=policy)


def _life() -> tuple[on.Event, ...]:
    again = datetime(2027, 1, 1, tzinfo=UTC)
    return (
        on.Looked((on.Chosen(SUPPORTER), on.Chosen(OTHER)), possible=True, again_at=again),
        on.OfferSent(SUPPORTER),
        on.OfferSent(OTHER),
        on.Declined(OTHER),
        on.Accepted(SUPPORTER, has_room=True),
        on.Taken(SUPPORTER),
        on.Wrote(on.Side.SUPPORTER),
        on.Closed(on.Side.REQUESTER),
    )
