"""Who is asked, in which order, and when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.casework.matching import (
    Account,
    Candidates,
    Load,
    Match,
    Ranking,
    RosterIndex,
    Wish,
    not_before,
    rank,
)
from bot.casework.roster import Hours, Supporter

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
ANA, BORIS, CHIDI, DANA = 1, 2, 3, 4
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


def _first() -> float:
    """Draw no lots: those tied stay in the order of the roster."""
    return 0.0


def _rank(
    supporters: Iterable[Supporter],
    wish: Wish | None = None,
    loads: dict[int, Load] | None = None,
    accounts: dict[int, Account] | None = None,
    chance: Callable[[], float] = _first,
    at_most: int = 50,
) -> Ranking:
    candidates = Candidates(RosterIndex(supporters), loads or {}, accounts or {})
    return rank(wish or _wish(), candidates, NOW, POLICY, chance, at_most)


def _ids(ranking: Ranking) -> list[int]:
    return [match.supporter_id for match in ranking.best]


class TestOrder:
    """The requester's best language, wishes, hours, load, rest, and chance at last."""

    def test_the_best_language_goes_before_everything_else(self) -> None:
        """Boris, asleep and busy, speaks the language in which Rosa finds her words."""
        ana = _supporter(ANA, languages=("en",), background=frozenset({"women"}))
        boris = _supporter(BORIS, languages=("en", "de"), hours=Hours(time(6), time(7)))
        ranking = _rank(
            [ana, boris],
            _wish(languages=("de", "en"), prefer=("women",)),
            {BORIS: Load(open_cases=1)},
        )
        assert [(match.supporter_id, match.language) for match in ranking.best] == [
            (BORIS, "de"),
            (ANA, "en"),
        ]

    def test_who_speaks_it_as_asked_goes_before_who_speaks_another_variety(self) -> None:
        """Rosa hears from Brazil first, then from Portugal, and only then in English."""
        ana = _supporter(ANA, languages=("en", "de"))
        boris = _supporter(BORIS, languages=("pt", "en"))
        chidi = _supporter(CHIDI, languages=("en", "pt-br"), hours=Hours(time(6), time(7)))
        wish = _wish(languages=("pt-br", "en"))
        assert [
            (match.supporter_id, match.language) for match in _rank([ana, boris, chidi], wish).best
        ] == [(CHIDI, "pt-br"), (BORIS, "pt-br"), (ANA, "en")]

    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [("pt", "pt-br"), ("de-ch", "de"), ("zh-hans", "zh-hant"), ("nn", "nb"), ("en", "en-gb")],
    )
    def test_another_variety_is_a_match_both_ways(self, asked: str, spoken: str) -> None:
        """One who could be understood is not passed over for the letters of a code."""
        for one, other in ((asked, spoken), (spoken, asked)):
            ana, wish = _supporter(ANA, languages=(other,)), _wish(languages=(one,))
            assert _ids(_rank([ana], wish)) == [ANA]

    def test_an_old_code_is_as_good_as_that_of_today(self) -> None:
        """Between no and nb the load decides, and who has both is there once."""
        ana = _supporter(ANA, languages=("nb",))
        boris = _supporter(BORIS, languages=("no", "nb"))
        for asked in ("no", "nb"):
            busy = {ANA: Load(open_cases=1)}
            assert _ids(_rank([ana, boris], _wish(languages=(asked,)), busy)) == [BORIS, ANA]

    def test_a_second_variety_brings_nobody_twice(self) -> None:
        """Whoever asks for both of them meets everybody once."""
        roster = [_supporter(ANA, languages=("pt",)), _supporter(BORIS, languages=("pt-br", "pt"))]
        assert _ids(_rank(roster, _wish(languages=("pt-br", "pt", "pt-pt")))) == [BORIS, ANA]

    def test_a_neighbouring_language_is_no_match(self) -> None:
        """Who asks for Croatian has not asked for Serbian."""
        ana = _supporter(ANA, languages=("sr",))
        assert _rank([ana], _wish(languages=("hr",))) == Ranking(best=(), possible=False)

    def test_wishes_met_go_before_hours(self) -> None:
        """Who takes the topics and has the background that Rosa would like is worth the night."""
        asleep = Hours(time(6), time(7))
        ana = _supporter(ANA, topics=frozenset({"other"}))
        boris = _supporter(BORIS, topics=None, hours=asleep)
        chidi = _supporter(
            CHIDI, topics=frozenset({"alone"}), background=frozenset({"women"}), hours=asleep
        )
        ranking = _rank([ana, boris, chidi], _wish(topics=("alone",), prefer=("women", "lgbt")))
        assert [(match.supporter_id, match.wishes_met) for match in ranking.best] == [
            (CHIDI, 2),
            (BORIS, 1),
            (ANA, 0),
        ]

    def test_open_hours_go_before_load(self) -> None:
        """Who is awake is asked before who is idle."""
        ana = _supporter(ANA, hours=Hours(time(6), time(7)))
        boris = _supporter(BORIS, hours=Hours(time(20), time(23)))
        ranking = _rank([ana, boris], loads={BORIS: Load(open_cases=1)})
        assert [match.supporter_id for match in ranking.best if match.open_now] == [BORIS]
        assert [match.opens_at for match in ranking.best] == [
            NOW,
            datetime(2026, 11, 23, 6, tzinfo=UTC),
        ]

    def test_load_counts_against_capacity_and_goes_before_rest(self) -> None:
        """Two of four is as much as one of two, and more than one of three."""
        long_ago, lately = NOW - timedelta(days=90), NOW - timedelta(days=2)
        ana = _supporter(ANA, capacity=2)
        boris = _supporter(BORIS, capacity=4)
        chidi = _supporter(CHIDI, capacity=3)
        loads = {
            ANA: Load(live_offers=1, last_offer_at=lately),
            BORIS: Load(open_cases=2, last_offer_at=long_ago),
            CHIDI: Load(open_cases=1, last_offer_at=lately),
        }
        assert _ids(_rank([ana, boris, chidi], loads=loads)) == [CHIDI, BORIS, ANA]

    def test_who_was_never_asked_goes_before_who_was(self) -> None:
        """The longest rest since the last offer comes first."""
        loads = {ANA: Load(last_offer_at=NOW - timedelta(days=3)), CHIDI: Load(
            last_offer_at=NOW - timedelta(days=4)
        )}  # fmt: skip
        roster = [_supporter(one) for one in (ANA, BORIS, CHIDI)]
        assert _ids(_rank(roster, loads=loads)) == [BORIS, CHIDI, ANA]

    def test_chance_decides_between_equals_alone(self) -> None:
        """Lots are drawn among Ana, Boris and Chidi; Dana, who was asked lately, has none."""
        roster = [_supporter(one) for one in (DANA, ANA, BORIS, CHIDI)]
        loads = {DANA: Load(last_offer_at=NOW - timedelta(days=3))}
        lots = iter([0.99, 0.99])
        ranking = _rank(roster, loads=loads, chance=lambda: next(lots))
        assert _ids(ranking) == [CHIDI, ANA, BORIS, DANA]
        assert list(lots) == []

    def test_chance_gives_everybody_the_same(self) -> None:
        """Over all lots, each of three equals comes first equally often."""
        roster = [_supporter(one) for one in (ANA, BORIS, CHIDI)]
        firsts = [
            _ids(_rank(roster, chance=lambda lot=lot: lot / 30, at_most=1))[0]  # type: ignore[misc]
            for lot in range(30)
        ]
        assert {one: firsts.count(one) for one in firsts} == {ANA: 10, BORIS: 10, CHIDI: 10}

    def test_no_more_are_ranked_than_asked_for(self) -> None:
        """The best of a hundred are enough for one look-up at the wiki."""
        roster = [_supporter(one) for one in range(100)]
        assert len(_rank(roster, _wish(requester_id=1000)).best) == 50
        assert _ids(_rank(roster, _wish(requester_id=1000), at_most=2)) == [0, 1]

    def test_the_one_among_many_who_could_match_is_found(self) -> None:
        """Rosa may hope for Ana, who is away, though the training of everybody else has lapsed."""
        lapsed = NOW.date() - timedelta(days=1)
        roster = [_supporter(one, trained_until=lapsed) for one in range(1000, 1250)]
        roster.append(_supporter(ANA, away_until=NOW + timedelta(days=1)))
        assert _rank(roster) == Ranking(best=(), possible=True)

    @pytest.mark.parametrize("draw", [0.0, 0.5, 0.999])
    def test_those_whom_she_avoids_hide_nobody_behind_them(self, draw: float) -> None:
        """However the lots fall, the two who are left of a hundred and fifty are found."""
        roster = [_supporter(one) for one in range(1000, 1150)]
        wish = _wish(avoid=frozenset(range(1000, 1150)) - {1003, 1120})
        assert sorted(_ids(_rank(roster, wish, chance=lambda: draw))) == [1003, 1120]
        assert _rank(roster[:3], wish) == Ranking(best=(), possible=False)

    def test_somebody_listed_twice_is_asked_once(self) -> None:
        """Neither a second entry nor a language named twice makes two offers."""
        ana = _supporter(ANA, languages=("de", "de", "en"))
        assert _ids(_rank([ana, ana], _wish(languages=("en", "de", "en")))) == [ANA]


class TestNotBefore:
    """An offer at night waits for the morning when the case can."""

    OPENS = NOW + timedelta(hours=9)
    ASLEEP = Match(ANA, "de", 0, open_now=False, opens_at=OPENS)
    AWAKE = Match(ANA, "de", 0, open_now=True, opens_at=NOW)

    @pytest.mark.parametrize(
        ("match", "others_open_now", "hours_left", "sent_at"),
        [
            (AWAKE, True, 48, NOW),
            (AWAKE, False, 1, NOW),
            (ASLEEP, False, 10, OPENS),
            (ASLEEP, False, 9, NOW),
            (ASLEEP, False, 1, NOW),
            (ASLEEP, True, 1, OPENS),
        ],
    )
    def test_waits_if_another_match_or_the_deadline_leaves_time(
        self, match: Match, others_open_now: bool, hours_left: int, sent_at: datetime
    ) -> None:
        """Ana sleeps on unless she is the only one and the deadline falls into her night."""
        deadline = NOW + timedelta(hours=hours_left)
        assert not_before(match, others_open_now, deadline, NOW) == sent_at

    def test_is_never_in_the_past(self) -> None:
        """A match found a while ago may be asked now, not then."""
        later = NOW + timedelta(hours=10)
        assert not_before(self.ASLEEP, True, later, later) == later
