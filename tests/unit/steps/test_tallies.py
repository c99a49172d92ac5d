"""Cases are counted when they close, told once their quarter is over, and the same for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.case import receive
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.statistics.bands import Dimension, Wait, cell
from bot.steps.purge import purge
from bot.store import cases, tallies
from bot.store.asking import draw_ref
from bot.store.cases import Identity, Story
from bot.store.schema import tallies as table
from bot.store.store import Tx
from tests.fakes.network import START, FakeNetwork, kept_in, make

QUARTER = "2026-Q4"
OFFERED = {
    Dimension.OUTCOME: ["helped", "withdrawn", "unanswered", "misuse"],
    Dimension.WAIT: [one.value for one in Wait],
    Dimension.LANGUAGE: ["de"],
    Dimension.TOPIC: ["alone"],
}


@pytest.fixture
def fake(tmp_path: Path, database_url: str) -> Iterator[FakeNetwork]:
    """Give a network, whose store is on each of the databases."""
    made = make(tmp_path, more=kept_in(database_url))
    yield made
    made.store.close()


def rows(tx: Tx) -> dict[tuple[str, str], int]:
    """Give the counts as they are stored."""
    found = tx.connection.execute(select(table)).mappings()
    return {(row["dimension"], row["value"]): row["cases"] for row in found}


def close_some(fake: FakeNetwork, number: int, event: on.Event) -> None:
    """Let so many cases come and end in this way."""
    policy = fake.network.config.policy
    asked = cases.Asked("en", ("de", "en"), ("alone",), ("desk",), ())
    with fake.store.write() as tx:
        for i in range(number):
            ref = draw_ref()
            step = receive(ref, notify=False, now=fake.clock())
            who = Identity(1000 + i, f"Somebody {i}", ())
            made = cases.take_in(
                tx, step, asked, who, Story("", (), ()), policy=policy, now=fake.clock()
            )
            cases.happened(tx, made, event, now=fake.clock(), policy=policy)


def test_a_case_is_counted_once_in_each_dimension(fake: FakeNetwork) -> None:
    """From a request to its end: outcome, first language, topics and wait, each by itself."""
    fake.ask(languages=["de", "en"], topics=["alone"])
    fake.once()
    [offer] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    [case] = fake.tokens("Salma", Door.CASE)
    fake.happened(Door.CASE, case, on.Taken)
    fake.wrote(Door.CASE, case, Side.SUPPORTER, "hello")
    fake.clock.forward(days=3)
    fake.happened(Door.CASE, case, lambda _: on.Closed(Side.SUPPORTER))
    fake.happened(Door.STATUS, case, lambda _: on.Rated(True))
    with fake.store.read() as tx:
        counted = rows(tx)
    assert counted == {
        ("outcome", "helped"): 1,
        ("language", "de"): 1,
        ("topic", "alone"): 1,
        ("wait", "up to a day"): 1,
    }


def test_what_was_told_is_never_told_otherwise(fake: FakeNetwork) -> None:
    """Told again it is the same, whatever has changed since; and the counts are gone."""
    close_some(fake, 40, on.Withdrawn())
    with fake.store.write() as tx:
        first = tallies.told(tx, QUARTER, OFFERED)
        assert rows(tx) == {}
    assert first is not None
    assert first[Dimension.OUTCOME]["withdrawn"] == cell(40)
    fake.clock.now = START  # a clock that went back lets a case close in a quarter already told
    close_some(fake, 15, on.Withdrawn())
    with fake.store.write() as tx:
        assert tallies.told(tx, QUARTER, {}) == first


def test_too_few_are_refused_and_kept(fake: FakeNetwork) -> None:
    """What cannot be told yet stays counted, and is not printed."""
    close_some(fake, 3, on.Withdrawn())
    with fake.store.write() as tx:
        assert tallies.told(tx, QUARTER, OFFERED) is None
        assert rows(tx)["outcome", "withdrawn"] == 3


def test_counts_that_nobody_asks_for_go(fake: FakeNetwork) -> None:
    """Small counts do not lie about for ever: a year after the quarter they are deleted."""
    close_some(fake, 3, on.Withdrawn())
    fake.clock.now = datetime(2027, 12, 30, tzinfo=UTC)
    purge(fake.network)
    with fake.store.read() as tx:
        assert rows(tx) != {}
    fake.clock.now = datetime(2028, 1, 2, tzinfo=UTC)
    purge(fake.network)
    with fake.store.read() as tx:
        assert rows(tx) == {}


def test_an_open_case_is_not_counted(fake: FakeNetwork) -> None:
    """Only what has ended is told of."""
    fake.ask()
    fake.once()
    with fake.store.read() as tx:
        assert rows(tx) == {}
