"""What limits must remember of an account: keyed hashes with an end, never a name or a number."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from bot.store.schema import marks
from bot.store.store import Tx

REQUEST_DAYS = 31
MET_DAYS = 365


def remember_request(tx: Tx, user_id: int, now: datetime) -> None:
    """Remember for 31 days that this account asked."""
    _put(tx, "request", tx.keyring.mark("requester", user_id), None, now, REQUEST_DAYS)


def requests_of(tx: Tx, user_id: int, now: datetime) -> int:
    """Count what this account asked within 31 days."""
    return _count(tx, "request", tx.keyring.mark("requester", user_id), now)


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


def first_today(tx: Tx, kind: str, user_id: int, now: datetime) -> bool:
    """Say whether this is the first time in 24 hours for this account, and remember it."""
    mark = tx.keyring.mark(kind, user_id)
    if _count(tx, kind, mark, now):
        return False
    _put(tx, kind, mark, None, now, 1)
    return True


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
