"""The circuit breaker: how many new cases a day's mails can carry, and when others wait in line."""

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
    """New cases begun within 24 hours, those that wait for their beginning, and what is carried."""

    begun: int
    waiting: int
    carried: int

    @property
    def room(self) -> int:
        """Say how many may be begun now."""
        return max(0, self.carried - self.begun)


def carried(mails_per_day: int, policy: OfferPolicy) -> int:
    """Say how many new cases a day's mails carry; always one at least."""
    each = policy.offers_at_once + MAILS_BESIDE_OFFERS
    return max(1, mails_per_day // SHARE_OF_NEW // each)


def turn(line: Line, day: Day) -> Line:
    """Hold new cases when more wait than there is room for.

    They flow again once nobody waits in vain and the day is half empty, so that a surge that comes
    and goes by the hour is one surge, and told once.
    """
    if day.waiting > day.room:
        return Line.HELD
    if line is Line.HELD and day.begun * 2 > day.carried:
        return Line.HELD
    return Line.FLOWING
