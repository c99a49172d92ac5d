"""Somebody whom a coordinator chose: whether they may be asked, and when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.casework.choosing import (
    MAY_BE_MISSED,
    MAY_BE_TOLD,
    ask_when,
    may_be_asked,
    told_against,
)
from bot.casework.matching import RULES, Load, Wish
from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.config.model import Policy

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROSA, ANA = 99, 1
WISH = Wish(requester_id=ROSA, languages=("es",), channels=("desk",))


def _ana(**profile: Any) -> Supporter:
    usual: dict[str, Any] = {"user_id": ANA, "name": "Ana", "languages": ("es",)}
    return Supporter(**(usual | profile))


def _may(
    ana: Supporter | None = None, load: Load | None = None, wish: Wish = WISH, **how: bool
) -> bool:
    any_language = how.get("any_language", False)
    return may_be_asked(
        wish, ana or _ana(), load or Load(), NOON, Policy(), any_language=any_language
    )


# Of what one of the two has said or done: a new rule has to be put here, or among the others.
SECRET = {
    "not_the_requester",
    "not_avoided_by_requester",
    "does_not_avoid_requester",
    "avoid_list_known",
    "requester_may_meet_another",
    "not_offered_before",
    "no_open_complaint",
}


def test_each_rule_is_told_missed_or_secret() -> None:
    """Nobody forgets to say which a new one is."""
    assert {rule.name for rule in RULES} == MAY_BE_TOLD | MAY_BE_MISSED | SECRET
    assert not SECRET & (MAY_BE_TOLD | MAY_BE_MISSED)


def test_what_is_told_is_the_same_whomever_they_avoid() -> None:
    """Away, and avoided besides: the one is told, and nothing of the other."""
    away = _ana(away_until=NOON + DAY)
    for more in ({}, {"avoid": frozenset({ANA})}, {"may_meet_another": False}):
        wish = Wish(requester_id=ROSA, languages=("es",), channels=("desk",), **more)
        told = told_against(wish, away, Load(), NOON, Policy(), any_language=False)
        assert told == ("not_away",)


class TestMayBeAsked:
    """The rules that hold for coordinators, too."""

    def test_if_nothing_stands_against_it(self) -> None:
        """Ana is active, speaks Spanish and answers at the desk."""
        assert _may()

    @pytest.mark.parametrize(
        "ana",
        [
            {"status": SupporterStatus.PAUSED},
            {"status": SupporterStatus.TRAINING},
            {"trained_until": date(2026, 11, 21)},
            {"user_id": ROSA},
            {"avoid": frozenset({ROSA})},
            {"avoid_new": ("Somebody",)},
            {"channels": frozenset({"signal"})},
            {"away_until": NOON + DAY},
        ],
    )
    def test_never_against_these(self, ana: dict[str, Any]) -> None:
        """Not by any language either."""
        assert not _may(_ana(**ana))
        assert not _may(_ana(**ana), any_language=True)

    def test_never_whom_the_requester_avoids_or_may_not_meet(self) -> None:
        """What the requester said, and the cap on those they met, hold."""
        for more in ({"avoid": frozenset({ANA})}, {"may_meet_another": False}):
            wish = Wish(requester_id=ROSA, languages=("es",), channels=("desk",), **more)
            assert not _may(wish=wish)

    @pytest.mark.parametrize("load", [{"offered_this_case": True}, {"under_complaint": True}])
    def test_never_twice_nor_under_a_complaint(self, load: dict[str, Any]) -> None:
        """Who said no is left in peace; whom a complaint is about waits for its decision."""
        assert not _may(load=Load(**load))

    def test_how_much_they_have_to_do_is_theirs_to_say(self) -> None:
        """A coordinator may ask somebody who is busy; they can say no, or have no room."""
        busy = Load(open_cases=2, live_offers=3, offers_this_week=9, last_case_ended_at=NOON)
        assert _may(load=busy)

    def test_another_language_on_purpose_only(self) -> None:
        """Without a shared language a coordinator has to say so."""
        french = _ana(languages=("fr",))
        assert not _may(french)
        assert _may(french, any_language=True)

    def test_rules_that_may_be_missed_are_rules(self) -> None:
        """A rule that was renamed would hold again, unnoticed."""
        assert {rule.name for rule in RULES} >= MAY_BE_MISSED | {"shares_language"}


class TestAskWhen:
    """Within their hours."""

    EVENING = Hours(time(20), time(22))

    def test_is_now_for_who_has_no_hours_or_is_in_them(self) -> None:
        """There is nothing to wait for."""
        for ana in (_ana(), _ana(hours=Hours(time(8), time(20)))):
            assert ask_when(ana, NOON, others_asked=True, deadline=NOON + DAY) == NOON

    def test_is_when_they_open(self) -> None:
        """In the evening, by their own clock."""
        ana = _ana(hours=self.EVENING, timezone="Europe/Berlin")
        at = ask_when(ana, NOON, others_asked=False, deadline=NOON + DAY)
        assert at == NOON + timedelta(hours=7)

    def test_is_now_where_the_case_can_not_wait(self) -> None:
        """Their hours open after there was time to answer, and nobody else is asked meanwhile."""
        ana = _ana(hours=self.EVENING)
        deadline = NOON + timedelta(hours=4)
        assert ask_when(ana, NOON, others_asked=False, deadline=deadline) == NOON
        at = ask_when(ana, NOON, others_asked=True, deadline=deadline)
        assert at == NOON + timedelta(hours=8)
