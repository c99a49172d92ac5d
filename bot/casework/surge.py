"""The circuit breaker: how many new cases a day's mails can carry, and when others wait in line.

What counts is mails: a request that nobody can be asked about takes nobody's place.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

MAILS_BESIDE_OFFERS = 3
"""What a case costs at its beginning: receipt, the supporter's link, word that they said yes."""
SHARE_OF_NEW = 2
"""Half of the day's mails may begin new cases; the other half is for those under way."""


@enum.unique
class Line(enum.Enum):
    """Whether supporters are asked about a new case at once, or when its turn has come."""

    FLOWING = "flowing"
    HELD = "held"


class OfferPolicy(Protocol):
    """The figure of the configuration's `policy` that says what a case costs."""

    @property
    def offers_at_once(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Day:
    """What new cases cost within 24 hours, how many wait for their beginning, and what is carried.

    In mails, but for those that `waiting`; one case costs `each` at most.
    """

    spent: int
    waiting: int
    carried: int
    each: int

    @property
    def room(self) -> int:
        """Say how many cases may be begun now."""
        return max(0, (self.carried - self.spent) // self.each)


def cost_of(offers: int) -> int:
    """Say what a case costs at its beginning, in mails; nothing where nobody could be asked."""
    return offers + MAILS_BESIDE_OFFERS if offers else 0


def carried(mails_per_day: int, policy: OfferPolicy) -> int:
    """Say how many of a day's mails may begin new cases; enough for one at least."""
    return max(cost_of(policy.offers_at_once), mails_per_day // SHARE_OF_NEW)


def turn(line: Line, day: Day) -> Line:
    """Hold new cases once one waits and there is no room.

    How many came says nothing before: those that nobody can be asked about cost no mail. They flow
    again once nobody waits in vain and the day is half empty, so that a surge that comes and goes
    by the hour is one surge, and told once.
    """
    if line is Line.FLOWING:
        return Line.HELD if day.waiting and not day.room else line
    in_vain = day.waiting > day.room or day.spent * 2 > day.carried
    return line if in_vain else Line.FLOWING
