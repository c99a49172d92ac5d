"""Everything that is stored has a lifetime, the page tells it, and it is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.config import load
from bot.store import accounts, cases, complaints, intake
from bot.store.fields import FIELDS, ROWS
from bot.store.lifetimes import WINDOW_HOURS, Ends, silent_hours
from bot.store.schema import metadata
from bot.store.store import Tx
from bot.wiki.intake import WINDOW
from stage.data_page import PAGE, ROOT, drawn
from tests.fakes.network import ROSA, FakeNetwork, make
from tests.fakes.wiki import BOT_ID

RAVI = 8
STAYS = {Ends.NETWORK, Ends.SUPPORTER, Ends.UNDECIDED}
"""What no time ends: the words of each say what does."""


def test_every_column_is_answered_for() -> None:
    """A new column without a lifetime, or a lifetime without a column, fails here."""
    stored = {table.name: set(table.columns.keys()) for table in metadata.sorted_tables}
    assert {name: set(fields) for name, fields in FIELDS.items()} == stored
    assert set(ROWS) == set(stored)


def test_the_page_is_as_drawn() -> None:
    """docs/data.md tells what the code does."""
    config = load(ROOT / "config" / "peer-support.example.yaml", {})
    assert PAGE.read_text("utf-8") == drawn(PAGE.read_text("utf-8"), config)


def test_the_promise_of_fifty_hours_holds() -> None:
    """A page key goes after 50 hours at most, whatever an operator writes (P3)."""
    config = load(ROOT / "config" / "peer-support.example.yaml", {})
    assert Ends.PAGE_KEY.worst_hours(config) == 50
    assert timedelta(hours=WINDOW_HOURS) == WINDOW


def filled(folder: Path) -> FakeNetwork:
    """Give a network in which every table has something in it, and all of it has just ended."""
    fake = make(folder)
    token = secrets.token_urlsafe(16)
    fake.ask(status_token=token, message="a story", prefer=["women"])
    fake.once()
    [offer] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    [case] = fake.tokens("Salma", Door.CASE)
    fake.happened(Door.CASE, case, on.Taken)
    fake.wrote(Door.CASE, case, Side.SUPPORTER, "hello")
    fake.ask(RAVI, languages=["fr"])  # somebody waits, and is helped by somebody else
    with fake.store.write() as tx:
        accounts.ask(tx, Door.ASK, "Ravi", "en", fake.clock())
    fake.once()
    with fake.store.write() as tx:
        accounts.ask(tx, Door.ME, "Nobody at all", "en", fake.clock())
    fake.happened(Door.STATUS, token, lambda _: on.Complained(Side.REQUESTER))
    with fake.store.write() as tx:
        [complaint] = complaints.undecided(tx)
        complaints.decide(tx, complaint.id, complaints.Decision.NOTHING, fake.clock())
    fake.happened(Door.CASE, case, lambda _: on.Closed(Side.SUPPORTER))
    [offer] = fake.tokens("Sven", Door.OFFER)
    fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    [case] = fake.tokens("Sven", Door.CASE)
    fake.happened(Door.CASE, case, lambda _: on.Closed(Side.SUPPORTER))
    fake.once()
    return fake


def held(tx: Tx) -> dict[tuple[str, str, Any], Any]:
    """Give everything that is stored, by table, column and row."""
    everything = {}
    for table in metadata.sorted_tables:
        for row in tx.connection.execute(select(table)).mappings():
            key = tuple(row[column.name] for column in table.primary_key)
            everything.update({(table.name, name, key): value for name, value in row.items()})
    return everything


def test_time_takes_everything_when_it_is_said_to(tmp_path: Path) -> None:
    """Hour by hour after a case has closed, each field is gone by its worst case."""
    fake = filled(tmp_path)
    with fake.store.read() as tx:
        before = held(tx)
        assert {table for table, _, _ in before} >= set(FIELDS) - {"talk", "sign_ins"}
    fake.wiki.save(BOT_ID, "a later revision, so that none of before is the newest")
    config, start = fake.network.config, fake.clock()
    limits = {one: one.worst_hours(config) for one in Ends if one not in STAYS}
    for hours in sorted({limit for limit in limits.values() if limit is not None}):
        fake.clock.now = start + timedelta(hours=hours)
        fake.once()
        with fake.store.read() as tx:
            now = held(tx)
        for (table, name, key), value in before.items():
            ends = FIELDS[table][name].ends or ROWS[table]
            limit = limits.get(ends)
            if limit is None or limit > hours or value in (None, [], 0, False):
                continue
            left = now.get((table, name, key))
            assert left in (None, []), f"{table}.{name} is there {hours} hours later"


@pytest.mark.parametrize("accepted", [False, True], ids=["waiting", "accepted"])
def test_an_open_case_closes_by_itself(tmp_path: Path, accepted: bool) -> None:
    """When nobody does anything a case ends within the hours that the page names."""
    fake = make(tmp_path)
    fake.ask()
    fake.once()
    if accepted:
        [offer] = fake.tokens("Salma", Door.OFFER)
        fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
        fake.once()
    end = fake.clock() + timedelta(hours=silent_hours(fake.network.config))
    while fake.clock() < end:
        fake.clock.forward(hours=24)
        fake.once()
    with fake.store.read() as tx:
        assert [one for one in cases.load_where(tx) if one.case.open] == []
        assert cases.open_cases_of(tx, ROSA) == 0


def test_what_is_destroyed_goes_within_the_round(tmp_path: Path) -> None:
    """A page key is destroyed by the round after its 50 hours, and not by the hourly one."""
    from bot.schedule import OFTEN, do_round

    fake = make(tmp_path)
    with fake.store.read() as tx:
        [first] = [key.id for key in intake.keys(tx)]
    fake.clock.forward(hours=50)
    do_round(fake.network, OFTEN, lambda: False)
    with fake.store.read() as tx:
        assert [key.private for key in intake.keys(tx) if key.id == first] == [None]
