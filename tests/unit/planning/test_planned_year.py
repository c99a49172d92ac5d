"""The simulated year: led by the casework, true to what can be reckoned, the same for a seed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.casework.roster import RosterEntry
from bot.casework.states import OfferState, Outcome
from bot.config.model import Policy
from bot.planning.assumptions import Assumptions, Delay, MadeRoster
from bot.planning.plan import Came, Plan, carry_out

AT_ONCE = Delay(median=0.01, slow=0.02)
PLAN = Plan(
    policy=Policy(),
    assumed=Assumptions(requests_per_week=6),
    made=MadeRoster(supporters=20),
    entries=None,
    weeks=20,
    seeds=(1,),
)


def _run(plan: Plan) -> Came:
    return carry_out(plan, Random, lambda _done: None)


@pytest.fixture(scope="module")
def came() -> Came:
    """Give twenty weeks of a busy network."""
    return _run(PLAN)


def test_the_same_seed_brings_the_same_year(came: Came) -> None:
    """A plan can be looked at again, and two policies be compared under the same chance."""
    assert _run(PLAN).counted == came.counted
    assert _run(replace(PLAN, seeds=(2,))).counted != came.counted


def test_another_policy_meets_the_same_requests(came: Came) -> None:
    """Who asks when does not hang on what is decided afterwards."""
    other = _run(replace(PLAN, policy=Policy(offers_at_once=4)))
    assert [fate.asking for fate in other.fates] == [fate.asking for fate in came.fates]


def test_every_request_comes_to_its_end(came: Came) -> None:
    """No case is forgotten by the moved clock: each is closed, with an outcome."""
    assert len(came.fates) > 80
    assert all(fate.case.outcome is not None for fate in came.fates)
    assert not any(fate.case.live_offers for fate in came.fates)
    assert {Outcome.HELPED, Outcome.WITHDRAWN} <= {fate.outcome for fate in came.fates}


def test_nobody_is_asked_beyond_their_limits(came: Came) -> None:
    """Matching's rules hold in the plan as they do at work: two a week, two places at a time."""
    made: dict[int, list[datetime]] = defaultdict(list)
    held: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for fate in came.fates:
        for offer in fate.case.offers:
            made[offer.supporter].append(offer.made_at)
            assert offer.ended_at is not None, offer.state
            held[offer.supporter] += [(offer.made_at, 1), (offer.ended_at, -1)]
    for times in made.values():
        times.sort()
        pairs = zip(times, times[2:], strict=False)
        assert all(third - first >= timedelta(days=7) for first, third in pairs)
    for changes in held.values():
        places = 0
        for _, change in sorted(changes):  # whoever leaves at a moment goes first
            places += change
            assert places <= PLAN.made.capacity


def test_nobody_is_asked_twice_about_one_case(came: Came) -> None:
    """Whoever was asked, and whoever gave a case back, is left in peace about it."""
    for fate in came.fates:
        asked = [offer.supporter for offer in fate.case.offers]
        assert len(asked) == len(set(asked))


def test_a_quarter_is_unanswered_after_two_days() -> None:
    """With 30 % who say yes, and two asked a day, it is 0.7 to the fourth, as can be reckoned."""
    everybody = [RosterEntry(user=f"S{n}", languages=("de",), per_week=99) for n in range(60)]
    at_once = Assumptions(
        requests_per_week=5,
        languages={"de": 1},
        acceptance=0.3,
        declines=0,
        yes_to_reminder=0,
        answers=AT_ONCE,
        withdraws_a_day=0,
        lasts=Delay(median=1, slow=2),
    )
    policy = Policy(cool_down_days=0, offers_at_once=2, answer_within_hours=24)
    plan = replace(PLAN, policy=policy, assumed=at_once, entries=everybody, seeds=range(8))
    came = _run(plan)
    assert came.counted.all.nobody_after_two_days == pytest.approx(0.7**4, abs=0.04)


def test_where_nobody_says_yes_it_is_said_so() -> None:
    """All are given up or taken back, and no time until first contact is made up."""
    came = _run(replace(PLAN, assumed=replace(PLAN.assumed, acceptance=0, yes_to_reminder=0)))
    counted = came.counted.all
    assert counted.median_hours is None
    assert counted.hours_of_95 is None
    assert counted.unanswered + counted.withdrawn == pytest.approx(1)
    assert not any(o.state is OfferState.ACCEPTED for f in came.fates for o in f.case.offers)


def test_languages_are_counted_apart(came: Came) -> None:
    """Each language has its numbers, and together they are all requests."""
    assert len(came.counted.by_language) > 2
    parts = came.counted.by_language.values()
    assert sum(part.requests for part in parts) == came.counted.all.requests == len(came.fates)


def test_a_full_week_has_as_many_offers_as_were_allowed(came: Came) -> None:
    """Two a week: at most half as many weeks are full as there were offers, and some are."""
    assert 0 < came.counted.burden.full_weeks <= came.counted.burden.offers_a_week / 2


def test_more_supporters_mean_less_waiting(came: Came) -> None:
    """What an operator plans by points the right way."""
    many = _run(replace(PLAN, made=replace(PLAN.made, supporters=80)))
    assert many.counted.all.nobody_after_two_days < came.counted.all.nobody_after_two_days
    assert many.counted.burden.offers_a_week < came.counted.burden.offers_a_week
