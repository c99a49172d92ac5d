"""The machine under the bot: a full disk, clocks that jump, hours that do not exist, a database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster_hours import Hours
from bot.network import Network
from bot.schedule import EVERY_STEP, do_round
from bot.store import roster
from bot.store.schema import cases as case_table
from bot.store.schema import metadata
from stage.mariadb import Server, out_of_reach, server
from tests.fakes import network as fakes
from tests.fakes.network import CORAL, ROSA, SALMA, SVEN, Clock, FakeNetwork
from tests.faults.checking import Delivered, Tally, World, check, leaks

WHOLE = os.environ.get("PEER_SUPPORT_FAULTS") == "whole"
MARKER = "MARKER-machine-Zq7"
NAMES = {ROSA: "Rosa", 8: "Ravi", SALMA: "Salma", SVEN: "Sven", CORAL: "Coral"}
ROOMY = """policy:
  offers_at_once: 1
  requests_per_account_per_month: 100
  cool_down_days: 0
"""


def make(folder: Path, clock: Clock | None = None, more: str = "") -> FakeNetwork:
    """Make a network whose supporters have room for many."""
    fake = fakes.make(folder, clock, ROOMY + more)
    with fake.store.write() as tx:
        for one in roster.everybody(tx):
            roster.put(tx, replace(one, capacity=100, per_week=1000), fake.clock())
    return fake


def rounds(fake: FakeNetwork, number: int = 4) -> None:
    """Let the worker do its rounds; what fails is tried in the next."""
    for _ in range(number):
        do_round(fake.network, EVERY_STEP, lambda: False)


def live(fake: FakeNetwork) -> str:
    """Let a request be offered, accepted, written about and closed; give its reference."""
    ref = fake.ask(message=MARKER)
    rounds(fake)
    press(fake, "Salma", Door.OFFER, lambda who: on.Accepted(who, has_room=True))
    rounds(fake)
    for token in fake.tokens("Salma", Door.CASE)[-1:]:
        fake.happened(Door.CASE, token, on.Taken)
        fake.wrote(Door.CASE, token, on.Side.SUPPORTER, f"{MARKER} too")
    rounds(fake)
    press(fake, "Salma", Door.CASE, lambda _: on.Closed(on.Side.SUPPORTER))
    rounds(fake)
    return ref


def press(fake: FakeNetwork, name: str, door: Door, what: Callable[[int], on.Event]) -> None:
    """Press the button behind the newest link of somebody."""
    for token in fake.tokens(name, door)[-1:]:
        fake.happened(door, token, what)


def tally_of(fake: FakeNetwork, asked: dict[str, str], log: str) -> Tally:
    """Hold the store against the fake wiki's pages and mails."""
    mails = fake.wiki.mails()
    world = World(
        asked=asked,
        delivered=[Delivered(mail["target"], mail["subject"]) for mail in mails],
        names=NAMES,
        envelopes=len(asked),
    )
    tally = check(fake.store, fake.clock(), world)
    tally.leaked = leaks([log, *(mail["subject"] + mail["text"] for mail in mails)], [MARKER])
    return tally


def assert_well(tally: Tally, doubled: int = 0) -> None:
    """Nothing is lost, wrong or leaked, and no more came twice than this."""
    assert tally.wrong == []
    assert (tally.lost, tally.leaked) == (0, 0)
    assert tally.doubled <= doubled


@contextmanager
def full_disk(fake: FakeNetwork, after: int) -> Iterator[Counter[str]]:
    """Let the disk be full from the n-th statement on that changes something."""
    seen = Counter[str]()
    engine = fake.store.engine

    def statement(_c: Any, cursor: Any, text: str, *_more: Any) -> None:
        if text.startswith(("INSERT", "UPDATE", "DELETE")):
            seen["written"] += 1
            if seen["written"] == after:
                [pages] = cursor.execute("PRAGMA page_count").fetchone()
                cursor.execute(f"PRAGMA max_page_count={pages}")
                cursor.execute("PRAGMA cache_spill=1")
                seen["full"] = 1

    event.listen(engine, "before_cursor_execute", statement)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        engine.dispose()  # the next connection has room again


def test_a_full_disk(
    tmp_path: Path, tell: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever in a case's life the disk fills up: what was begun is undone, and done later."""
    places, failed, total = range(1, 200, 1 if WHOLE else 25), 0, Tally()
    for place in places:
        fake = make(tmp_path / str(place))
        fill(fake)
        with full_disk(fake, place) as seen:
            ref = fake.ask(message=MARKER)
            rounds(fake, 2)
        failed += seen["full"]
        asked = {ref: "Rosa"}
        fake.clock.forward(minutes=10)
        rounds(fake)
        press(fake, "Salma", Door.OFFER, lambda who: on.Accepted(who, has_room=True))
        rounds(fake)
        tally = tally_of(fake, asked, caplog.text)
        assert_well(tally, doubled=1)
        total.cases += tally.cases
        total.mails += tally.mails
        total.doubled += tally.doubled
        fake.store.close()
    assert failed > 1, "the disk was never full"
    tell(total.line("a full disk", failed))


def fill(fake: FakeNetwork) -> None:
    """Leave no room in the pages there are, so that the next rows need new ones."""
    with fake.store.engine.begin() as connection:
        for number in range(300):
            connection.exec_driver_sql(
                "INSERT INTO settings (name, value) VALUES (?, ?)", (f"fill-{number}", "x" * 900)
            )


JUMPS = {
    "an hour back": timedelta(hours=-1),
    "a day back": timedelta(days=-1),
    "three hours ahead": timedelta(hours=3),
    "a year ahead": timedelta(days=365),
    "a year back": timedelta(days=-365),
}


def test_a_clock_that_jumps(
    tmp_path: Path, tell: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """While our clock is not the wiki's nothing acts; put right, all goes on as before."""
    total = Tally()
    for name, jump in JUMPS.items():
        fake = make(tmp_path / name)
        ref = fake.ask(message=MARKER)
        rounds(fake)
        right = fake.network
        before = everything(fake)
        fake.network = with_clock(fake, jump)
        rounds(fake)
        assert everything(fake) == before, name
        assert "seconds ahead of the wiki's: stopped" in caplog.text
        fake.network = right
        fake.clock.forward(minutes=1)
        press(fake, "Salma", Door.OFFER, lambda who: on.Accepted(who, has_room=True))
        rounds(fake)
        tally = tally_of(fake, {ref: "Rosa"}, caplog.text)
        assert_well(tally)
        assert len(fake.tokens("Salma", Door.CASE)) == 1
        total.cases += tally.cases
        total.mails += tally.mails
        fake.store.close()
    tell(total.line("a clock that jumps", len(JUMPS)))


def test_small_jumps_in_the_middle_of_everything(
    tmp_path: Path, tell: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """A clock that is set by minutes, as after a sleep, loses and doubles nothing."""
    fake = make(tmp_path)
    asked = {}
    for number in range(6):
        minutes = (-9, 7, -5, 9, -3, 2)[number]
        fake.network = with_clock(fake, timedelta(minutes=minutes))
        asked[live(fake)] = "Rosa"
        fake.clock.forward(minutes=20)
    rounds(fake)
    tally = tally_of(fake, asked, caplog.text)
    assert_well(tally)
    tell(tally.line("a clock that is set to and fro", 6))


def with_clock(fake: FakeNetwork, ahead: timedelta) -> Network:
    """Give the network with a clock of its own, so far ahead of the wiki's."""
    return replace(fake.network, clock=lambda: fake.clock() + ahead)


def everything(fake: FakeNetwork) -> list[Any]:
    """Give all rows of the store that a worker can change."""
    with fake.store.read() as tx:
        return [
            [tuple(row) for row in tx.connection.execute(select(table))]
            for table in metadata.sorted_tables
        ]


CHANGES = {
    "Europe/Berlin": [
        datetime(2026, 3, 28, 20, tzinfo=UTC),
        datetime(2026, 10, 24, 20, tzinfo=UTC),
    ],
    "America/New_York": [
        datetime(2026, 3, 7, 20, tzinfo=UTC),
        datetime(2026, 10, 31, 20, tzinfo=UTC),
    ],
    "Australia/Lord_Howe": [
        datetime(2026, 4, 4, 3, tzinfo=UTC),
        datetime(2026, 10, 3, 3, tzinfo=UTC),
    ],
}


def test_hours_that_come_twice_or_never(
    tmp_path: Path, tell: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Through each change of the clocks an offer goes out, once, and within a day."""
    runs, total = 0, Tally()
    for zone, starts in CHANGES.items():
        for start in starts:
            clock = Clock(start)
            fake = make(tmp_path / f"{zone.replace('/', '-')}-{start:%m}", clock)
            hours = Hours(time(2, 15), time(3, 10))
            with fake.store.write() as tx:
                one = replace(fakes.ROSTER[0], timezone=zone, hours=hours)
                roster.put(tx, one, clock())
            ref = fake.ask(message=MARKER)
            sent = None
            for _ in range(60):
                rounds(fake, 1)
                if fake.wiki.mails("Salma"):
                    sent = clock()
                    break
                clock.forward(minutes=30)
            assert sent is not None, (zone, start)
            assert sent - start < timedelta(hours=25)
            tally = tally_of(fake, {ref: "Rosa"}, caplog.text)
            assert_well(tally)
            assert len(fake.wiki.mails("Salma")) == 1
            runs, total.cases, total.mails = runs + 1, total.cases + 1, total.mails + tally.mails
            fake.store.close()
    tell(total.line("changes of the clocks", runs))


@pytest.fixture
def mariadb() -> Iterator[Server]:
    """Run a MariaDB of this test's own: it is killed."""
    with TemporaryDirectory() as folder, server(Path(folder)) as running:
        yield running


def test_a_database_that_fails_over(
    tmp_path: Path,
    mariadb: Server,
    tell: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Read-only for a while, killed and started again, at every stage of a case."""
    url = as_plain_account(mariadb, mariadb.new_database())
    fake = make(tmp_path, more=f"database: {url}\n")
    runs, asked = 0, {}

    def read_only(fake: FakeNetwork) -> None:
        mariadb.do("SET GLOBAL read_only = 1")
        rounds(fake, 1)
        mariadb.do("SET GLOBAL read_only = 0")

    def killed(fake: FakeNetwork) -> None:
        mariadb.kill()
        with out_of_reach():
            rounds(fake, 1)
        mariadb.start_again()

    for fault in (read_only, killed):
        for stage in range(4):
            ref = fake.ask(message=MARKER)
            asked[ref] = "Rosa"
            for step in range(4):
                if step == stage:
                    fault(fake)
                    runs += 1
                rounds(fake, 2)
                _next(fake, step)
            rounds(fake, 2)
    fake.clock.forward(minutes=10)
    rounds(fake)
    tally = tally_of(fake, asked, caplog.text)
    assert_well(tally, doubled=runs)
    with fake.store.read() as tx:
        states = set(tx.connection.scalars(select(case_table.c.state)))
    assert states == {"closed"}
    assert caplog.text.count("the store: OperationalError") > runs, "the database never failed"
    tell(tally.line("a database read-only or killed", runs))


def as_plain_account(mariadb: Server, url: str) -> str:
    """Give the address for an account that is bound by read-only, as on ToolsDB."""
    before, _, place = url.partition("//")
    mariadb.do("CREATE USER worker@localhost IDENTIFIED BY 'worker'")
    mariadb.do("GRANT ALL ON `peer_support_%`.* TO worker@localhost")
    return f"{before}//worker:worker@{place.partition('@')[2]}"


def _next(fake: FakeNetwork, step: int) -> None:
    if step == 0:
        press(fake, "Salma", Door.OFFER, lambda who: on.Accepted(who, has_room=True))
    elif step == 1:
        press(fake, "Salma", Door.CASE, on.Taken)
    elif step == 2:
        press(fake, "Salma", Door.CASE, lambda _: on.Closed(on.Side.SUPPORTER))
