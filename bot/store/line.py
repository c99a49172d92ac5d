"""The line in which new cases wait when more came than the day's mails can carry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.casework.states import State
from bot.casework.surge import Line
from bot.store.schema import cases
from bot.store.store import Tx, get_setting, put_setting

LINE = "line"
NEW = cases.c.begun_at.is_(None)
"""A case for which nobody was looked for yet."""


def state(tx: Tx) -> Line:
    """Say whether new cases wait in line."""
    return Line(get_setting(tx, LINE) or Line.FLOWING.value)


def put_state(tx: Tx, line: Line) -> None:
    """Note whether new cases wait in line."""
    put_setting(tx, LINE, line.value)


def waiting(tx: Tx) -> int:
    """Count the new cases."""
    query = select(func.count()).where(cases.c.state != State.CLOSED.value, NEW)
    return tx.connection.scalar(query) or 0


def begun_since(tx: Tx, since: datetime) -> int:
    """Count the cases for which somebody was first looked for since then."""
    query = select(func.count()).where(cases.c.begun_at > since)
    return tx.connection.scalar(query) or 0
