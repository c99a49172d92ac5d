"""Looking for one case: who is asked counts at once, and a mail waits where the case can wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.casework import looking
from bot.casework.acts import receive
from bot.casework.matching import Load, Match, has_room
from bot.casework.roster import Supporter
from bot.casework.states import Case, Offer, OfferState
from bot.config.model import Policy

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
EIGHT = NIGHT + timedelta(hours=5)
ANA, BORIS = 1, 2
ASLEEP = Match(ANA, "de", 0, open_now=False, opens_at=EIGHT)
AWAKE = Match(BORIS, "de", 0, open_now=True, opens_at=NIGHT)
CASE = receive("AAAAAAAA", notify=True, now=NIGHT).case
SOON = Policy(answer_within_hours=2)


def asked(case: Case, *best: Match, policy: Policy = SOON) -> dict[int, datetime | None]:
    """Give when the mail to each of the chosen may go."""
    event = looking.looked(case, best, NIGHT, policy, possible=True, more=False)
    return {one.supporter: one.not_before for one in event.chosen}


def test_who_is_asked_has_less_room_for_the_next_case_of_the_same_round() -> None:
    """An open offer takes a place, and counts in the week, from the moment that it is made."""
    ana = Supporter(user_id=ANA, name="Ana", languages=("de",), capacity=1)
    load = looking.one_more(Load(), NIGHT)
    assert (load.live_offers, load.offers_this_week, load.last_offer_at) == (1, 1, NIGHT)
    assert has_room(ana, Load())
    twice = looking.one_more(load, NIGHT)
    assert (twice.live_offers, twice.offers_this_week) == (2, 2)


def test_a_case_that_cannot_wait_wakes_somebody() -> None:
    """Nobody else is asked, and their morning is after the time to answer."""
    assert asked(CASE, ASLEEP) == {ANA: NIGHT}


def test_it_waits_for_their_morning_where_that_is_in_time() -> None:
    """Five hours are less than a day."""
    assert asked(CASE, ASLEEP, policy=Policy(answer_within_hours=24)) == {ANA: EIGHT}


@pytest.mark.parametrize("before", [True, False])
def test_it_waits_for_their_morning_where_somebody_else_is_asked(before: bool) -> None:
    """Whether that was before or is now."""
    if before:
        offer = Offer(BORIS, OfferState.SENT, made_at=NIGHT)
        assert asked(replace(CASE, offers=(offer,)), ASLEEP) == {ANA: EIGHT}
    else:
        assert asked(CASE, ASLEEP, AWAKE) == {ANA: EIGHT, BORIS: NIGHT}


def test_who_cannot_be_asked_any_more_is_replaced_at_once() -> None:
    """Else the case is looked at again in an hour."""
    for dropped, wait in ((True, timedelta()), (False, looking.LOOK_AGAIN)):
        event = looking.looked(
            CASE, (), NIGHT, SOON, possible=True, more=False, some_dropped=dropped
        )
        assert event.again_at == NIGHT + wait
