"""The line in which new cases wait when more came than the day's mails can carry."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, select

from bot.casework.states import State
from bot.casework.surge import Line
from bot.store.schema import cases, offers
from bot.store.store import Tx, get_setting, put_setting

LINE = "line"
SPENT = "line-spent"
_KEPT = timedelta(days=2)
NEW = cases.c.begun_at.is_(None)
"""A case for which nobody was looked for yet."""
IN_VAIN = and_(~NEW, ~exists().where(offers.c.case_id == cases.c.id))
"""One for which somebody was looked for, and nobody was asked yet."""


def state(tx: Tx) -> Line:
    """Say whether new cases wait in line."""
    return Line(get_setting(tx, LINE) or Line.FLOWING.value)


def put_state(tx: Tx, line: Line) -> None:
    """Note whether new cases wait in line."""
    put_setting(tx, LINE, line.value)


def waiting(tx: Tx, now: datetime) -> int:
    """Count the new cases whose time to look has come."""
    query = select(func.count()).where(
        cases.c.state != State.CLOSED.value, NEW, cases.c.look_at <= now
    )
    return tx.connection.scalar(query) or 0


def spend(tx: Tx, mails: int, now: datetime) -> None:
    """Note what a new case costs, in mails; of a day, by the minute, and of no case."""
    minute = now.replace(second=0, microsecond=0)
    kept = [(at, many) for at, many in _spent(tx) if at > now - _KEPT]
    this = sum(many for at, many in kept if at == minute) + mails
    kept = [*((at, many) for at, many in kept if at != minute), (minute, this)]
    put_setting(tx, SPENT, json.dumps([(at.isoformat(), many) for at, many in kept]))


def spent_since(tx: Tx, since: datetime) -> int:
    """Count the mails that new cases cost since then, to the minute."""
    return sum(many for at, many in _spent(tx) if at > since)


def _spent(tx: Tx) -> list[tuple[datetime, int]]:
    kept = json.loads(get_setting(tx, SPENT) or "[]")
    return [(datetime.fromisoformat(at), many) for at, many in kept]
