"""What people do in a planned year is what was assumed of them, and takes as long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from bot.casework.matching import Wish
from bot.casework.roster import Hours, Supporter
from bot.casework.states import OfferState, Outcome
from bot.config.model import Policy
from bot.planning.assumptions import Assumptions, Delay, MadeRoster
from bot.planning.people import Asking
from bot.planning.plan import Plan, carry_out
from bot.planning.year import BEGINS, Fate, Year

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NOON = BEGINS + 12 * HOUR
CERTAIN = Assumptions(
    acceptance=1,
    declines=0,
    yes_to_reminder=0,
    never_write=0,
    hand_back=0,
    withdraws_a_day=0,
    answers=Delay(median=5, slow=5),
    first_message=Delay(median=7, slow=7),
    lasts=Delay(median=100, slow=100),
)
"""Everybody says yes, writes and stays, and takes exactly as long as the half of all do."""
ONE_AT_A_TIME = Policy(offers_at_once=1, cool_down_days=0)
MORNING = Hours(time(8), time(14))


def people(many: int, **about: Any) -> list[Supporter]:
    """Give some supporters who are awake all day."""
    return [Supporter(user_id=i, name=f"S{i}", languages=("de",), **about) for i in range(many)]


def lead(
    assumed: Assumptions,
    *,
    policy: Policy = ONE_AT_A_TIME,
    roster: Sequence[Supporter] | None = None,
    at: Sequence[datetime] = (NOON,),
) -> list[Fate]:
    """Let some people ask, and give what came of each."""
    year = Year(people(9) if roster is None else roster, assumed, policy, Random(1))
    asking = [
        Asking(moment, Wish(requester_id=1000 + i, languages=("de",), channels=("desk",)))
        for i, moment in enumerate(at)
    ]
    list(year.run(asking))
    return year.fates


def states(fate: Fate) -> list[OfferState]:
    """Say how each offer ended."""
    return [offer.state for offer in fate.case.offers]


def test_all_takes_as_long_as_assumed() -> None:
    """A minute until the mail is out, then the answer, the first message, and the whole time."""
    [fate] = lead(CERTAIN)
    assert fate.asked == [(NOON + MINUTE, fate.case.offers[0].supporter)]
    assert fate.accepted_at == NOON + MINUTE + 5 * HOUR
    assert fate.contacted_at == NOON + MINUTE + 12 * HOUR
    assert fate.case.closed_at == NOON + MINUTE + 112 * HOUR
    assert (fate.outcome, fate.met, fate.yes_in_vain) == (Outcome.HELPED, 1, 0)


def test_people_answer_and_write_when_they_are_awake() -> None:
    """The mail goes within their hours, and so does all that they do."""
    [fate] = lead(CERTAIN, roster=people(1, hours=MORNING))
    assert fate.asked[0][0] == NOON + MINUTE
    assert fate.accepted_at == BEGINS + DAY + 8 * HOUR
    assert fate.contacted_at == BEGINS + 2 * DAY + 8 * HOUR


def test_a_mail_that_can_wait_waits_for_somebodys_hours() -> None:
    """Who asks before eight is mailed at eight, when somebody else is asked already."""
    early = BEGINS + 6 * HOUR
    later = people(1, hours=MORNING)
    awake = replace(people(1)[0], user_id=50)
    [fate] = lead(CERTAIN, policy=Policy(offers_at_once=2), roster=[*later, awake], at=[early])
    assert (BEGINS + 8 * HOUR + MINUTE, 0) in fate.asked


def test_who_declines_makes_room_for_the_next_at_once() -> None:
    """Nobody is silent; each declined after the same time."""
    [fate] = lead(replace(CERTAIN, acceptance=0, declines=1), roster=people(3))
    assert states(fate) == [OfferState.DECLINED] * 3
    assert [at for at, _ in fate.asked] == [
        NOON + n * 5 * HOUR + (n + 1) * MINUTE for n in range(3)
    ]
    assert fate.outcome is Outcome.UNANSWERED
    assert (fate.met, fate.accepted_at, fate.contacted_at) == (0, None, None)


def test_who_stays_silent_lets_the_offer_run_out() -> None:
    """With a day to answer for each of them."""
    [fate] = lead(replace(CERTAIN, acceptance=0), roster=people(3))
    assert states(fate) == [OfferState.EXPIRED] * 3
    assert fate.asked[1][0] - fate.asked[0][0] == DAY + MINUTE


def test_a_reminder_can_bring_the_yes_of_who_was_silent() -> None:
    """Sent after twelve hours to the only one there is, and answered five hours later."""
    assumed = replace(CERTAIN, acceptance=0, yes_to_reminder=1)
    [fate] = lead(assumed, roster=people(1))
    assert fate.accepted_at == NOON + MINUTE + 17 * HOUR
    [fate] = lead(replace(assumed, yes_to_reminder=0), roster=people(1))
    assert fate.accepted_at is None


def test_who_forgets_to_write_loses_the_case_in_the_end() -> None:
    """Each is nudged after two days, and two days later the case waits for another."""
    [fate] = lead(replace(CERTAIN, never_write=1), roster=people(2))
    assert states(fate) == [OfferState.HANDED_BACK] * 2
    assert fate.contacted_at is None
    assert fate.met == 2
    assert fate.accepted_at == NOON + MINUTE + 5 * HOUR  # the first yes


def test_who_knows_the_person_hands_the_case_back() -> None:
    """When they would have written; the next is asked, up to as many as one may meet."""
    policy = Policy(offers_at_once=1, supporters_one_requester_may_meet=3)
    [fate] = lead(replace(CERTAIN, hand_back=1), policy=policy)
    assert states(fate) == [OfferState.HANDED_BACK] * 3
    assert fate.asked[1][0] == NOON + MINUTE + 12 * HOUR + MINUTE
    assert (fate.met, fate.contacted_at, fate.outcome) == (3, None, Outcome.UNANSWERED)


@pytest.mark.parametrize(("never", "back"), [(0.3, 0.0), (0.0, 0.3), (0.3, 0.3)])
def test_shares_of_those_who_accept_are_apart(never: float, back: float) -> None:
    """Some forget, some hand back, and all others write."""
    moments = [BEGINS + n * HOUR for n in range(200)]
    fates = lead(
        replace(CERTAIN, never_write=never, hand_back=back),
        roster=people(200),
        at=moments,
    )
    firsts = [fate.case.offers[0] for fate in fates]
    accepted = [fate.accepted_at for fate in fates]
    held = [
        (offer.ended_at - at) / HOUR
        for offer, at in zip(firsts, accepted, strict=True)
        if offer.ended_at is not None and at is not None
    ]
    assert sum(one == 7 for one in held) / 200 == pytest.approx(back, abs=0.08)
    assert sum(one == 107 for one in held) / 200 == pytest.approx(1 - never - back, abs=0.08)


def test_who_says_yes_second_does_so_in_vain() -> None:
    """Asked at the same time, of three who say yes two come too late."""
    [fate] = lead(CERTAIN, policy=Policy(offers_at_once=3), roster=people(3))
    assert sorted(states(fate), key=lambda one: one.value) == [
        OfferState.ACCEPTED,
        OfferState.ENDED,
        OfferState.ENDED,
    ]
    assert fate.yes_in_vain == 2


def test_patience_ends_as_often_as_assumed_while_somebody_waits() -> None:
    """With nobody on the roster, half of all who ask have taken it back after 0.69 / 0.1 days."""
    moments = [BEGINS + n * HOUR for n in range(100)]
    policy = Policy(give_up_after_days=8)
    fates = lead(replace(CERTAIN, withdraws_a_day=0.1), policy=policy, roster=[], at=moments)
    back = [one for one in fates if one.outcome is Outcome.WITHDRAWN]
    assert {one.outcome for one in fates} == {Outcome.WITHDRAWN, Outcome.UNANSWERED}
    soon = [one for one in back if (one.case.closed_at or BEGINS) - one.asking.at < 6.93 * DAY]
    assert len(soon) / 100 == pytest.approx(0.5, abs=0.12)


def test_nobody_who_has_a_supporter_loses_patience() -> None:
    """They are not waiting any more, however long it takes."""
    fates = lead(
        replace(CERTAIN, withdraws_a_day=2, lasts=Delay(median=3000, slow=3000),
                answers=Delay(median=0.001, slow=0.001)),
        at=[NOON + n * DAY for n in range(5)],
    )  # fmt: skip
    assert {fate.outcome for fate in fates} == {Outcome.HELPED}


def test_each_week_is_told_once_it_is_over() -> None:
    """By its number from the beginning, when the first thing of a later one has happened."""
    wish = Wish(requester_id=1000, languages=("de",), channels=("desk",))
    year = Year(people(1), CERTAIN, ONE_AT_A_TIME, Random(1))
    told = list(year.run([Asking(NOON, wish), Asking(NOON + 7 * DAY, wish)]))
    assert told[0] == 1
    assert told == sorted(set(told))
    year = Year(people(1), CERTAIN, ONE_AT_A_TIME, Random(1))
    weeks = year.run([Asking(NOON + 7 * DAY - HOUR, wish), Asking(NOON + 21 * DAY, wish)])
    assert [next(weeks), next(weeks)] == [1, 3]
    assert len(year.fates) == 2


def test_a_plan_runs_each_seed_with_people_of_its_own_and_counts_them_together() -> None:
    """Twice as many supporters, no two of them one; the share that is done rises to all."""
    plan = Plan(
        policy=Policy(),
        assumed=replace(CERTAIN, requests_per_week=4),
        made=MadeRoster(supporters=5),
        entries=None,
        weeks=6,
        seeds=(1, 2),
    )
    said: list[float] = []
    came = carry_out(plan, Random, said.append)
    assert came.counted.burden.supporters == 10
    assert said == sorted(said)
    assert said[-1] == 1
    assert any(0 < one < 0.5 for one in said)
    alone = carry_out(replace(plan, seeds=(2,)), Random, lambda _: None)
    first = carry_out(replace(plan, seeds=(1,)), Random, lambda _: None)
    assert [one.asking for one in came.fates] == [
        one.asking for part in (first, alone) for one in part.fates
    ]
    times = [one.asking.at for one in came.fates]
    assert max(times) - BEGINS < timedelta(weeks=6)
    assert max(times) - BEGINS > timedelta(weeks=5)


def test_requests_come_in_the_languages_that_are_assumed_else_in_those_of_the_roster() -> None:
    """An operator can plan for a language that hardly anybody on the roster speaks."""
    plan = Plan(
        policy=Policy(),
        assumed=replace(CERTAIN, second_language=0),
        made=MadeRoster(supporters=5, speak={"fr": 1}),
        entries=None,
        weeks=1,
        seeds=(1,),
    )
    assert set(carry_out(plan, Random, lambda _: None).counted.by_language) == {"fr"}
    plan = replace(plan, assumed=replace(plan.assumed, languages={"es": 1}))
    assert set(carry_out(plan, Random, lambda _: None).counted.by_language) == {"es"}
