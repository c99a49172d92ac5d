"""What a planned year comes to, in numbers: how long people wait, how often others are asked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.casework.states import Outcome
from bot.planning.year import Fate

TWO_DAYS = timedelta(hours=48)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How it went for the requests of one language, or for all.

    Times are hours until first contact; None where so many never had one. They are over all who
    did not take their request back before, so that giving up early makes nothing look quicker.
    Shares are from 0 to 1; `nobody_after_two_days` is of those still waiting for a yes then.
    """

    requests: int
    median_hours: float | None
    hours_of_95: float | None
    nobody_after_two_days: float
    unanswered: float
    withdrawn: float
    offers_a_request: float
    yes_in_vain: float


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What it asked of supporters, in offers a week over the whole year.

    `busiest` is the mean of whoever was asked most; `full_weeks` is the share of all weeks of all
    supporters in which somebody was asked as often as they had allowed.
    """

    supporters: int
    offers_a_week: float
    busiest: float
    full_weeks: float
    cases_a_year: float


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A planned year."""

    all: Numbers
    by_language: dict[str, Numbers]
    burden: Burden

    def plain(self) -> dict[str, Any]:
        """Give it as JSON knows it."""
        return asdict(self)


def count(fates: Sequence[Fate], per_week: dict[int, int], begins: datetime, weeks: int) -> Counted:
    """Count a year; `per_week` gives each supporter's own limit."""
    languages = Counter(fate.language for fate in fates)
    return Counted(
        all=_numbers(fates),
        by_language={
            language: _numbers([fate for fate in fates if fate.language == language])
            for language, _ in languages.most_common()
        },
        burden=_burden(fates, per_week, begins, weeks),
    )


def waits(fates: Iterable[Fate]) -> list[float]:
    """Give the hours until first contact, sorted; infinite for those who never had one."""
    return sorted(_wait(fate) for fate in fates if not _gave_up_waiting(fate))


def still_without(fates: Sequence[Fate], hours: float) -> float:
    """Give the share of requests that have no supporter yet so many hours after they came."""
    waited = timedelta(hours=hours)
    return _share(fates, lambda fate: _waits_for_a_yes(fate, waited))


def _waits_for_a_yes(fate: Fate, waited: timedelta) -> bool:
    accepted = fate.accepted_at
    if accepted is not None:
        return accepted - fate.asking.at > waited
    closed = fate.case.closed_at
    taken_back = fate.outcome is Outcome.WITHDRAWN and closed is not None
    return not (taken_back and closed is not None and closed - fate.asking.at <= waited)


def _numbers(fates: Sequence[Fate]) -> Numbers:
    waited = waits(fates)
    offers = sum(len(fate.asked) for fate in fates)
    return Numbers(
        requests=len(fates),
        median_hours=_quantile(waited, 0.5),
        hours_of_95=_quantile(waited, 0.95),
        nobody_after_two_days=_share(fates, lambda fate: _waits_for_a_yes(fate, TWO_DAYS)),
        unanswered=_share(fates, lambda fate: fate.outcome is Outcome.UNANSWERED),
        withdrawn=_share(fates, _gave_up_waiting),
        offers_a_request=offers / len(fates) if fates else 0.0,
        yes_in_vain=sum(f.yes_in_vain for f in fates) / len(fates) if fates else 0.0,
    )


def _burden(
    fates: Sequence[Fate], per_week: dict[int, int], begins: datetime, weeks: int
) -> Burden:
    asked: Counter[int] = Counter()
    in_week: Counter[tuple[int, int]] = Counter()
    for fate in fates:
        for at, supporter in fate.asked:
            if (week := (at - begins) // timedelta(weeks=1)) < weeks:
                asked[supporter] += 1
                in_week[supporter, week] += 1
    full = sum(1 for (supporter, _), many in in_week.items() if many >= per_week[supporter])
    people = len(per_week)
    return Burden(
        supporters=people,
        offers_a_week=asked.total() / people / weeks,
        busiest=max(asked.values(), default=0) / weeks,
        full_weeks=full / people / weeks,
        cases_a_year=sum(fate.met for fate in fates) / people * 52 / weeks,
    )


def _wait(fate: Fate) -> float:
    if fate.contacted_at is None:
        return math.inf
    return (fate.contacted_at - fate.asking.at) / _HOUR


def _gave_up_waiting(fate: Fate) -> bool:
    return fate.outcome is Outcome.WITHDRAWN and fate.contacted_at is None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """Give the least value that so large a share does not exceed."""
    if not ordered:
        return None
    value = ordered[max(0, math.ceil(share * len(ordered)) - 1)]
    return None if math.isinf(value) else value


def _share(fates: Sequence[Fate], holds: Callable[[Fate], bool]) -> float:
    return sum(map(holds, fates)) / len(fates) if fates else 0.0
