"""What limits must remember of an account: keyed hashes with an end, never a name or a number."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from bot.store.schema import marks
from bot.store.store import Tx

REQUEST_DAYS = 31
MET_DAYS = 365
BAR_DAYS = 365
BY_HAND_DAYS = 3
NOTICES_DROPPED = "notices-dropped"
"""The count of authors told nothing of a message: the day's share for that was spent."""


def remember_request(tx: Tx, user_id: int, now: datetime) -> None:
    """Remember for 31 days that this account asked."""
    _put(tx, "request", tx.keyring.mark("requester", user_id), None, now, REQUEST_DAYS)


def requests_of(tx: Tx, user_id: int, now: datetime) -> int:
    """Count what this account asked within 31 days."""
    return _count(tx, "request", tx.keyring.mark("requester", user_id), now)


def remember_withdrawn(tx: Tx, requester_mark: bytes, now: datetime) -> None:
    """Remember for 31 days that this account withdrew what nobody had accepted."""
    _put(tx, "withdrawn", requester_mark, None, now, REQUEST_DAYS)


def withdrawn_of(tx: Tx, user_id: int, now: datetime) -> int:
    """Count what this account withdrew within 31 days before anybody had accepted it."""
    return _count(tx, "withdrawn", tx.keyring.mark("requester", user_id), now)


def remember_met(tx: Tx, user_id: int, supporter: int, now: datetime) -> None:
    """Remember for a year that this requester has met this supporter."""
    mark = tx.keyring.mark("requester", user_id)
    detail = tx.keyring.mark("met", user_id, supporter)
    _put(tx, "met", mark, detail, now, MET_DAYS)


def has_met(tx: Tx, user_id: int, now: datetime) -> int:
    """Count the different supporters this requester has met within a year."""
    query = select(func.count(marks.c.detail.distinct())).where(
        marks.c.kind == "met",
        marks.c.mark == tx.keyring.mark("requester", user_id),
        marks.c.expires_at > now,
    )
    return tx.connection.scalar(query) or 0


def bar(tx: Tx, requester_mark: bytes, now: datetime) -> None:
    """Keep an account, known by its mark alone, from asking for a year."""
    _put(tx, "bar", requester_mark, None, now, BAR_DAYS)


def is_barred(tx: Tx, user_id: int, now: datetime) -> bool:
    """Say whether a coordinator has barred this account."""
    return _count(tx, "bar", tx.keyring.mark("requester", user_id), now) > 0


def remember_by_hand(tx: Tx, user_id: int, now: datetime) -> None:
    """Remember, for as long as it can stand on the page, that this account wrote there by hand."""
    mark = tx.keyring.mark("by-hand", user_id)
    if not _count(tx, "by-hand", mark, now):
        _put(tx, "by-hand", mark, None, now, BY_HAND_DAYS)


def wrote_by_hand(tx: Tx, user_id: int, now: datetime) -> bool:
    """Say whether this account wrote a request of its own by hand lately."""
    return _count(tx, "by-hand", tx.keyring.mark("by-hand", user_id), now) > 0


def first_today(tx: Tx, kind: str, user_id: int, now: datetime) -> bool:
    """Say whether this is the first time in 24 hours for this account, and remember it."""
    mark = tx.keyring.mark(kind, user_id)
    if _count(tx, kind, mark, now):
        return False
    _put(tx, kind, mark, None, now, 1)
    return True


def not_today(tx: Tx, kind: str, user_id: int) -> None:
    """Forget that it was once today for this account: it came to nothing."""
    mark = tx.keyring.mark(kind, user_id)
    tx.connection.execute(delete(marks).where(marks.c.kind == kind, marks.c.mark == mark))


def forget_expired(tx: Tx, now: datetime) -> int:
    """Drop what has come to its end, and say how much that was."""
    return tx.connection.execute(delete(marks).where(marks.c.expires_at <= now)).rowcount


def _put(tx: Tx, kind: str, mark: bytes, detail: bytes | None, now: datetime, days: int) -> None:
    end = now + timedelta(days=days)
    tx.connection.execute(
        insert(marks).values(kind=kind, mark=mark, detail=detail, at=now, expires_at=end)
    )


def _count(tx: Tx, kind: str, mark: bytes, now: datetime) -> int:
    query = select(func.count()).where(
        marks.c.kind == kind, marks.c.mark == mark, marks.c.expires_at > now
    )
    return tx.connection.scalar(query) or 0
