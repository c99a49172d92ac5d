"""Sending what the outbox holds: the intent first, then one post, then its outcome."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.casework.effects import MailKind, Role
from bot.casework.events import Event, LinkUndeliverable, OfferSent, OfferUndeliverable
from bot.logs import OURS, fields
from bot.network import Network, Posted, paused, says_goodbye
from bot.steps.budget import ask_for_limit, next_mails, wait_until
from bot.steps.know_coordinators import know_coordinators
from bot.steps.letters import prepare
from bot.store import cases, coordinators, digest, outbox, roster
from bot.store.outbox import Row, RowState
from bot.store.store import Tx
from bot.wiki.people import FRESH_FOR_MAIL, Person
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

log = logging.getLogger(OURS)

AT_ONCE = 50
POSTS_AT_MOST = 2
AGAIN = timedelta(minutes=5)
BLOCKED_WAIT = timedelta(hours=1)
_NOT_TO_THE_BLOCKED = frozenset({MailKind.OFFER, MailKind.CASE_LINK})
"""Nobody is asked, and no case handed to them, whom the wiki has blocked meanwhile."""


def deliver(network: Network) -> bool:
    """Send what may go now; True when anything went or was settled."""
    now = network.clock()
    _write_down_posted(network)
    with network.store.write() as tx:
        settled = _settle_left_posting(network, tx, now)
        digest.address_coordinators(tx, network.config.coordinators)
        # A paused network still tells its coordinators, and lets them in.
        held = paused(tx) and not says_goodbye(tx)
        roles = (Role.COORDINATORS, Role.COORDINATOR) if held else tuple(Role)
        if not outbox.queued(tx, now, 1, roles):
            return settled
    ask_for_limit(network, now)
    with network.store.read() as tx:
        limit, but = next_mails(network, tx, now, AT_ONCE)
        rows = outbox.queued(tx, now, limit, roles, but)
    if any(row.coordinator for row in rows):
        know_coordinators(network)  # most are known: then nothing is asked
    with network.store.read() as tx:
        known = coordinators.known(tx)
        ids = {row.id: _recipient_id(tx, row, known) for row in rows}
    if not rows:
        return settled
    for place, row in enumerate(rows):
        # All that are left at once: asked anew, it is one request for them, whatever their number.
        left = {user_id for one in rows[place:] if (user_id := ids[one.id])}
        people = network.people.by_id(left, FRESH_FOR_MAIL)
        if not _send(network, row, people.get(ids[row.id] or 0)):
            break
        settled = True
    return settled


def _recipient_id(tx: Tx, row: Row, known: Mapping[str, int]) -> int | None:
    if row.coordinator is not None:
        return known.get(row.coordinator)
    if row.role is not Role.REQUESTER or row.case_id is None:
        return row.recipient
    who = cases.identity_of(tx, row.case_id)
    return None if who is None else who.user_id


def _send(network: Network, row: Row, person: Person | None) -> bool:
    """Send one row; False when nothing more can be sent for now."""
    now = network.clock()
    with network.store.write() as tx:
        if not outbox.claim(tx, row.id, now):
            return True
        if person is not None and row.role is Role.SUPPORTER:
            roster.rename(tx, person.user_id, person.name, now)
        # A coordinator hears everything at once; the row that was claimed stands for all of it.
        others = outbox.others_for(tx, row) if row.role is Role.COORDINATORS else []
        letter = prepare(network, tx, [row, *others], person, now)
        if letter is None:
            for one in (row, *others):
                outbox.finish(tx, one.id, RowState.NEEDLESS, "needless", now)
            _let_go(tx, row)
            return True
        reader = _reader(row, person)
        if isinstance(reader, NotEmailable):
            outbox.give_post_back(tx, row.id)
            _record(network, tx, row, reader, now)
            return True
    outcome = network.mailer(reader.name, letter.subject, letter.text, now)
    network.memory.unwritten.append(Posted(row, others, outcome, network.clock()))
    _write_down_posted(network)
    return not isinstance(outcome, RateLimited | Blocked | WikiDown)


def _write_down_posted(network: Network) -> None:
    """Record what is known of posts, also as a worker that leads no more: it stays true.

    Where the store takes nothing now it is kept in mind, else the mail would go twice.
    """
    known = network.memory.unwritten
    while known:
        posted = known.pop(0)
        try:
            _write_down(network, posted)
        except (OperationalError, InterfaceError):
            known.insert(0, posted)
            raise


def _write_down(network: Network, posted: Posted) -> None:
    row, outcome, now = posted.row, posted.outcome, posted.at
    with network.store.write(even_deposed=True) as tx:
        if not outbox.is_as_claimed(tx, row):
            return
        ref = None if row.case_id is None else cases.ref_of(tx, row.case_id)
        _record(network, tx, row, outcome, now)
        if isinstance(outcome, Sent | NotEmailable | Refused):
            for other in posted.others:
                outbox.finish(tx, other.id, RowState.TOLD, f"with {row.id}", now)
    said = fields(mail=row.kind.value, case=ref, outcome=type(outcome).__name__, code=outcome.code)
    log.info("deliver: %s", said)


def _reader(row: Row, person: Person | None) -> Person | NotEmailable:
    """Give who is to be written to, or why that would be in vain."""
    if person is None:
        return NotEmailable("no-account")
    if not person.emailable:
        return NotEmailable("not-emailable")
    if person.blocked and row.kind in _NOT_TO_THE_BLOCKED:
        return NotEmailable("account-blocked")
    return person


def _record(network: Network, tx: Tx, row: Row, outcome: MailOutcome, now: datetime) -> None:
    """Write down what became of a post, and tell the case, in the same transaction."""
    match outcome:
        case Sent(code):
            outbox.finish(tx, row.id, RowState.SENT, code, now)
            _tell(network, tx, row, _on_sent(row), now)
        case NotEmailable(code) | Refused(code):
            outbox.finish(tx, row.id, RowState.FAILED, code, now)
            _tell(network, tx, row, _on_failed(row), now)
        case Uncertain(code):
            _uncertain(network, tx, row.id, row.posts + 1, code, now)
        case RateLimited(code, until):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
            wait_until(tx, until)
        case Blocked(code):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
            wait_until(tx, now + BLOCKED_WAIT)
        case WikiDown(code):
            outbox.requeue(tx, row.id, code, not_before=now, was_posted=False)
    _let_go(tx, row)


def _settle_left_posting(network: Network, tx: Tx, now: datetime) -> bool:
    """Deal with rows whose worker died between intent and outcome: nobody knows what happened."""
    left = outbox.left_posting(tx)
    for row_id, posts in left:
        _uncertain(network, tx, row_id, posts, "interrupted", now)
    return bool(left)


def _uncertain(network: Network, tx: Tx, row_id: int, posts: int, code: str, now: datetime) -> None:
    """Send once more under the same reference; the second time, count it as sent."""
    if posts < POSTS_AT_MOST:
        outbox.requeue(tx, row_id, code, not_before=now + AGAIN, was_posted=True)
        return
    outbox.finish(tx, row_id, RowState.UNKNOWN, code, now)
    row = outbox.get(tx, row_id)
    _tell(network, tx, row, _on_sent(row), now)
    _let_go(tx, row)


def _on_sent(row: Row) -> Event | None:
    if row.kind is MailKind.OFFER and row.recipient is not None:
        return OfferSent(row.recipient)
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


def _let_go(tx: Tx, row: Row) -> None:
    if row.case_id is not None:
        cases.let_go(tx, row.case_id)
