"""Statistics that identify nobody: what may be told of a quarter, in bands. Pure.

A cell is a band and never a count; every value that could have been chosen has its cell, so that an
empty one looks like a small one; there are no totals. What is left to somebody curious is to take
the cells off the number of all cases: `narrowed` does just that, and where it would tell more of a
small cell than that it is small, its dimension is withheld.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SMALL = 10
ENOUGH = 30
"""So many cases have to have closed in a quarter before anything is told of it."""
OTHER = "other"
EVERYTHING = 10**9
_BANDS = (SMALL, 20, 50, 100, 200, 500, 1000)


@enum.unique
class Dimension(enum.Enum):
    """What cases are counted by; each is told by itself, never one within another."""

    OUTCOME = "outcome"
    LANGUAGE = "language"  # the best one that was asked for
    TOPIC = "topic"  # up to five a case, or none
    WAIT = "wait"  # until the first contact

    @property
    def adds_up(self) -> bool:
        """Whether each case is in exactly one cell."""
        return self is not Dimension.TOPIC

    @property
    def is_closed(self) -> bool:
        """Whether nothing but what is offered can be chosen."""
        return self in {Dimension.OUTCOME, Dimension.WAIT}


@enum.unique
class Wait(enum.Enum):
    """How long somebody waited for the first contact."""

    DAY = "up to a day"
    THREE_DAYS = "up to three days"
    WEEK = "up to a week"
    LONGER = "longer"
    NEVER = "no contact"


@dataclass(frozen=True)
class Cell:
    """A number of cases as it is told: at least, and at most."""

    least: int
    most: int

    def __str__(self) -> str:
        """Write it as people read it."""
        if self == UNDER:
            return f"under {SMALL}"
        return f"{self.least} or more" if self.most == EVERYTHING else f"{self.least}–{self.most}"


UNDER = Cell(0, SMALL - 1)
Told = Mapping[Dimension, Mapping[str, Cell]]
"""All that is told of a quarter."""


def quarter_of(moment: datetime) -> str:
    """Name the quarter of a time: 2026-Q4."""
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def before(quarter: str) -> str:
    """Name the quarter before one."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def wait_of(received_at: datetime, contacted_at: datetime | None) -> Wait:
    """Put a wait into its band."""
    if contacted_at is None:
        return Wait.NEVER
    waited = contacted_at - received_at
    limits = {Wait.DAY: 1, Wait.THREE_DAYS: 3, Wait.WEEK: 7}
    return next((w for w, days in limits.items() if waited <= timedelta(days=days)), Wait.LONGER)


def cell(count: int) -> Cell:
    """Put a count into its band."""
    if count < SMALL:
        return UNDER
    least = max(edge for edge in _BANDS if edge <= count)
    return Cell(least, min((edge for edge in _BANDS if edge > count), default=EVERYTHING + 1) - 1)


def tell(
    counts: Mapping[Dimension, Mapping[str, int]], offered: Mapping[Dimension, Iterable[str]]
) -> Told | None:
    """Give what may be told of a quarter's counts; None where there is not enough of it.

    `offered` names the values that could be chosen: each gets a cell whatever was chosen. What else
    was chosen is shown by itself only where it is not small, and together otherwise.
    """
    total = sum(counts.get(Dimension.OUTCOME, {}).values())
    if total < ENOUGH:
        return None
    told = {one: _cells(one, counts.get(one, {}), offered.get(one, ())) for one in Dimension}
    safe = {
        one: cells for one, cells in told.items() if not (one.adds_up and narrowed(cells, total))
    }
    return safe or None


def _cells(one: Dimension, counts: Mapping[str, int], offered: Iterable[str]) -> dict[str, Cell]:
    if one.is_closed:
        return {value: cell(counts.get(value, 0)) for value in offered}
    shown = set(offered) | {value for value, count in counts.items() if count >= SMALL}
    rest = sum(count for value, count in counts.items() if value not in shown)
    return {value: cell(counts.get(value, 0)) for value in sorted(shown)} | {OTHER: cell(rest)}


def narrowed(cells: Mapping[str, Cell], total: int) -> list[str]:
    """Name the small cells about which more follows than "under 10" for who knows all the others.

    Each case is in one cell, so the cells add up to all cases, and how many those are can nearly be
    counted in the public history of the intake page: somebody is taken to know it.
    """
    found = []
    for value, small in cells.items():
        if small != UNDER:
            continue
        others = [one for other, one in cells.items() if other != value]
        low = max(small.least, total - sum(one.most for one in others))
        high = min(small.most, total - sum(one.least for one in others))
        if (low, high) != (small.least, small.most):
            found.append(value)
    return found
