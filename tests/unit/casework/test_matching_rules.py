"""Each condition of a match by itself, and the names that a requester wants kept out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.casework.matching import (
    RULES,
    Account,
    Candidates,
    Load,
    Ranking,
    RosterIndex,
    Wish,
    explain,
    has_room,
    rank,
    resolve_avoid,
)
from bot.casework.roster import Supporter, SupporterStatus

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
ANA, BORIS, CHIDI = 1, 2, 3
ROSA = 99  # She asks for support.


@dataclass(frozen=True)
class _Policy:
    cool_down_days: int = 7


POLICY = _Policy()


def _supporter(user_id: int = ANA, **profile: Any) -> Supporter:
    profile = {"name": f"Supporter {user_id}", "languages": ("de",), **profile}
    return Supporter(user_id=user_id, **profile)


def _wish(**wish: Any) -> Wish:
    wish = {"requester_id": ROSA, "languages": ("de",), "channels": ("desk",), **wish}
    return Wish(**wish)


def _ranked(ana: Supporter, wish: Wish, load: Load, account: Account | None) -> Ranking:
    accounts = {} if account is None else {ANA: account}
    candidates = Candidates(RosterIndex([ana]), {ANA: load}, accounts)
    return rank(wish, candidates, NOW, POLICY, lambda: 0.0)


def _misses(
    supporter: Supporter,
    wish: Wish | None = None,
    load: Load | None = None,
    account: Account | None = None,
) -> set[str]:
    verdicts = explain(wish or _wish(), supporter, load or Load(), account, NOW, POLICY)
    return {verdict.rule for verdict in verdicts if not verdict.hit}


WELL = Account(emailable=True, blocked=False)


class TestRules:
    """Each condition by itself: what hits it, what misses it, and whether waiting helps."""

    @pytest.mark.parametrize(
        ("rule", "profile", "wish", "load", "account"),
        [
            ("active", {"status": SupporterStatus.PAUSED}, {}, {}, None),
            ("active", {"status": SupporterStatus.TRAINING}, {}, {}, None),
            ("trained", {"trained_until": date(2026, 11, 21)}, {}, {}, None),
            ("not_the_requester", {}, {"requester_id": ANA}, {}, None),
            ("not_avoided_by_requester", {}, {"avoid": frozenset({ANA})}, {}, None),
            ("does_not_avoid_requester", {"avoid": frozenset({ROSA})}, {}, {}, None),
            ("shares_language", {"languages": ("fr", "en")}, {}, {}, None),
            ("shares_channel", {"channels": frozenset({"signal"})}, {}, {}, None),
            ("not_offered_before", {}, {}, {"offered_this_case": True}, None),
            ("requester_may_meet_another", {}, {"may_meet_another": False}, {}, None),
            ("not_blocked", {}, {}, {}, Account(emailable=True, blocked=True)),
            ("emailable", {}, {}, {}, Account(emailable=False, blocked=False)),
            ("emailable", {}, {}, {}, Account(emailable=True, blocked=False, exists=False)),
        ],
    )
    def test_a_lasting_miss_leaves_nobody_to_wait_for(
        self,
        rule: str,
        profile: dict[str, Any],
        wish: dict[str, Any],
        load: dict[str, Any],
        account: Account | None,
    ) -> None:
        """Ana misses this one rule alone, is not ranked, and no waiting would change it."""
        ana = _supporter(**profile)
        assert _misses(ana, _wish(**wish), Load(**load), account) == {rule}
        ranking = _ranked(ana, _wish(**wish), Load(**load), account)
        assert ranking == Ranking(best=(), possible=False)

    @pytest.mark.parametrize(
        ("rule", "profile", "load"),
        [
            ("not_away", {"away_until": NOW + timedelta(minutes=1)}, {}),
            ("below_capacity", {}, {"open_cases": 2}),
            ("below_capacity", {}, {"open_cases": 1, "live_offers": 1}),
            ("below_per_week", {}, {"offers_this_week": 2}),
            ("cooled_down", {}, {"last_case_ended_at": NOW - timedelta(days=6, hours=23)}),
            ("no_open_complaint", {}, {"under_complaint": True}),
            ("avoid_list_known", {"avoid_new": ("Somebody",)}, {}),
        ],
    )
    def test_a_passing_miss_is_worth_waiting_for(
        self, rule: str, profile: dict[str, Any], load: dict[str, Any]
    ) -> None:
        """Ana misses this one rule alone and is not asked now, yet the case may wait for her."""
        ana = _supporter(**profile)
        assert _misses(ana, load=Load(**load)) == {rule}
        assert _ranked(ana, _wish(), Load(**load), None) == Ranking(best=(), possible=True)

    @pytest.mark.parametrize(
        ("profile", "wish", "load", "account"),
        [
            ({}, {}, {}, None),
            ({}, {}, {}, WELL),
            ({"trained_until": date(2026, 11, 22)}, {}, {}, None),
            ({"avoid": frozenset({BORIS})}, {"avoid": frozenset({BORIS})}, {}, None),
            ({"languages": ("fr", "de")}, {"languages": ("en", "de")}, {}, None),
            ({"channels": frozenset({"signal", "desk"})}, {"channels": ("irc", "desk")}, {}, None),
            ({"away_until": NOW}, {}, {}, None),
            ({"capacity": 3}, {}, {"open_cases": 1, "live_offers": 1}, None),
            ({"per_week": 3}, {}, {"offers_this_week": 2}, None),
            ({}, {}, {"last_case_ended_at": NOW - timedelta(days=7)}, None),
            ({"topics": frozenset()}, {"topics": ("alone",), "prefer": ("women",)}, {}, None),
        ],
    )
    def test_hits_are_ranked(
        self,
        profile: dict[str, Any],
        wish: dict[str, Any],
        load: dict[str, Any],
        account: Account | None,
    ) -> None:
        """At the very edge of each condition Ana still hits it, and is asked."""
        ana = _supporter(**profile)
        assert _misses(ana, _wish(**wish), Load(**load), account) == set()
        ranking = _ranked(ana, _wish(**wish), Load(**load), account)
        assert [match.supporter_id for match in ranking.best] == [ANA]
        assert ranking.possible

    def test_have_each_a_name_of_their_own(self) -> None:
        """The table of `cases why` names every rule, whatever was missed before it."""
        ana = _supporter(status=SupporterStatus.RETIRED, languages=("fr",))
        verdicts = explain(_wish(), ana, Load(), None, NOW, POLICY)
        assert [verdict.rule for verdict in verdicts] == [rule.name for rule in RULES]
        assert len({rule.name for rule in RULES}) == len(RULES)

    def test_room_for_a_case_counts_cases_alone(self) -> None:
        """Who accepts one of two live offers is not refused because of the other."""
        ana = _supporter(capacity=2)
        assert has_room(ana, Load(open_cases=1, live_offers=2))
        assert not has_room(ana, Load(open_cases=2))


class TestAvoiding:
    """The names that a requester gives are found whatever the account was or is called."""

    ROSTER = RosterIndex(
        [
            _supporter(ANA, name="Ana Example", former_names=("Ana E", "Árbol")),
            _supporter(BORIS, name="Boris"),
            _supporter(CHIDI, name="Chidi", former_names=("Boris",)),
        ]
    )

    @pytest.mark.parametrize(
        ("names", "found"),
        [
            (("Ana Example",), {ANA}),
            (("User:ana_Example",), {ANA}),
            ((" ana  example ",), {ANA}),
            (("Ana E",), {ANA}),
            (("a\u0301rbol",), {ANA}),
            (("Boris",), {BORIS, CHIDI}),
            (("Boris", "Ana E"), {ANA, BORIS, CHIDI}),
            (("Somebody else", "#", ""), set()),
            ((), set()),
        ],
    )
    def test_finds_current_and_former_names(self, names: tuple[str, ...], found: set[int]) -> None:
        """Everybody who is, or ever was, called so is avoided."""
        assert resolve_avoid(names, self.ROSTER) == found
