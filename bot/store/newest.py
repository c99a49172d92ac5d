"""What desk and commands have left for the worker, as one mark that changes with it."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.store.schema import events, outbox, page_keys, sign_ins
from bot.store.store import RENEW, STATE, Tx, get_setting


def newest(tx: Tx) -> tuple[object, ...]:
    """Give the newest event, mail, sign-in and page key, and what a command has asked for.

    That is a pause, and a key page to be saved anew.
    """
    tables = (events, outbox, sign_ins)
    ids = tuple(tx.connection.scalar(select(func.max(table.c.id))) for table in tables)
    key = tx.connection.scalar(select(func.max(page_keys.c.made_at)))
    return (*ids, key, get_setting(tx, STATE), get_setting(tx, RENEW) or None)
