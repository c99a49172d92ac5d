"""What coordinators hear: one mail an hour at most, and of the page one of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update

from bot.casework.effects import MailKind, Role
from bot.store.outbox import RowState, tell_coordinators
from bot.store.schema import outbox
from bot.store.store import Tx

ONE_MAIL_EACH = timedelta(hours=1)
ROOM_FOR_IDS = 58
MORE = "+"
DIGEST_EVERY = timedelta(hours=1)
"""A coordinator gets one mail an hour at most; DESIGN, "Mail"."""
_SAME = ("kind", "case_id", "reason", "made_at")
"""What two mails to coordinators have in common that came of one word to all."""


def tell_of_revision(tx: Tx, kind: MailKind, revid: int, now: datetime) -> None:
    """Queue word of a revision to the coordinators, one mail an hour of each kind at most.

    The reason holds the ids, as many as there is room for, and `MORE` where there were more.
    """
    latest = select(func.max(outbox.c.made_at)).where(outbox.c.kind == kind.value)
    made_at = tx.connection.scalar(latest)
    same = (outbox.c.kind == kind.value, outbox.c.made_at == made_at)
    rows = tx.connection.execute(select(outbox.c.state, outbox.c.reason).where(*same)).all()
    if rows and all(row.state == RowState.QUEUED.value for row in rows):
        reason = _joined(rows[0].reason or "", revid)
        tx.connection.execute(update(outbox).where(*same).values(reason=reason))
        return
    not_before = None if made_at is None else max(now, made_at + ONE_MAIL_EACH)
    tell_coordinators(tx, kind, str(revid), now, not_before)


def _joined(ids: str, revid: int) -> str:
    if ids.endswith(MORE):
        return ids
    joined = f"{ids} {revid}"
    return joined if len(joined) <= ROOM_FOR_IDS else f"{ids} {MORE}"


def _take_back(tx: Tx, coordinators: Sequence[str]) -> None:
    """Take back what waits for a former coordinator; where nobody else has it, all get it."""
    theirs = outbox.c.coordinator
    orphans = select(outbox).where(
        theirs.is_not(None),
        theirs.not_in(coordinators),
        outbox.c.state == RowState.QUEUED.value,
    )
    for row in tx.connection.execute(orphans).mappings().all():
        same = [outbox.c[name].is_not_distinct_from(row[name]) for name in _SAME]
        others = select(outbox.c.id).where(or_(theirs.is_(None), theirs.in_(coordinators)), *same)
        here = outbox.c.id == row["id"]
        if tx.connection.scalar(others.limit(1)) is None:
            tx.connection.execute(update(outbox).where(here).values(coordinator=None))
        else:
            tx.connection.execute(delete(outbox).where(here))


def address_coordinators(tx: Tx, coordinators: Sequence[str]) -> None:
    """Make each queued mail to the coordinators into one for each of them.

    Who is no coordinator any more hears nothing, of what was queued before either.
    Who was written to within the hour hears the next a full hour later, all of it in one mail.
    """
    _take_back(tx, coordinators)
    query = select(outbox).where(
        outbox.c.role == Role.COORDINATORS.value,
        outbox.c.coordinator.is_(None),
        outbox.c.state == RowState.QUEUED.value,
    )
    for row in tx.connection.execute(query).mappings().all():
        copy = {name: value for name, value in row.items() if name != "id"}
        for name in coordinators:
            last = tx.connection.scalar(
                select(func.max(outbox.c.posted_at)).where(outbox.c.coordinator == name)
            )
            later = {} if last is None else {"not_before": last + DIGEST_EVERY}
            values = copy | {"coordinator": name} | later
            tx.connection.execute(insert(outbox).values(values))
        tx.connection.execute(delete(outbox).where(outbox.c.id == row["id"]))
