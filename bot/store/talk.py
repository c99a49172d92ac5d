"""The conversation of a case and one supporter, sealed under a key of these two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select

from bot.casework.effects import Secret
from bot.casework.events import Side
from bot.store import case_secrets
from bot.store.keyring import WrongSecretError
from bot.store.schema import talk
from bot.store.store import Tx

MOST = 500
"""Messages in one conversation: far more than two people need, and no way to fill the store."""


@dataclass(frozen=True)
class Said:
    """One message; its text is None where it cannot be read."""

    by: Side
    at: datetime
    text: str | None = field(repr=False)


def put(tx: Tx, case_id: int, supporter: int, by: Side, text: str, now: datetime) -> None:
    """Keep a message."""
    key = case_secrets.key_of(tx, case_id, Secret.CONVERSATION, supporter)
    if key is None:
        key = case_secrets.new_key(tx, case_id, Secret.CONVERSATION, supporter)
    tx.connection.execute(
        insert(talk).values(
            case_id=case_id,
            supporter=supporter,
            said_by=by.value,
            at=now,
            sealed=tx.keyring.seal_under(key, text.encode(), _about(case_id, supporter, by)),
        )
    )


def of(tx: Tx, case_id: int, supporter: int) -> list[Said]:
    """Read a conversation, in the order in which it was written; empty where it is gone."""
    key = case_secrets.key_of(tx, case_id, Secret.CONVERSATION, supporter)
    if key is None:
        return []
    query = select(talk).where(talk.c.case_id == case_id, talk.c.supporter == supporter)
    said = []
    for row in tx.connection.execute(query.order_by(talk.c.id)).mappings():
        by = Side(row["said_by"])
        said.append(
            Said(by, row["at"], _text(tx, key, row["sealed"], _about(case_id, supporter, by)))
        )
    return said


def _text(tx: Tx, key: bytes, sealed: bytes, about: str) -> str | None:
    try:
        return tx.keyring.open_under(key, sealed, about).decode()
    except (WrongSecretError, ValueError):
        return None  # damaged: it keeps nobody from the rest of the conversation


def count(tx: Tx, case_id: int, supporter: int) -> int:
    """Count the messages of a conversation."""
    query = select(func.count()).where(talk.c.case_id == case_id, talk.c.supporter == supporter)
    return tx.connection.scalar(query) or 0


def _about(case_id: int, supporter: int, by: Side) -> str:
    # Who said it is bound in: a row turned round does not open.
    return f"talk/{case_id}/{supporter}/{by.value}"
