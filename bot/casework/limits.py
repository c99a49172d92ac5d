"""What one account may ask for; who is over a limit is told so, not swallowed."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@enum.unique
class Refusal(enum.Enum):
    """Why a request that could be read is not taken; each has a message `not-taken-…`."""

    BLOCKED = "blocked"
    OPEN_ALREADY = "open-already"
    TOO_MANY = "too-many"
    BARRED = "barred"


FIRST_WAIT = timedelta(hours=6)
LONGEST_WAIT = timedelta(hours=48)


def wait_after(withdrawn: int) -> timedelta:
    """Say how long nobody is asked for an account that has withdrawn so many requests lately.

    Of those that nobody had accepted: each has rung people for nothing. Twice as long each time.
    """
    if withdrawn <= 0:
        return timedelta(0)
    doublings = min(withdrawn - 1, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << doublings))


def kept_for_first(per_week: int) -> int:
    """Say how many of a supporter's offers in a week are kept for first requests: half of them."""
    return per_week // 2


def counted_offers(made: int, withdrawn: int) -> int:
    """Count a week's offers; two that were withdrawn again count as one of them."""
    return made - withdrawn + withdrawn // 2


class LimitPolicy(Protocol):
    """The figures of the configuration's `policy` that limit one account."""

    @property
    def open_requests_per_account(self) -> int: ...  # noqa: D102
    @property
    def requests_per_account_per_month(self) -> int: ...  # noqa: D102
    @property
    def supporters_one_requester_may_meet(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Standing:
    """What is known of the account that asks: counts, and who has shut it out.

    `blocked` is the wiki's, site-wide; `barred` a coordinator's decision.
    """

    blocked: bool
    open_requests: int
    requests_this_month: int
    barred: bool = False


def refusal(standing: Standing, policy: LimitPolicy) -> Refusal | None:
    """Say why this account cannot ask now; None where it can."""
    if standing.blocked:
        return Refusal.BLOCKED
    if standing.barred:
        return Refusal.BARRED
    if standing.open_requests >= policy.open_requests_per_account:
        return Refusal.OPEN_ALREADY
    if standing.requests_this_month >= policy.requests_per_account_per_month:
        return Refusal.TOO_MANY
    return None
