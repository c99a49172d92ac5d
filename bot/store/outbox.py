"""The outbox: what is to be mailed, to whom, and what became of it; no text, no token.

A row is queued, then claimed by one conditional update that writes the intent to post, and ends in
exactly one outcome. A row found claimed by nobody alive has an unknown outcome.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from bot.casework.effects import Mail, MailKind, Role
from bot.store.schema import outbox
from bot.store.store import Tx


@enum.unique
class RowState(enum.Enum):
    """Where a row stands."""

    QUEUED = "queued"
    POSTING = "posting"  # the intent is written; the post may or may not have been made
    SENT = "sent"
    FAILED = "failed"  # cannot be delivered
    UNKNOWN = "unknown"  # posted twice, and nobody knows
    TOLD = "told"  # in the same mail as another row
    NEEDLESS = "needless"  # the case moved on before it went


@dataclass(frozen=True)
class Row:
    """One mail to be sent."""

    id: int
    kind: MailKind
    role: Role
    case_id: int | None
    recipient: int | None
    coordinator: str | None
    reason: str | None
    posts: int


_KNOWN = and_(
    outbox.c.kind.in_([kind.value for kind in MailKind]),
    outbox.c.role.in_([role.value for role in Role]),
)
"""Holds for what this release can read: a row of another one waits, alarms, and stops no other."""


def put(tx: Tx, case_id: int, mail: Mail, now: datetime) -> None:
    """Queue a mail about a case."""
    _insert(
        tx,
        kind=mail.kind,
        role=mail.to,
        now=now,
        case_id=case_id,
        recipient=mail.supporter,
        not_before=mail.not_before,
    )


def put_not_taken(tx: Tx, author: int, reason: str, now: datetime) -> None:
    """Queue the word to an author that their message could not be taken, and why."""
    _insert(tx, kind=MailKind.NOT_TAKEN, role=Role.AUTHOR, now=now, recipient=author, reason=reason)


def put_to_account(
    tx: Tx, kind: MailKind, role: Role, account: int, now: datetime, *, locale: str = ""
) -> None:
    """Queue a mail to an account that is about no case, on a page in this language."""
    _insert(tx, kind=kind, role=role, now=now, recipient=account, reason=locale or None)


def tell_coordinators(
    tx: Tx, kind: MailKind, reason: str, now: datetime, not_before: datetime | None = None
) -> None:
    """Queue a word to the coordinators that is about no case."""
    _insert(tx, kind=kind, role=Role.COORDINATORS, now=now, reason=reason, not_before=not_before)


def others_for(tx: Tx, row: Row) -> list[Row]:
    """List what else is queued for the same coordinator, in the order in which it came up."""
    query = select(outbox).where(
        outbox.c.coordinator == row.coordinator,
        outbox.c.state == RowState.QUEUED.value,
        outbox.c.id != row.id,
        _KNOWN,
    )
    rows = tx.connection.execute(query.order_by(outbox.c.id)).mappings()
    return [_row(other) for other in rows]


def queued(
    tx: Tx,
    now: datetime,
    limit: int,
    roles: Sequence[Role] = tuple(Role),
    but: Iterable[MailKind] = (),
) -> list[Row]:
    """List what may go now, the most pressing first; none of the kinds in `but`."""
    query = (
        select(outbox)
        .where(
            outbox.c.state == RowState.QUEUED.value,
            outbox.c.role.in_([role.value for role in roles]),
            _KNOWN,
            outbox.c.kind.not_in([kind.value for kind in but]),
            or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
            ~_behind_receipt(now),
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(limit)
    )
    return [_row(row) for row in tx.connection.execute(query).mappings()]


AFTER_RECEIPT = frozenset({MailKind.NOBODY_COULD, MailKind.NOBODY_YET, MailKind.GAVE_UP})
"""What tells who asked how little has come of it: untrue before "we have your request"."""
_waits_too = outbox.alias("receipts")


def _receipt_of(case_id: Any) -> Any:
    return and_(
        _waits_too.c.case_id == case_id,
        _waits_too.c.kind == MailKind.RECEIPT.value,
        _waits_too.c.state.in_([RowState.QUEUED.value, RowState.POSTING.value]),
    )


def _behind_receipt(now: datetime) -> Any:
    """Hold for rows that have to wait because the receipt of their case cannot go now."""
    cannot_go = or_(_waits_too.c.not_before > now, _waits_too.c.state == RowState.POSTING.value)
    waiting = select(_waits_too.c.id).where(_receipt_of(outbox.c.case_id), cannot_go)
    return and_(
        outbox.c.kind.in_([kind.value for kind in AFTER_RECEIPT]),
        waiting.correlate(outbox).exists(),
    )


def receipt_due(tx: Tx, case_id: int, now: datetime) -> Row | None:
    """Give the receipt of a case, where it is still to go and may."""
    may_go = or_(_waits_too.c.not_before.is_(None), _waits_too.c.not_before <= now)
    queued_now = _waits_too.c.state == RowState.QUEUED.value
    query = select(_waits_too).where(_receipt_of(case_id), may_go, queued_now)
    row = tx.connection.execute(query).mappings().first()
    return None if row is None else _row(row)


def waits_for_receipt(tx: Tx, row: Row) -> bool:
    """Say whether the receipt of its case has to go before this one, and has not."""
    if row.kind not in AFTER_RECEIPT or row.case_id is None:
        return False
    query = select(_waits_too.c.id).where(_receipt_of(row.case_id))
    return tx.connection.scalar(query.limit(1)) is not None


def get(tx: Tx, row_id: int) -> Row:
    """Read one row."""
    return _row(tx.connection.execute(select(outbox).where(outbox.c.id == row_id)).mappings().one())


def postpone(tx: Tx, row_id: int, until: datetime) -> None:
    """Let a queued row wait, as one that was not tried: that it does is no sign of trouble."""
    this = and_(outbox.c.id == row_id, outbox.c.state == RowState.QUEUED.value)
    tx.connection.execute(update(outbox).where(this).values(not_before=until, outcome=None))


def claim(tx: Tx, row_id: int, now: datetime) -> bool:
    """Write the intent to post a row now; False when somebody else has, or it has ended."""
    claimed = tx.connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == RowState.QUEUED.value)
        .values(state=RowState.POSTING.value, posts=outbox.c.posts + 1, posted_at=now)
    )
    return claimed.rowcount == 1


def is_as_claimed(tx: Tx, row: Row) -> bool:
    """Say whether a row that was claimed as this one has no outcome, and was not posted again.

    A worker that took over may have put it back meanwhile, as one whose fate nobody knows.
    """
    query = select(outbox.c.id).where(
        outbox.c.id == row.id,
        outbox.c.state.in_([RowState.POSTING.value, RowState.QUEUED.value]),
        outbox.c.posts == row.posts + 1,
    )
    return tx.connection.scalar(query) is not None


def finish(tx: Tx, row_id: int, state: RowState, outcome: str, now: datetime) -> None:
    """Record what became of a row, for good; a needless one was claimed, but never posted."""
    if state is RowState.NEEDLESS:
        give_post_back(tx, row_id)
    # Who only wrote on the page, or asked for a link, is not to be found here afterwards.
    passing = outbox.c.role.in_([Role.AUTHOR.value, Role.ACCOUNT.value])
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(
            state=state.value,
            outcome=outcome,
            ended_at=now,
            recipient=case((passing, None), else_=outbox.c.recipient),
        )
    )


def requeue(tx: Tx, row_id: int, outcome: str, *, not_before: datetime, was_posted: bool) -> None:
    """Put a row back to be posted later; one that certainly was not posted gets its post back."""
    if not was_posted:
        give_post_back(tx, row_id)
    values = {"state": RowState.QUEUED.value, "outcome": outcome, "not_before": not_before}
    tx.connection.execute(update(outbox).where(outbox.c.id == row_id).values(values))


def give_post_back(tx: Tx, row_id: int) -> None:
    """Count a claimed row as not posted: it was settled without a post."""
    this = and_(outbox.c.id == row_id, outbox.c.posts > 0)
    # A post before this one was made, and counts in the day's budget as it did.
    tx.connection.execute(update(outbox).where(this, outbox.c.posts == 1).values(posted_at=None))
    tx.connection.execute(update(outbox).where(this).values(posts=outbox.c.posts - 1))


def left_posting(tx: Tx) -> list[tuple[int, int]]:
    """List the rows (id, posts) that were claimed by a worker that is no more."""
    query = select(outbox.c.id, outbox.c.posts).where(outbox.c.state == RowState.POSTING.value)
    return [(row.id, row.posts) for row in tx.connection.execute(query)]


def posted_since(tx: Tx, since: datetime) -> int:
    """Count the posts made since then, for the day's budget."""
    query = select(func.coalesce(func.sum(outbox.c.posts), 0)).where(outbox.c.posted_at > since)
    return int(tx.connection.scalar(query) or 0)


def sent_since(tx: Tx, since: datetime) -> int:
    """Count the mails that went out since then."""
    query = select(func.count()).where(
        outbox.c.state == RowState.SENT.value, outbox.c.ended_at > since
    )
    return tx.connection.scalar(query) or 0


def link_waits(tx: Tx, case_id: int, supporter: int) -> bool:
    """Say whether the supporter of a case was not sent yet what leads them to it."""
    query = select(outbox.c.id).where(
        outbox.c.case_id == case_id,
        outbox.c.recipient == supporter,
        outbox.c.kind.in_([MailKind.CASE_LINK.value, MailKind.CONTACT_NUDGE.value]),
        outbox.c.state.in_([RowState.QUEUED.value, RowState.POSTING.value]),
    )
    return tx.connection.scalar(query.limit(1)) is not None


def made_since(tx: Tx, kinds: Iterable[MailKind], since: datetime) -> int:
    """Count the mails of some kinds that were asked for since then."""
    query = select(func.count()).where(
        outbox.c.kind.in_([kind.value for kind in kinds]), outbox.c.made_at > since
    )
    return tx.connection.scalar(query) or 0


def made_for(tx: Tx, kind: MailKind, case_id: int, recipient: int, since: datetime) -> bool:
    """Say whether such a mail about a case was asked for since then, for this one recipient."""
    query = select(outbox.c.id).where(
        outbox.c.case_id == case_id,
        outbox.c.kind == kind.value,
        outbox.c.recipient == recipient,
        outbox.c.made_at > since,
    )
    return tx.connection.scalar(query.limit(1)) is not None


def requester_waits(tx: Tx, case_id: int) -> bool:
    """Say whether a mail to the requester of this case has no outcome yet."""
    query = select(outbox.c.id).where(
        outbox.c.case_id == case_id,
        outbox.c.role == Role.REQUESTER.value,
        outbox.c.state.in_([RowState.QUEUED.value, RowState.POSTING.value]),
    )
    return tx.connection.scalar(query.limit(1)) is not None


def counts(tx: Tx) -> dict[str, int]:
    """Count the rows by state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def errors(tx: Tx) -> dict[str, int]:
    """Count the mails that failed, or whose fate nobody knows, by what the wiki said."""
    bad = [RowState.FAILED.value, RowState.UNKNOWN.value]
    query = select(outbox.c.outcome, func.count()).where(outbox.c.state.in_(bad))
    rows = tx.connection.execute(query.group_by(outbox.c.outcome))
    return {row[0] or "unknown": row[1] for row in rows}


def forget(tx: Tx, before: datetime) -> int:
    """Drop rows that ended before then, and say how many that were."""
    done = and_(outbox.c.ended_at.is_not(None), outbox.c.ended_at <= before)
    return tx.connection.execute(delete(outbox).where(done)).rowcount


def _insert(
    tx: Tx,
    *,
    kind: MailKind,
    role: Role,
    now: datetime,
    case_id: int | None = None,
    recipient: int | None = None,
    reason: str | None = None,
    not_before: datetime | None = None,
) -> None:
    tx.connection.execute(
        insert(outbox).values(
            kind=kind.value,
            role=role.value,
            priority=kind.priority,
            case_id=case_id,
            recipient=recipient,
            reason=reason,
            state=RowState.QUEUED.value,
            made_at=now,
            not_before=not_before,
            posts=0,
        )
    )


def _row(row: RowMapping) -> Row:
    return Row(
        id=row["id"],
        kind=MailKind(row["kind"]),
        role=Role(row["role"]),
        case_id=row["case_id"],
        recipient=row["recipient"],
        coordinator=row["coordinator"],
        reason=row["reason"],
        posts=row["posts"],
    )


def last_id(tx: Tx) -> int:
    """Give the number of the newest row; 0 where there is none."""
    return int(tx.connection.scalar(select(func.max(outbox.c.id))) or 0)


def in_state(tx: Tx, state: RowState) -> list[Row]:
    """List the rows in a state, in the order in which they were made."""
    query = select(outbox).where(outbox.c.state == state.value).order_by(outbox.c.id)
    return [_row(row) for row in tx.connection.execute(query).mappings()]
