"""Letters that could not go in time: asked within their hours, and with one link that opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.casework.alarms import Alarm
from bot.casework.effects import Door
from bot.casework.events import Accepted
from bot.casework.roster import Hours
from bot.overview import look
from bot.store import accounts, cases, roster
from bot.store.links import find
from bot.store.schema import account_links, links
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError, WikiError
from tests.fakes.network import SALMA, FakeNetwork, make

DAY = Hours(time(8), time(22))


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network at noon, in which Salma, who speaks German, is asked by day alone."""
    fake = make(tmp_path)
    with fake.store.write() as tx:
        one = roster.get(tx, SALMA)
        assert one is not None
        roster.put(tx, replace(one, hours=DAY), fake.clock())
    return fake


def until(fake: FakeNetwork, at: datetime) -> None:
    """Let time pass in rounds of a quarter of an hour."""
    while fake.clock() < at:
        fake.clock.forward(minutes=15)
        fake.once()


def offers(fake: FakeNetwork) -> int:
    """Count the offers that Salma was mailed."""
    return sum("/offer/" in mail["text"] for mail in fake.wiki.mails("Salma"))


def test_the_mailer_comes_back_at_night(fake: FakeNetwork) -> None:
    """It goes in the morning, without an alarm; its time to answer begins then."""
    evening = datetime(2026, 11, 22, 21, 45, tzinfo=UTC)
    until(fake, evening)
    fake.wiki.does.before["emailuser"] = WikiDownError("no-connection")
    fake.ask()
    fake.once()
    until(fake, evening + timedelta(minutes=45))
    fake.wiki.does.before.clear()
    until(fake, datetime(2026, 11, 23, 7, 45, tzinfo=UTC))
    assert len(fake.wiki.mails("Rosa")) == 1
    assert offers(fake) == 0
    with fake.store.read() as tx:
        alarms = look(tx, fake.clock(), fake.network.config).alarms
    assert Alarm.OUTBOX_STUCK.value not in alarms
    until(fake, datetime(2026, 11, 23, 8, 15, tzinfo=UTC))
    assert offers(fake) == 1
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    offer = stored.case.offer_to(SALMA)
    assert offer is not None
    assert offer.sent_at is not None
    assert offer.sent_at >= datetime(2026, 11, 23, 8, tzinfo=UTC)
    hours = fake.network.config.policy.answer_within_hours
    assert offer.answer_by == offer.sent_at + timedelta(hours=hours)


def test_only_an_offer_waits_for_the_morning(fake: FakeNetwork) -> None:
    """Whoever says yes at night has the link to the case at once."""
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.clock.now = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    fake.happened(Door.OFFER, token, lambda who: Accepted(who, has_room=True))
    fake.once()
    assert len(fake.tokens("Salma", Door.CASE)) == 1


def test_a_case_that_cannot_wait_so_long(fake: FakeNetwork) -> None:
    """Away for more than there is time to answer, nobody waits for the morning as well."""
    fake.wiki.does.before["emailuser"] = WikiDownError("no-connection")
    fake.ask()
    fake.once()
    hours = fake.network.config.policy.answer_within_hours
    late = fake.clock() + timedelta(hours=hours)
    while 8 <= late.hour < 22:
        late += timedelta(hours=1)
    until(fake, late)
    fake.wiki.does.before.clear()
    until(fake, late + timedelta(minutes=30))
    assert offers(fake) == 1


def test_within_the_hours_nothing_changes(fake: FakeNetwork) -> None:
    """By day it goes at once, and after an outage as soon as that is over."""
    fake.wiki.does.before["emailuser"] = WikiDownError("no-connection")
    fake.ask()
    fake.once()
    until(fake, fake.clock() + timedelta(hours=1))
    fake.wiki.does.before.clear()
    until(fake, fake.clock() + timedelta(minutes=30))
    assert offers(fake) == 1


REFUSED = [
    WikiDownError("no-connection"),
    ApiError("ratelimited", 60),
    ApiError("pear-mail-error"),
    ApiError("blocked"),
]


def live_links(fake: FakeNetwork) -> list[str]:
    """List the doors of all links that open something, the oldest first."""
    with fake.store.read() as tx:
        case_links = select(links.c.door).where(links.c.ended_at.is_(None))
        own = select(account_links.c.door)
        return sorted([*tx.connection.scalars(case_links), *tx.connection.scalars(own)])


@pytest.mark.parametrize("error", REFUSED, ids=str)
def test_a_link_that_was_never_sent_opens_nothing(fake: FakeNetwork, error: WikiError) -> None:
    """However often a letter is tried, one link of it is left: the one that somebody has."""
    with fake.store.write() as tx:
        accounts.ask(tx, Door.ASK, "Ravi", "en", fake.clock())
    fake.wiki.does.before["emailuser"] = error
    fake.ask()
    before = live_links(fake)  # the gadget gave the link to the status itself
    until(fake, fake.clock() + timedelta(hours=3))
    assert live_links(fake) == ["status"]
    assert before == []
    fake.wiki.does.before.clear()
    until(fake, fake.clock() + timedelta(hours=2))
    assert live_links(fake).count("offer") == 1
    assert live_links(fake).count("ask") == 1
    with fake.store.read() as tx:
        [token] = fake.tokens("Salma", Door.OFFER)
        link = find(tx, token, Door.OFFER, fake.clock())
    assert link is not None
    assert not link.ended


def test_a_link_that_may_have_been_sent_opens_its_case(fake: FakeNetwork) -> None:
    """Nobody knows whether the first mail came: the links of both are good."""
    fake.wiki.does.after["emailuser"] = NoAnswerError("connection-lost")
    fake.ask()
    fake.once()
    fake.wiki.does.after.clear()
    fake.clock.forward(minutes=6)
    fake.once()
    tokens = fake.tokens("Salma", Door.OFFER)
    assert len(tokens) == 2
    with fake.store.read() as tx:
        for token in tokens:
            link = find(tx, token, Door.OFFER, fake.clock())
            assert link is not None
            assert not link.ended


def test_whoever_cannot_be_written_to_gets_no_link(fake: FakeNetwork) -> None:
    """Salma takes no mail any more when hers is about to go: the link written for it is dead."""
    fake.wiki.does.before["emailuser"] = ApiError("nowikiemail")
    fake.ask()
    fake.once()
    assert "offer" not in live_links(fake)
