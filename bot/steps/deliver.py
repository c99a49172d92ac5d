"""Sending what the outbox holds: the intent first, then one post, then its outcome."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.casework.choosing import ask_when, time_to_answer
from bot.casework.effects import MailKind, Role
from bot.casework.mails import Letter
from bot.faults import kind_and_place
from bot.logs import OURS, fields
from bot.network import Network, Posted
from bot.network_state import network_state
from bot.steps.apart import Apart
from bot.steps.budget import ask_for_limit, mails_left, next_mails
from bot.steps.know_coordinators import know_coordinators
from bot.steps.letters import prepare
from bot.steps.outcomes import let_go, record, record_alone, uncertain
from bot.store import aside, called, cases, coordinators, digest, links, outbox, roster
from bot.store.aside import Aside, Kind
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
_NOT_TO_THE_BLOCKED = frozenset({MailKind.OFFER, MailKind.CASE_LINK})
"""Nobody is asked, and no case handed to them, whom the wiki has blocked meanwhile."""

_OF_A_SEARCH = frozenset({MailKind.OFFER, MailKind.OFFER_REMINDER, MailKind.NEED})
"""What a search brings about goes last of what goes together: when somebody else's mail comes
must not tell how many were asked."""

_ASKED_BEFORE = timedelta(hours=1)


def deliver(network: Network) -> bool:
    """Send what may go now; True when anything went or was settled.

    A letter that cannot be written is set aside, and the others go.
    """
    now = network.clock()
    _write_down_posted(network)
    settled = _settle_left_posting(network, now)
    with network.store.write() as tx:
        digest.address_coordinators(tx, network.coordinators)
        # A paused network still tells its coordinators, and lets them in.
        state = network_state(tx)
        held = not (state.acts or state.says_goodbye)
        roles = (Role.COORDINATORS, Role.COORDINATOR) if held else tuple(Role)
        if not outbox.queued(tx, now, 1, roles):
            return settled
    ask_for_limit(network, now)
    with network.store.read() as tx:
        limit, but = next_mails(network, tx, now, AT_ONCE)
        rows = _receipts_first(tx, outbox.queued(tx, now, limit, roles, but), now)[:limit]
        rows.sort(key=lambda row: row.kind in _OF_A_SEARCH)
    if any(row.coordinator for row in rows):
        know_coordinators(network)  # most are known: then nothing is asked
    apart = Apart(network, Kind.LETTER, now)
    ids = _recipients(network, rows, apart)
    rows = [row for row in rows if row.id in ids]
    asked = _requesters_shown(network, rows, apart)
    rows = [row for row in rows if row.id in asked]
    for place, row in enumerate(rows):
        # All that are left at once: asked anew, it is one request for them, whatever their number.
        left = {i for one in rows[place:] for i in (ids[one.id], asked[one.id]) if i}
        people = network.people.by_id(left, FRESH_FOR_MAIL)
        more = True
        with apart.one(row.id, _later(row)):
            if asked[row.id] is not None and row.case_id is not None:
                with network.store.write() as tx:
                    called.requester_is_called(tx, row.case_id, people.get(asked[row.id] or 0))
            more = _send(network, row, people.get(ids[row.id] or 0))
        if not more:
            break
        settled = True
    return settled


def _receipts_first(tx: Tx, rows: Sequence[Row], now: datetime) -> list[Row]:
    """Put the receipt of a case in front of whatever else is told to who asked."""
    first: dict[int, Row] = {}
    for row in rows:
        if row.role is Role.REQUESTER and row.case_id is not None:
            receipt = outbox.receipt_due(tx, row.case_id, now)
            if receipt is not None:
                first.setdefault(receipt.id, receipt)
        first.setdefault(row.id, row)
    return list(first.values())


def _recipients(network: Network, rows: Sequence[Row], apart: Apart) -> dict[int, int | None]:
    """Give the account that each row is for; a row whose case does not open is absent."""
    with network.store.read() as tx:
        known = coordinators.known(tx)
    ids = {}
    for row in rows:
        if row.role is Role.REQUESTER and row.case_id is not None:
            with apart.one(row.id, _later(row)), network.store.read() as tx:
                who = cases.identity_of(tx, row.case_id)
                ids[row.id] = None if who is None else who.user_id
        else:
            ids[row.id] = known.get(row.coordinator) if row.coordinator else row.recipient
    return ids


def _later(row: Row) -> Callable[[Tx, Aside], None]:
    """Put a letter back that could not be written: it was not claimed, or no longer is."""

    def requeue(tx: Tx, kept: Aside) -> None:
        outbox.requeue(tx, row.id, kept.reason, not_before=kept.again_at, was_posted=True)

    return requeue


def _requesters_shown(network: Network, rows: Sequence[Row], apart: Apart) -> dict[int, int | None]:
    """Give whom a case is about when its link goes out: its page shows what they are called.

    None for every other row; one whose case does not open is absent.
    """
    asked: dict[int, int | None] = {}
    for row in rows:
        if row.kind is not MailKind.CASE_LINK or row.case_id is None:
            asked[row.id] = None
            continue
        with apart.one(row.id, _later(row)), network.store.read() as tx:
            who = cases.identity_of(tx, row.case_id)
            asked[row.id] = None if who is None else who.user_id
    return asked


def _send(network: Network, row: Row, person: Person | None) -> bool:
    """Send one row; False when nothing more can be sent for now."""
    now = network.clock()
    with network.store.write() as tx:
        if (later := _ask_later(network, tx, row, now)) is not None:
            outbox.postpone(tx, row.id, later)
            return True
        if outbox.waits_for_receipt(tx, row) or not outbox.claim(tx, row.id, now):
            return True
        if person is not None and row.role is Role.SUPPORTER:
            roster.rename(tx, person.user_id, person.name, now)
        # A coordinator hears everything at once; the row that was claimed stands for all of it.
        others = outbox.others_for(tx, row) if row.role is Role.COORDINATORS else []
        prepared = prepare(network, tx, [row, *others], person, now)
        if prepared is None:
            for one in (row, *others):
                outbox.finish(tx, one.id, RowState.NEEDLESS, "needless", now)
            let_go(tx, row)
            return True
        reader = _reader(tx, row, person)
        if isinstance(reader, NotEmailable):
            outbox.give_post_back(tx, row.id)
            links.end_unsent(tx, prepared.links, now)
            record(network, tx, row, reader, now)
            return True
    outcome = _post(network, reader.name, prepared.letter, now)
    posted = Posted(row, others, outcome, network.clock(), prepared.links)
    network.memory.unwritten.append(posted)
    _write_down_posted(network)
    if isinstance(outcome, Refused):
        with network.store.read() as tx:
            return mails_left(network.config, tx, network.clock()) > 0
    return not isinstance(outcome, RateLimited | Blocked | WikiDown)


def _ask_later(network: Network, tx: Tx, row: Row, now: datetime) -> datetime | None:
    """Give when somebody may be asked whose hours have ended while their mail could not go.

    None where it may go now: the rule is the one by which they were chosen, with the same deadline.
    """
    if row.kind is not MailKind.OFFER or row.case_id is None or row.recipient is None:
        return None
    stored, supporter = cases.load(tx, row.case_id), roster.get(tx, row.recipient)
    offer = None if stored is None else stored.case.offer_to(row.recipient)
    if stored is None or supporter is None or offer is None:
        return None  # it is not wanted any more
    deadline = time_to_answer(offer.made_at, network.config.policy.answer_within_hours)
    others = [one for one in stored.case.live_offers if one.supporter != row.recipient]
    # Those chosen together with this one were counted when its time was set.
    asked_before = any(
        one.sent_at is not None and now - one.sent_at >= _ASKED_BEFORE for one in others
    )
    at = ask_when(supporter, now, others_asked=asked_before, deadline=deadline)
    return at if at > now else None


def _post(network: Network, name: str, letter: Letter, now: datetime) -> MailOutcome:
    try:
        return network.mailer(name, letter.subject, letter.text, now)
    except Exception as error:  # noqa: BLE001 - an answer that nobody foresaw: it may have gone
        log.critical("deliver: an answer could not be read: %s", kind_and_place(error))
        return Uncertain("fault")


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
        except Exception as error:  # noqa: BLE001 - its case cannot be told; it is not sent twice
            _write_down_alone(network, posted, error)


def _write_down(network: Network, posted: Posted) -> None:
    row, outcome, now = posted.row, posted.outcome, posted.at
    with network.store.write(even_deposed=True) as tx:
        if not outbox.is_as_claimed(tx, row):
            return
        ref = None if row.case_id is None else cases.ref_of(tx, row.case_id)
        _end_unsent(tx, posted)
        record(network, tx, row, outcome, now)
        if isinstance(outcome, Sent | NotEmailable):
            for other in posted.others:
                outbox.finish(tx, other.id, RowState.TOLD, f"with {row.id}", now)
    said = fields(mail=row.kind.value, case=ref, outcome=type(outcome).__name__, code=outcome.code)
    log.info("deliver: %s", said)


def _end_unsent(tx: Tx, posted: Posted) -> None:
    """Let the links of a letter die that certainly did not go: each try is given new ones."""
    if not isinstance(posted.outcome, Sent | Uncertain):
        links.end_unsent(tx, posted.links, posted.at)


def _write_down_alone(network: Network, posted: Posted, error: Exception) -> None:
    row, now, why = posted.row, posted.at, kind_and_place(error)
    log.critical("deliver: what became of a mail could not be told to its case: %s", why)
    kind, number = (Kind.LETTER, row.id) if row.case_id is None else (Kind.CASE, row.case_id)
    with network.store.write(even_deposed=True) as tx:
        if outbox.is_as_claimed(tx, row):
            kept = aside.put(tx, kind, number, why, now)
            _end_unsent(tx, posted)
            record_alone(tx, row, posted.outcome, kept, now)


def _settle_left_posting(network: Network, now: datetime) -> bool:
    """Deal with rows whose worker died between intent and outcome: nobody knows what happened."""
    with network.store.read() as tx:
        left = outbox.left_posting(tx)
    if not left:
        return False
    apart = Apart(network, Kind.LETTER, now)
    ready = [(row_id, posts) for row_id, posts in left if not apart.waits(row_id)]
    for row_id, posts in ready:
        with apart.one(row_id), network.store.write() as tx:
            uncertain(network, tx, outbox.get(tx, row_id), posts, "interrupted", now)
    return bool(ready)


def _reader(tx: Tx, row: Row, person: Person | None) -> Person | NotEmailable:
    """Give who is to be written to, or why that would be in vain."""
    if person is None:
        return NotEmailable("no-account")
    if not person.emailable:
        return NotEmailable("not-emailable")
    if person.blocked and row.kind in _NOT_TO_THE_BLOCKED:
        return NotEmailable("account-blocked")
    # Renamed since they were chosen: whom the requester avoids is not told of the request.
    case = row.case_id if row.kind in _NOT_TO_THE_BLOCKED else None
    if case is not None and called.is_avoided(tx, case, person.user_id):
        return NotEmailable("not-to-be-asked")
    return person
