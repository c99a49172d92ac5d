"""What became of a mail: written down, and told to its case, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework.effects import MailKind, Role
from bot.casework.events import Event, LinkSent, LinkUndeliverable, OfferSent, OfferUndeliverable
from bot.network import Network
from bot.patience import GIVE_UP_AFTER, OTHERS_SENT
from bot.steps.account_letters import SIGN_IN_DOORS
from bot.steps.budget import mailer_refused, mailer_took, wait_until
from bot.store import aside, cases, marks, outbox, reach
from bot.store.aside import Aside, Kind
from bot.store.lifetimes import SIGN_IN_HOURS
from bot.store.outbox import Row, RowState
from bot.store.store import Tx
from bot.wiki.wikimail import (
    Blocked,
    MailOutcome,
    NotEmailable,
    RateLimited,
    Refused,
    Sent,
    Uncertain,
    WikiDown,
)

POSTS_AT_MOST = 2
AGAIN = timedelta(minutes=5)
BLOCKED_WAIT = timedelta(hours=1)
_WITH_LINK_TO_CASE = frozenset({MailKind.CASE_LINK, MailKind.CONTACT_NUDGE})


def record(network: Network, tx: Tx, row: Row, outcome: MailOutcome, now: datetime) -> None:
    """Write down what became of a post, and tell the case.

    Only what is said about the recipient is final. Whatever else kept the mail from going, it waits
    and is tried again, and nobody is passed over for it.
    """
    match outcome:
        case Sent(code):
            mailer_took(tx)
            aside.done(tx, Kind.REFUSED, row.id, now)
            if row.role is Role.SUPPORTER and row.recipient is not None:
                reach.reached(tx, row.recipient)
            outbox.finish(tx, row.id, RowState.SENT, code, now)
            _tell(network, tx, row, _on_sent(row), now)
        case NotEmailable(code):
            _undeliverable(network, tx, row, code, now)
        case Refused(code):
            _refused(network, tx, row, code, now)
        case Uncertain(code):
            uncertain(network, tx, row, row.posts + 1, code, now)
        case RateLimited(code, until):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
            wait_until(tx, until)
        case Blocked(code):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
            wait_until(tx, now + BLOCKED_WAIT)
        case WikiDown(code):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
            mailer_refused(tx, now)
    let_go(tx, row)


def record_alone(tx: Tx, row: Row, outcome: MailOutcome, kept: Aside, now: datetime) -> None:
    """Write down what became of a post whose case could not be told: it is never sent twice."""
    match outcome:
        case Sent(code):
            outbox.finish(tx, row.id, RowState.SENT, code, now)
        case NotEmailable(code):
            outbox.finish(tx, row.id, RowState.FAILED, code, now)
        case Uncertain(code):
            outbox.finish(tx, row.id, RowState.UNKNOWN, code, now)
        case _:
            outbox.requeue(tx, row.id, outcome.code, not_before=kept.again_at, was_posted=False)


def uncertain(network: Network, tx: Tx, row: Row, posts: int, code: str, now: datetime) -> None:
    """Send once more under the same reference; the second time, count it as sent."""
    if posts < POSTS_AT_MOST:
        outbox.requeue(tx, row.id, code, not_before=now + AGAIN, was_posted=True)
        return
    outbox.finish(tx, row.id, RowState.UNKNOWN, code, now)
    _tell(network, tx, row, _on_sent(row), now)
    let_go(tx, row)


def let_go(tx: Tx, row: Row) -> None:
    """Take the people off a closed case once its last mail has an outcome."""
    if row.case_id is not None:
        cases.let_go(tx, row.case_id)


def _refused(network: Network, tx: Tx, row: Row, code: str, now: datetime) -> None:
    """Let one letter wait, longer each time, and all of them once several were refused in a row."""
    kept = aside.put(tx, Kind.REFUSED, row.id, code, now)
    if _in_vain(tx, row, kept, now):
        _undeliverable(network, tx, row, code, now)
        return
    outbox.requeue(tx, row.id, code, not_before=kept.again_at, was_posted=False)
    mailer_refused(tx, now, known=kept.times > 1)


def _in_vain(tx: Tx, row: Row, kept: Aside, now: datetime) -> bool:
    """Say whether it can only be this letter: others went out all the while, many times over.

    A link that somebody asked for is of no use to them the next day: they ask again.
    """
    if row.kind in SIGN_IN_DOORS and now - kept.since > timedelta(hours=SIGN_IN_HOURS):
        return True
    return kept.times >= GIVE_UP_AFTER and outbox.sent_since(tx, kept.since) >= OTHERS_SENT


def _undeliverable(network: Network, tx: Tx, row: Row, code: str, now: datetime) -> None:
    aside.done(tx, Kind.REFUSED, row.id, now)
    _give_the_day_back(tx, row)
    if row.role is Role.SUPPORTER and row.recipient is not None:
        reach.out_of_reach(tx, row.recipient, code)
    outbox.finish(tx, row.id, RowState.FAILED, code, now)
    _tell(network, tx, row, _on_failed(row), now)


def _give_the_day_back(tx: Tx, row: Row) -> None:
    """Let who got no link ask for one again: it was one a day, and this one never came."""
    door, who = SIGN_IN_DOORS.get(row.kind), row.recipient
    if row.kind is MailKind.STATUS_LINK and row.case_id is not None:
        identity = cases.identity_of(tx, row.case_id)
        door = SIGN_IN_DOORS[MailKind.SIGN_IN_ME]
        who = None if identity is None else identity.user_id
    if door is not None and who is not None:
        marks.not_today(tx, f"in-{door.value}", who)


def _on_sent(row: Row) -> Event | None:
    if row.recipient is None:
        return None
    if row.kind is MailKind.OFFER:
        return OfferSent(row.recipient)
    if row.kind in _WITH_LINK_TO_CASE:
        return LinkSent(row.recipient)
    return None


def _on_failed(row: Row) -> Event | None:
    if row.recipient is None:
        return None
    if row.kind is MailKind.OFFER:
        return OfferUndeliverable(row.recipient)
    if row.kind is MailKind.CASE_LINK:
        return LinkUndeliverable(row.recipient)
    return None


def _tell(network: Network, tx: Tx, row: Row, event: Event | None, now: datetime) -> None:
    if event is not None and row.case_id is not None:
        cases.happened(tx, row.case_id, event, now=now, policy=network.config.policy)
