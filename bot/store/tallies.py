"""Counts of closed cases by quarter: they belong to nobody, and go once they were told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.casework.states import Case
from bot.languages import written_today
from bot.statistics.bands import Cell, Dimension, Told, quarter_of, tell, wait_of
from bot.store.schema import settings, tallies
from bot.store.store import Tx, get_setting, put_setting

_TOLD = "told-"
"""Begins the names of the settings that hold what was told."""


def add(
    tx: Tx, case: Case, languages: Iterable[str], topics: Iterable[str], closed_at: datetime
) -> None:
    """Count a case that has just closed, once in each dimension."""
    quarter = quarter_of(closed_at)
    outcome = "" if case.outcome is None else case.outcome.value
    wait = wait_of(case.received_at, case.contacted_at)
    _count(tx, quarter, Dimension.OUTCOME, outcome)
    _count(tx, quarter, Dimension.WAIT, wait.value)
    _count(tx, quarter, Dimension.LANGUAGE, written_today(next(iter(languages))))
    for topic in sorted(set(topics)):
        _count(tx, quarter, Dimension.TOPIC, topic)


def told(tx: Tx, quarter: str, offered: Mapping[Dimension, Iterable[str]]) -> Told | None:
    """Give what is told of a quarter that is over; the same for ever from the first time on.

    The counts are deleted then: what was not told cannot be found out any more. None where there
    is not enough.
    """
    name = f"{_TOLD}{quarter}"
    kept = get_setting(tx, name)
    if kept is not None:
        return {
            Dimension(one): {value: Cell(*bounds) for value, bounds in cells.items()}
            for one, cells in json.loads(kept).items()
        }
    found = tell(_counts(tx, quarter), offered)
    if found is None:
        return None
    plain = {
        one.value: {value: [cell.least, cell.most] for value, cell in cells.items()}
        for one, cells in found.items()
    }
    put_setting(tx, name, json.dumps(plain))
    tx.erased = True
    tx.connection.execute(delete(tallies).where(tallies.c.quarter == quarter))
    return found


def quarters_told(tx: Tx) -> list[str]:
    """List the quarters that were told already, the earliest first."""
    query = select(settings.c.name).where(settings.c.name.startswith(_TOLD))
    return sorted(name.removeprefix(_TOLD) for name in tx.connection.scalars(query))


def forget(tx: Tx, before: str) -> int:
    """Drop the counts of quarters before this one that nobody asked for; say how many."""
    return tx.connection.execute(delete(tallies).where(tallies.c.quarter < before)).rowcount


def _counts(tx: Tx, quarter: str) -> dict[Dimension, dict[str, int]]:
    counts: dict[Dimension, dict[str, int]] = {one: {} for one in Dimension}
    query = select(tallies).where(tallies.c.quarter == quarter)
    for row in tx.connection.execute(query).mappings():
        counts[Dimension(row["dimension"])][row["value"]] = row["cases"]
    return counts


def _count(tx: Tx, quarter: str, dimension: Dimension, value: str) -> None:
    place = {"quarter": quarter, "dimension": dimension.value, "value": value}
    here = [tallies.c[name] == part for name, part in place.items()]
    more = update(tallies).where(*here).values(cases=tallies.c.cases + 1)
    if tx.connection.execute(more).rowcount == 0:
        tx.connection.execute(insert(tallies).values(**place, cases=1))
