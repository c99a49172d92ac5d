"""How many mails may go: by the wiki, by what cases under way need, and after refusals."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.casework.effects import MailKind, Role
from bot.patience import ENOUGH_IN_A_ROW, MAILER_FIRST
from bot.steps import budget
from bot.store import outbox
from bot.store.store import Tx
from tests.fakes.network import ROSA, FakeNetwork, make

DAY = timedelta(days=1)
TEN_A_DAY = "policy: {mails_per_day: 10}\n"
RECEIPTS = {
    MailKind.RECEIPT,
    MailKind.NOT_TAKEN,
    MailKind.NOBODY_COULD,
    MailKind.NOBODY_YET,
    MailKind.GAVE_UP,
    MailKind.BARRED,
}


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network that may send ten mails a day."""
    return make(tmp_path, more=TEN_A_DAY)


def rate(hits: int, seconds: int) -> dict[str, int]:
    """Give a limit as the API names it."""
    return {"hits": hits, "seconds": seconds}


def spend(fake: FakeNetwork, tx: Tx, many: int) -> None:
    """Post so many mails at this moment."""
    for _ in range(many):
        outbox.put_to_account(tx, MailKind.SIGN_IN_ASK, Role.ACCOUNT, ROSA, fake.clock())
    for row in outbox.queued(tx, fake.clock(), many):
        assert outbox.claim(tx, row.id, fake.clock())


@pytest.mark.parametrize(
    ("named", "a_day"),
    [
        ({}, None),
        ({"edit": {"user": rate(5, 60)}}, None),
        ({"emailuser": {"user": rate(20, 86400)}}, 20),
        ({"emailuser": {"user": rate(5, 3600)}}, 120),
        ({"emailuser": {"user": rate(2, 86401)}}, 1),
        ({"emailuser": {"user": rate(100, 86400), "ip": rate(1, 3600)}}, 24),
        ({"emailuser": {"user": rate(10, 86400)}, "sendemail": {"user": rate(99, 86400)}}, 99),
        ({"emailuser": {"user": rate(10, 86400)}, "sendemail": {}}, 10),
    ],
)
def test_the_wikis_limit_is_reckoned_for_a_day(named: dict[str, Any], a_day: int | None) -> None:
    """The strictest of one action counts, by the action's newer name where there are two."""
    assert budget.daily_limit(named) == a_day


def test_the_limit_is_asked_for_once_a_day(fake: FakeNetwork) -> None:
    """It may have been given or taken since; where the wiki names none the operator's holds."""
    for hits, passed, known in ((7, DAY, 7), (6, DAY - timedelta(seconds=1), 7), (0, DAY, 10)):
        fake.clock.now += passed
        limit = {"emailuser": {"user": rate(hits, 86400)}} if hits else {}
        fake.wiki.does.ratelimits = limit
        budget.ask_for_limit(fake.network, fake.clock())
        with fake.store.read() as tx:
            assert budget.mails_a_day(fake.network.config, tx) == known


def test_what_was_posted_in_a_day_is_spent(fake: FakeNetwork) -> None:
    """It comes back a day later, and is never less than nothing."""
    config = fake.network.config
    with fake.store.write() as tx:
        spend(fake, tx, 4)
        assert budget.unspent(config, tx, fake.clock()) == 6
        spend(fake, tx, 8)
        assert budget.unspent(config, tx, fake.clock()) == 0
        assert budget.unspent(config, tx, fake.clock() + DAY) == 10


def test_nothing_goes_before_the_time_that_the_wiki_named(fake: FakeNetwork) -> None:
    """From that moment on what is left of the day goes; until then it is not spent."""
    config, now = fake.network.config, fake.clock()
    with fake.store.write() as tx:
        budget.wait_until(tx, now + timedelta(minutes=5))
        assert budget.mails_left(config, tx, now + timedelta(minutes=4)) == 0
        assert budget.unspent(config, tx, now) == 10
        assert budget.mails_left(config, tx, now + timedelta(minutes=5)) == 10


@pytest.mark.parametrize(("a_day", "share"), [(200, 20), (19, 1), (20, 2), (3, 1)])
def test_what_anybody_can_bring_about_has_a_tenth(tmp_path: Path, a_day: int, share: int) -> None:
    """And one a day where that is less than one."""
    fake = make(tmp_path, more=f"policy: {{mails_per_day: {a_day}}}\n")
    with fake.store.read() as tx:
        assert budget.share(fake.network, tx) == share


@pytest.mark.parametrize(
    ("spent", "at_once", "many", "waits"),
    [
        (0, 3, 3, False),
        (0, 50, 5, False),
        (4, 50, 1, False),
        (5, 50, 5, True),
        (8, 50, 2, True),
        (8, 1, 1, True),
        (10, 50, 0, True),
    ],
)
def test_half_of_the_day_is_kept_for_cases_under_way(
    fake: FakeNetwork, spent: int, at_once: int, many: int, waits: bool
) -> None:
    """From that half nothing goes that a flood of requests brings about."""
    with fake.store.write() as tx:
        spend(fake, tx, spent)
        taken, but = budget.next_mails(fake.network, tx, fake.clock(), at_once)
    assert (taken, but) == (many, frozenset(RECEIPTS) if waits else frozenset())


def test_after_some_refusals_one_is_tried_at_a_time(fake: FakeNetwork) -> None:
    """Until one goes: then as many as before."""
    with fake.store.write() as tx:
        for _ in range(ENOUGH_IN_A_ROW):
            assert budget.next_mails(fake.network, tx, fake.clock(), 50)[0] == 5
            assert budget.refused_since(tx) is None
            budget.mailer_refused(tx, fake.clock())
        later = fake.clock() + MAILER_FIRST
        assert budget.mails_left(fake.network.config, tx, later - timedelta(seconds=1)) == 0
        assert budget.next_mails(fake.network, tx, later, 50)[0] == 1
        budget.mailer_took(tx)
        assert budget.times_refused(tx) == 0
        assert budget.next_mails(fake.network, tx, later, 50)[0] == 5


def test_it_is_told_since_when_nothing_goes(fake: FakeNetwork) -> None:
    """Since the first of the refusals in a row, however many there are."""
    first = fake.clock()
    with fake.store.write() as tx:
        for minutes in range(5):
            budget.mailer_refused(tx, first + timedelta(minutes=minutes))
        assert budget.times_refused(tx) == 5
        assert budget.refused_since(tx) == first


def test_a_letter_that_is_always_refused_says_nothing_of_the_others(fake: FakeNetwork) -> None:
    """It does not make the mailer count as away; once that is away it counts like any other."""
    with fake.store.write() as tx:
        for _ in range(9):
            budget.mailer_refused(tx, fake.clock(), known=True)
        assert budget.times_refused(tx) == 0
        for _ in range(ENOUGH_IN_A_ROW):
            budget.mailer_refused(tx, fake.clock())
        budget.mailer_refused(tx, fake.clock(), known=True)
        assert budget.times_refused(tx) == ENOUGH_IN_A_ROW + 1
