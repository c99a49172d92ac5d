"""Looking for supporters for one case: how many more are wanted, and how the chosen are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.casework.choosing import time_to_answer
from bot.casework.events import Chosen, Looked
from bot.casework.matching import Load, Match, not_before
from bot.casework.states import Case, CasePolicy

LOOK_AGAIN = timedelta(hours=1)
"""After which a case that still wants somebody is looked at again."""


def wanted(case: Case, policy: CasePolicy) -> int:
    """Say how many supporters can still be asked at this moment."""
    return max(0, policy.offers_at_once - len(case.live_offers))


def not_again(loads: Mapping[int, Load], asked: Iterable[int]) -> Mapping[int, Load]:
    """Give the loads with a note at those who were asked about this case before."""
    theirs = {one: loads.get(one, Load()) for one in asked}
    if not theirs:
        return loads
    return {**loads, **{i: replace(load, offered_this_case=True) for i, load in theirs.items()}}


def one_more(load: Load, now: datetime) -> Load:
    """Give the load of somebody who is asked now."""
    return replace(
        load,
        live_offers=load.live_offers + 1,
        offers_this_week=load.offers_this_week + 1,
        last_offer_at=now,
    )


def looked(
    case: Case,
    best: Sequence[Match],
    now: datetime,
    policy: CasePolicy,
    *,
    possible: bool,
    more: bool,
    some_dropped: bool = False,
) -> Looked:
    """Say who is asked, and when each mail may go: within their hours, if the case can wait.

    `some_dropped`: of the chosen not all can be asked any more, and others can be at once.
    """
    # Who is asked already leaves time, too.
    open_now = bool(case.live_offers) or any(match.open_now for match in best)
    deadline = time_to_answer(now, policy.answer_within_hours)
    return Looked(
        tuple(
            Chosen(match.supporter_id, not_before(match, open_now, deadline, now)) for match in best
        ),
        possible,
        again_at=now if some_dropped else now + LOOK_AGAIN,
        more=more,
    )
