"""What desk and commands have left for the worker, as one mark that changes with it."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.store.schema import events, outbox, sign_ins
from bot.store.store import STATE, Tx, get_setting


def newest(tx: Tx) -> tuple[object, ...]:
    """Give the newest event, mail and sign-in, and whether the network is paused."""
    tables = (events, outbox, sign_ins)
    ids = tuple(tx.connection.scalar(select(func.max(table.c.id))) for table in tables)
    return (*ids, get_setting(tx, STATE))
