"""Complaints: the reference in the open, whom it is about sealed until a coordinator decides."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.casework.effects import Complaint
from bot.casework.events import Side
from bot.store.keyring import ACCOUNTS, WrongSecretError
from bot.store.schema import complaints
from bot.store.store import Tx

_UNREADABLE = (WrongSecretError, ValueError, KeyError, TypeError)
"""What a row that was damaged, or sealed under another key, raises."""


@enum.unique
class Decision(enum.Enum):
    """What a coordinator decided."""

    NOTHING = "nothing"  # no reason to do anything
    PAUSED = "paused"  # the supporter is asked nothing until further notice
    CLOSED = "closed"  # the request was misuse
    BARRED = "barred"  # and its account cannot ask again for a year


@dataclass(frozen=True)
class Open:
    """A complaint that nobody has decided; names only where whoever complained said so."""

    id: int
    ref: str
    by: Side
    made_at: datetime
    supporter: int
    names_supporter: bool
    requester: str | None = field(repr=False)
    requester_mark: bytes | None = field(repr=False)


def put(
    tx: Tx,
    ref: str,
    complaint: Complaint,
    supporter: int,
    *,
    requester: str | None,
    requester_mark: bytes | None,
    now: datetime,
) -> None:
    """Keep a complaint until it is decided."""
    by = complaint.by
    data = {
        "supporter": supporter,
        "names_supporter": complaint.names_supporter,
        "requester": requester if complaint.names_requester else None,
        "mark": None if requester_mark is None else requester_mark.hex(),
    }
    sealed = tx.keyring.seal_under(
        tx.keyring.own(ACCOUNTS), json.dumps(data).encode(), _about(ref, by)
    )
    row = {"ref": ref, "said_by": by.value, "sealed": sealed, "made_at": now}
    tx.connection.execute(insert(complaints).values(row))


def undecided(tx: Tx) -> list[Open]:
    """Return what waits for a coordinator, the oldest first, but for what cannot be read."""
    return read_all(tx)[0]


def read_all(tx: Tx) -> tuple[list[Open], list[int]]:
    """Return what waits for a coordinator, and the numbers of those that cannot be read.

    Whom such a one is about nobody can know, so it holds nobody back, and nothing else up.
    """
    query = select(complaints).where(complaints.c.decided_at.is_(None)).order_by(complaints.c.id)
    read, broken = [], list[int]()
    for row in tx.connection.execute(query).mappings():
        try:
            read.append(_opened(tx, row))
        except _UNREADABLE:
            broken.append(row["id"])
    return read, broken


def waiting(tx: Tx) -> int:
    """Count what waits for a coordinator."""
    query = select(func.count()).where(complaints.c.decided_at.is_(None))
    return tx.connection.scalar(query) or 0


def get(tx: Tx, complaint_id: int) -> Open | None:
    """Return one complaint that nobody has decided; None where it cannot be read, too."""
    query = select(complaints).where(
        complaints.c.id == complaint_id, complaints.c.decided_at.is_(None)
    )
    row = tx.connection.execute(query).mappings().one_or_none()
    try:
        return None if row is None else _opened(tx, row)
    except _UNREADABLE:
        return None


def decide(tx: Tx, complaint_id: int, decision: Decision, now: datetime) -> bool:
    """Write a decision down and let go whom it was about; False when it was decided before."""
    tx.erased = True
    decided = tx.connection.execute(
        update(complaints)
        .where(complaints.c.id == complaint_id, complaints.c.decided_at.is_(None))
        .values(sealed=None, decided_at=now, decision=decision.value)
    )
    return decided.rowcount == 1


def held_back(tx: Tx) -> set[int]:
    """Give the supporters who are asked nothing new until a coordinator has decided.

    Whoever reports a request themselves is not held back for it.
    """
    return {one.supporter for one in undecided(tx) if one.by is Side.REQUESTER}


def forget(tx: Tx, decided_before: datetime) -> int:
    """Drop what was decided before then, and say how much that was."""
    old = complaints.c.decided_at <= decided_before
    return tx.connection.execute(delete(complaints).where(old)).rowcount


def _opened(tx: Tx, row: Any) -> Open:
    by = Side(row["said_by"])
    key = tx.keyring.own(ACCOUNTS)
    data = json.loads(tx.keyring.open_under(key, row["sealed"], _about(row["ref"], by)))
    return Open(
        id=row["id"],
        ref=row["ref"],
        by=by,
        made_at=row["made_at"],
        supporter=data["supporter"],
        names_supporter=data["names_supporter"],
        requester=data["requester"],
        requester_mark=None if data["mark"] is None else bytes.fromhex(data["mark"]),
    )


def _about(ref: str, by: Side) -> str:
    return f"complaint/{ref}/{by.value}"
