"""The end of a network: everybody told, everything erased, wherever it is killed on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from bot.casework import events as on
from bot.casework.effects import Door
from bot.network_state import SHUT_OFF
from bot.publishing.release import says_ended
from bot.schedule import once
from bot.steps.wind_down import Wound, wind_down
from bot.store import aside, intake
from bot.store.engine import database_file
from bot.store.keyring import OWN_KEYS
from bot.store.schema import case_secrets, cases, metadata, settings, supporters
from bot.store.store import Store, Tx, own_key_name, put_setting
from bot.wiki.session import Params
from tests.fakes.network import SVEN, FakeNetwork, kept_in, make
from tests.fakes.wiki import FakeWiki

RAVI = 8
LANDING = "Project:Peer support"
GOODBYES = ("the network is ending", "das Netzwerk endet", "le réseau prend fin")


MakeNetwork = Callable[..., FakeNetwork]


@pytest.fixture
def made(tmp_path: Path, database_url: str) -> Iterator[MakeNetwork]:
    """Give a way to make a network whose store is on each of the databases."""
    networks: list[FakeNetwork] = []

    def make_it(more: str = "") -> FakeNetwork:
        networks.append(make(tmp_path, more=kept_in(database_url) + more))
        return networks[-1]

    yield make_it
    for one in networks:
        one.store.close()


@pytest.fixture
def fake(made: MakeNetwork) -> FakeNetwork:
    """Give a network in which Rosa is supported by Salma, and Ravi waits for anybody."""
    fake = made()
    fake.ask()
    fake.once()
    [offer] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    fake.ask(RAVI, languages=["pl"])
    return fake


def goodbyes(fake: FakeNetwork, name: str) -> int:
    """Count the mails by which somebody heard that the network ends."""
    return sum(mail["subject"].endswith(GOODBYES) for mail in fake.wiki.mails(name))


def is_empty(fake: FakeNetwork) -> None:
    """Hold that no row is left, and of the settings none that tells of anybody."""
    with fake.store.read() as tx:
        for table in metadata.sorted_tables:
            rows = tx.connection.scalar(select(func.count()).select_from(table))
            assert rows == 0 or table is settings, table.name
        names = set(tx.connection.scalars(select(settings.c.name)))
        assert intake.keys(tx) == []
    assert names == {
        "ending", "heartbeat", "secret-check", "writer", "key-marks", "key-roster", "key-accounts",
    }  # fmt: skip


def test_everybody_is_told_and_nothing_is_left(fake: FakeNetwork) -> None:
    """Both requesters and both supporters hear it once; store and files are empty; pages say so."""
    with fake.store.read() as tx:
        keys = list(tx.connection.exec_driver_sql("select wrapped from page_keys"))
        names = [own_key_name(purpose) for purpose in OWN_KEYS]
        own = tx.connection.scalars(select(settings.c.value).where(settings.c.name.in_(names)))
        old = [bytes(row[0]) for row in keys] + [value.encode() for value in own]
    came = wind_down(fake.network)
    assert (came.how, came.left) == (Wound.DOWN, ())
    assert [goodbyes(fake, name) for name in ("Rosa", "Ravi", "Salma", "Sven")] == [1, 1, 1, 1]
    assert "@" in fake.wiki.mails("Ravi")[-1]["text"], "it says where else to turn"
    is_empty(fake)
    file = database_file(fake.store.engine)
    if file is not None:  # what a server's own files keep for a while is in docs/data.md
        raw = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
        assert [key for key in old if key in raw] == [], "no key can be had back from the disk"
    assert fake.wiki.revisions()[-1]["text"].startswith('<div lang="en" dir="ltr">')
    assert says_ended(fake.wiki.revisions()[-1]["text"])
    assert says_ended(fake.wiki.revisions(LANDING)[-1]["text"])
    page = fake.wiki.revisions("User:PeerSupportBot/peer-support.json")[-1]["text"]
    assert '"state": "paused"' in page
    assert '"where_to_turn": [' in page


def test_a_worker_that_starts_again_does_nothing(fake: FakeNetwork) -> None:
    """After the end no key is made, nothing is taken, nobody is written to."""
    wind_down(fake.network)
    mails = len(fake.wiki.mails())
    fake.wiki.save(RAVI, "{{Peer support request|languages=de}}")
    for _ in range(3):
        fake.clock.forward(days=1)
        once(fake.network)
    assert wind_down(fake.network).how is Wound.DOWN
    with fake.store.read() as tx:
        assert intake.keys(tx) == []
    assert len(fake.wiki.mails()) == mails


def test_a_request_of_the_last_moment_is_answered(fake: FakeNetwork) -> None:
    """Whoever asked while it was being wound down hears it, too."""
    fake.ask(6, languages=["de"])
    wind_down(fake.network)
    assert goodbyes(fake, "Coral") == 1


def test_the_wikis_word_is_above_it(fake: FakeNetwork) -> None:
    """Where the wiki says stop nobody is written to, and so nothing is erased yet."""
    fake.wiki.does.shut_off = True
    assert wind_down(fake.network).how is Wound.STOPPED
    assert goodbyes(fake, "Rosa") == 0
    fake.wiki.does.shut_off = False
    with fake.store.write() as tx:
        put_setting(tx, SHUT_OFF, "no")
    assert wind_down(fake.network).how is Wound.DOWN
    assert goodbyes(fake, "Rosa") == 1


def test_nothing_is_erased_before_everybody_was_told(made: MakeNetwork) -> None:
    """When the day's mails are used up it waits, says so, and goes on the next day."""
    fake = made("policy: {mails_per_day: 6}\n")
    fake.ask()
    fake.once()
    fake.ask(RAVI, languages=["pl"])
    came = wind_down(fake.network)
    days = 0
    while came.how is Wound.WAITING:
        assert came.untold > 0
        assert days < 5
        days += 1
        fake.clock.forward(days=1, minutes=1)
        came = wind_down(fake.network)
    assert [goodbyes(fake, name) for name in ("Rosa", "Ravi", "Salma", "Sven")] == [1, 1, 1, 1]
    is_empty(fake)


def spoil(fake: FakeNetwork, what: Table, where: Any, **values: object) -> None:
    """Let the disk damage some of what is stored."""
    with fake.store.write() as tx:
        tx.connection.execute(update(what).where(where).values(values))


@pytest.mark.parametrize("damaged", ["case", "identity", "entry", "roster"])
def test_what_cannot_be_read_stops_nobody_else(fake: FakeNetwork, damaged: str) -> None:
    """All others are told; nothing is erased until the operator gives up what does not open."""
    fake.once()
    if damaged == "case":
        spoil(fake, cases, cases.c.state == "waiting", outcome="?")
    elif damaged == "identity":
        with fake.store.read() as tx:
            number = tx.connection.scalar(select(cases.c.id).where(cases.c.state == "waiting"))
        spoil(fake, case_secrets, case_secrets.c.case_id == number, sealed=b"damaged")
    else:
        where = supporters.c.user_id == SVEN if damaged == "entry" else True
        spoil(fake, supporters, where, sealed=b"damaged")
    untold = {"entry": {"Sven"}, "roster": {"Sven", "Salma"}}.get(damaged, {"Ravi"})
    for _ in range(3):
        came = wind_down(fake.network)
        assert (came.how, came.untold, came.unreadable) == (Wound.UNREADABLE, 0, len(untold))
        told = {name for name in ("Rosa", "Ravi", "Salma", "Sven") if goodbyes(fake, name) == 1}
        assert told == {"Rosa", "Ravi", "Salma", "Sven"} - untold
        fake.clock.forward(hours=7)
    with fake.store.read() as tx:
        assert len(aside.everything(tx, fake.clock() - timedelta(hours=6))) == len(untold)
    assert wind_down(fake.network, leave_unreadable=True).how is Wound.DOWN
    is_empty(fake)


def test_what_is_mended_is_told(fake: FakeNetwork) -> None:
    """A row that comes back from a backup is told like all others, and then all is erased."""
    fake.once()
    with fake.store.read() as tx:
        [(number, outcome)] = tx.connection.execute(
            select(cases.c.id, cases.c.outcome).where(cases.c.state == "waiting")
        )
    spoil(fake, cases, cases.c.id == number, outcome="?")
    assert wind_down(fake.network).how is Wound.UNREADABLE
    spoil(fake, cases, cases.c.id == number, outcome=outcome)
    assert wind_down(fake.network).how is Wound.DOWN
    assert [goodbyes(fake, name) for name in ("Rosa", "Ravi", "Salma", "Sven")] == [1, 1, 1, 1]


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


class Killer:
    """Kills before or after the n-th thing that is done outside the process's own memory."""

    def __init__(self, place: int) -> None:
        self.left = place

    def step(self) -> None:
        """Count one, and kill when it is time."""
        self.left -= 1
        if self.left == 0:
            raise KilledError


@pytest.mark.parametrize("place", range(1, 80, 3))
def test_killed_anywhere_it_goes_on(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Killed at any transaction or call and run again: all told, one twice at most, all erased."""
    killer = Killer(place)
    write, ask = Store.write, FakeWiki._once

    @contextmanager
    def killing(self: Store, **how: bool) -> Iterator[Tx]:
        killer.step()
        with write(self, **how) as tx:
            yield tx
        killer.step()

    def asking(self: FakeWiki, params: Params, *, post: bool) -> object:
        killer.step()
        answer = ask(self, params, post=post)
        killer.step()
        return answer

    monkeypatch.setattr(Store, "write", killing)
    monkeypatch.setattr(FakeWiki, "_once", asking)
    came = None
    with suppress(KilledError):
        came = wind_down(fake.network)
    for _ in range(5):
        if came is not None and came.how is Wound.DOWN:
            break
        fake.clock.forward(minutes=6)
        came = wind_down(fake.network)
    assert came is not None
    assert came.how is Wound.DOWN
    told = [goodbyes(fake, name) for name in ("Rosa", "Ravi", "Salma", "Sven")]
    assert all(count in {1, 2} for count in told), told
    assert sum(told) <= 5, "at most the one mail whose end nobody knew went out again"
    is_empty(fake)
