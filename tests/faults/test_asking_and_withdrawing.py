"""Somebody asks and withdraws, again and again, to use up who could help others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.store import cases, roster
from bot.store.schema import offers
from tests.fakes.network import ACCOUNTS, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

SPEAKERS = range(100, 112)
HOSTILE = (201, 202, 203)
HONEST = 210
PER_WEEK = 2
MORE = "policy: {mails_per_day: 9999}\n"


def crowd(folder: Path) -> FakeNetwork:
    """Give a network of twelve who speak the language, each twice a week, and four who ask."""
    names = {i: f"Speaker {i}" for i in SPEAKERS} | {
        i: f"Requester {i}" for i in (*HOSTILE, HONEST)
    }
    accounts = [*ACCOUNTS, *(FakeAccount(i, name) for i, name in names.items())]
    fake = make(folder, more=MORE, accounts=accounts)
    with fake.store.write() as tx:
        for one in roster.everybody(tx):
            roster.remove(tx, one.user_id)
        for i in SPEAKERS:
            one = Supporter(user_id=i, name=names[i], languages=("de",), per_week=PER_WEEK)
            roster.put(tx, one, fake.clock())
    fake.clock.forward(days=8)
    fake.once()
    return fake


def token_of(number: int) -> str:
    """Give the token of one request's private page."""
    return f"{number:021}A"


def offers_made(fake: FakeNetwork) -> int:
    """Count the offers that were made."""
    with fake.store.read() as tx:
        return tx.connection.scalar(select(func.count()).select_from(offers)) or 0


def ask_and_withdraw(fake: FakeNetwork, times: int) -> None:
    """Let the hostile accounts ask and withdraw, a few seconds apart."""
    for number in range(times):
        token = token_of(number)
        fake.ask(HOSTILE[number % len(HOSTILE)], status_token=token)
        fake.once()
        fake.happened(Door.STATUS, token, lambda _: on.Withdrawn())
        fake.clock.forward(seconds=4)


def asked_for(fake: FakeNetwork, user_id: int) -> int:
    """Let somebody ask, and count who is asked about it in the next round."""
    before = offers_made(fake)
    fake.ask(user_id)
    fake.once()
    return offers_made(fake) - before


def test_nine_requests_withdrawn_leave_the_week_to_others(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Three accounts ask and withdraw nine times: the next one's offers go in the same round."""
    fake = crowd(tmp_path)
    begun = fake.clock()
    ask_and_withdraw(fake, 9)
    spent = offers_made(fake)
    at_once = fake.network.config.policy.offers_at_once
    assert spent == 3 * at_once, "their first requests rang, and no later one did"
    assert asked_for(fake, HONEST) == at_once
    seconds = (fake.clock() - begun).seconds
    tell(
        f"safety row 4: 9 requests withdrawn in {seconds} s rang {spent} of "
        f"{len(SPEAKERS) * PER_WEEK} times in a week; the next request rang {at_once} at once"
    )


def test_patience_does_not_help_either(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Asked again after each wait, as often as the month allows: half of the week is left."""
    fake = crowd(tmp_path)
    for number in range(9):
        token = token_of(number)
        fake.ask(HOSTILE[number % 3], status_token=token)
        for _ in range(3):
            fake.once()
            fake.clock.forward(hours=4)
        fake.once()
        fake.happened(Door.STATUS, token, lambda _: on.Withdrawn())
    with fake.store.read() as tx:
        loads = roster.loads(tx, fake.clock())
        assert all(loads[i].offers_this_week < PER_WEEK for i in SPEAKERS if i in loads)
    spent, at_once = offers_made(fake), fake.network.config.policy.offers_at_once
    assert asked_for(fake, HONEST) == at_once
    tell(
        f"safety row 4: 9 requests withdrawn with patience rang {spent} times, no week is full; "
        f"the next request rang {at_once} at once"
    )


def test_a_change_of_the_roster_ends_no_wait(tmp_path: Path) -> None:
    """A supporter who changes something lets nobody jump the wait, nor the line."""
    fake = crowd(tmp_path)
    ask_and_withdraw(fake, 3)
    before = offers_made(fake)
    ref = fake.ask(HOSTILE[0])
    fake.once()
    with fake.store.write() as tx:
        roster.look_again(tx, fake.clock())
    fake.once()
    assert offers_made(fake) == before
    fake.clock.forward(hours=6, minutes=1)
    fake.once()
    assert offers_made(fake) > before
    with fake.store.read() as tx:
        stored = cases.load_ref(tx, ref)
    assert stored is not None
    assert stored.case.offers
