"""One plan: a roster, assumptions and a policy; run under several seeds, and counted together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.casework.roster import RosterEntry, Supporter
from bot.planning.assumptions import Assumptions, MadeRoster
from bot.planning.chance import Chance, Seeded
from bot.planning.counted import Counted, count
from bot.planning.people import from_file, made_roster, requests, spoken
from bot.planning.year import BEGINS, Fate, PlanningPolicy, Year

Say = Callable[[float], None]
"""Told how much of a plan is done, from 0 to 1."""
_APART = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is planned; without `entries` of a roster file, each run draws a roster."""

    policy: PlanningPolicy
    assumed: Assumptions
    made: MadeRoster
    entries: Sequence[RosterEntry] | None
    weeks: int
    seeds: Sequence[int]


@dataclass(frozen=True)
class Came:
    """What came of a plan: every request's fate, and the numbers."""

    fates: tuple[Fate, ...]
    counted: Counted


def carry_out(plan: Plan, seeded: Seeded, say: Say) -> Came:
    """Run a plan once under each seed, and count all its years as one.

    People and requests are drawn apart from what they do then, so that a seed brings the same
    requests and the same roster to every policy that is compared.
    """
    fates: list[Fate] = []
    per_week: dict[int, int] = {}
    for place, seed in enumerate(plan.seeds):
        roster = _roster(plan, seeded(f"{seed}/roster"), first=place * _APART + 1)
        per_week |= {one.user_id: one.per_week for one in roster}
        year = Year(roster, plan.assumed, plan.policy, seeded(f"{seed}/people"))
        shares = plan.assumed.languages or spoken(roster)
        ends = BEGINS + timedelta(weeks=plan.weeks)
        asking = requests(plan.assumed, shares, BEGINS, ends, seeded(f"{seed}/requests"))
        for week in year.run(asking):
            say((place + min(1.0, week / plan.weeks)) / len(plan.seeds))
        fates += year.fates
    return Came(tuple(fates), count(fates, per_week, BEGINS, plan.weeks))


def _roster(plan: Plan, chance: Chance, first: int) -> tuple[Supporter, ...]:
    if plan.entries is None:
        return made_roster(plan.made, chance, first)
    return from_file(plan.entries, first)
