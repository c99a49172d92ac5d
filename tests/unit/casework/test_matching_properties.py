"""What holds of every ranking, whoever is on the roster."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from bot.casework.matching import (
    Account,
    Candidates,
    Load,
    Ranking,
    RosterIndex,
    Wish,
    explain,
    rank,
)
from bot.casework.matching_rules import RULES
from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.languages import shared_language, written_today

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
SPOKEN = ("de", "de-ch", "en", "nb", "no", "fr")
WAYS = ("desk", "wikimail", "signal")
LANGUAGES = st.sampled_from(SPOKEN)
CHANNELS = st.sampled_from(WAYS)
TOPICS = st.sampled_from(["alone", "where-to-report"])
BACKGROUNDS = st.sampled_from(["women", "lgbt"])
IDS = st.integers(0, 9)
# Mostly what fits, so that not all the rankings are empty.
PAST = st.none() | st.sampled_from([NOW - timedelta(days=days) for days in (1, 7, 30)])


@dataclass(frozen=True)
class _Policy:
    cool_down_days: int = 7


supporters = st.builds(
    Supporter,
    user_id=IDS,
    name=st.just("Somebody"),
    languages=st.lists(LANGUAGES, min_size=1, max_size=3).map(tuple),
    topics=st.none() | st.frozensets(TOPICS),
    channels=st.frozensets(CHANNELS, min_size=1),
    capacity=st.integers(1, 3),
    per_week=st.integers(1, 3),
    timezone=st.sampled_from(["UTC", "Asia/Tokyo"]),
    hours=st.none() | st.just(Hours(time(8), time(22))),
    background=st.frozensets(BACKGROUNDS),
    avoid=st.frozensets(IDS, max_size=1),
    status=st.sampled_from([SupporterStatus.ACTIVE] * 4 + [SupporterStatus.PAUSED]),
    away_until=PAST | st.just(NOW + timedelta(days=1)),
    trained_until=st.none() | st.sampled_from([date(2026, 11, 21), date(2026, 11, 22)]),
)
loads = st.builds(
    Load,
    open_cases=st.integers(0, 2),
    live_offers=st.integers(0, 1),
    offers_this_week=st.integers(0, 2),
    last_offer_at=PAST,
    last_case_ended_at=PAST,
    offered_this_case=st.sampled_from([False, False, True]),
    under_complaint=st.sampled_from([False, False, True]),
)
accounts = st.builds(
    Account,
    emailable=st.sampled_from([True, True, False]),
    blocked=st.sampled_from([False, False, True]),
)
wishes = st.builds(
    Wish,
    requester_id=IDS,
    languages=st.lists(LANGUAGES, min_size=1, max_size=3).map(tuple),
    channels=st.lists(CHANNELS, min_size=1, max_size=3).map(tuple),
    topics=st.lists(TOPICS, max_size=2).map(tuple),
    prefer=st.lists(BACKGROUNDS, max_size=2).map(tuple),
    avoid=st.frozensets(IDS, max_size=3),
    may_meet_another=st.sampled_from([True, True, True, False]),
)
rosters = st.lists(supporters, max_size=10, unique_by=lambda one: one.user_id)
every_load = st.dictionaries(IDS, loads)
every_account = st.dictionaries(IDS, accounts)


@dataclass(frozen=True)
class _Case:
    """A wish, and all that is known when it is matched."""

    wish: Wish
    roster: list[Supporter]
    loads: dict[int, Load]
    accounts: dict[int, Account]

    def ranking(self) -> Ranking:
        candidates = Candidates(RosterIndex(self.roster), self.loads, self.accounts)
        return rank(self.wish, candidates, NOW, _Policy(), lambda: 0.0)

    def ranked(self) -> list[Supporter]:
        by_id = {one.user_id: one for one in self.roster}
        return [by_id[match.supporter_id] for match in self.ranking().best]

    def place(self, one: Supporter) -> tuple[Any, ...]:
        """Return what somebody is sorted by, as a plain sort would have it."""
        wish, load = self.wish, self.loads.get(one.user_id, Load())
        language = min(
            (place, written_today(asked) not in map(written_today, one.languages))
            for place, asked in enumerate(wish.languages)
            if shared_language([asked], one.languages)
        )
        topics = set(wish.topics) if one.topics is None else set(wish.topics) & one.topics
        met = len(topics) + len(set(wish.prefer) & one.background)
        is_open = one.hours is None or one.hours.is_open(NOW, one.timezone)
        share = (load.open_cases + load.live_offers) / one.capacity
        last_asked = 0.0 if load.last_offer_at is None else load.last_offer_at.timestamp()
        return (language, -met, not is_open, share, last_asked)

    def misses(self, one: Supporter) -> dict[str, bool]:
        """Return the rules that somebody misses, and for each whether waiting helps."""
        load, account = self.loads.get(one.user_id, Load()), self.accounts.get(one.user_id)
        verdicts = explain(self.wish, one, load, account, NOW, _Policy())
        return {verdict.rule: verdict.passing for verdict in verdicts if not verdict.hit}


# What each rule is missed by, when all else fits. Only what collides can show that a rule is kept.
_FLAWS: dict[str, dict[str, Any]] = {
    "active": {"status": SupporterStatus.PAUSED},
    "shares_language": {"languages": ("sw",)},
    "shares_channel": {"channels": frozenset({"xmpp"})},
    "below_capacity": {"open_cases": 3},
    "below_per_week": {"offers_this_week": 3},
    "cooled_down": {"last_case_ended_at": NOW - timedelta(days=1)},
    "not_away": {"away_until": NOW + timedelta(days=1)},
    "trained": {"trained_until": date(2026, 11, 21)},
    "not_the_requester": {},
    "not_avoided_by_requester": {},
    "does_not_avoid_requester": {},
    "avoid_list_known": {"avoid_new": ("Somebody Else",)},
    "requester_may_meet_another": {},
    "not_offered_before": {"offered_this_case": True},
    "no_open_complaint": {"under_complaint": True},
    "not_blocked": {"blocked": True},
    "emailable": {"emailable": False},
}


def _with(whole: Any, flaws: dict[str, Any]) -> Any:
    known = {field.name for field in dataclasses.fields(whole)}
    return dataclasses.replace(whole, **{key: flaws[key] for key in known & flaws.keys()})


def _near(chance: Random) -> _Case:
    """Make a case that everybody on the roster fits, but for at most two rules each."""

    def some(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(chance.sample(values, chance.randint(1, len(values))))

    languages, channels = some(SPOKEN), some(WAYS)
    roster: list[Supporter] = []
    loads, accounts = dict[int, Load](), dict[int, Account]()
    avoided = set[int]()
    requester = chance.choice(range(10))
    meet = chance.random() < 0.9
    others = [one for one in chance.sample(range(10), chance.randint(2, 6)) if one != requester]
    for other in others:
        user_id = other
        missed = chance.sample(list(_FLAWS), chance.choice([0, 0, 1, 1, 2]))
        flaws = {key: value for name in missed for key, value in _FLAWS[name].items()}
        if "not_the_requester" in missed and requester not in {one.user_id for one in roster}:
            user_id = requester
        elif "not_avoided_by_requester" in missed:
            avoided.add(user_id)
        one = Supporter(
            user_id=user_id,
            name="Somebody",
            languages=(chance.choice(languages), *some(SPOKEN)),
            channels=frozenset({chance.choice(channels), *some(WAYS)}),
            topics=chance.choice([None, frozenset({"alone"})]),
            background=frozenset(chance.sample(["women", "lgbt"], chance.randint(0, 2))),
            capacity=chance.randint(1, 3),
            per_week=chance.randint(1, 3),
            hours=chance.choice([None, Hours(time(8), time(20))]),
            avoid=frozenset({requester} if "does_not_avoid_requester" in missed else {99}),
        )
        roster.append(_with(one, flaws))
        rested = chance.choice([None, NOW - timedelta(days=7), NOW - timedelta(days=30)])
        loads[user_id] = _with(Load(last_offer_at=rested), flaws)
        accounts[user_id] = _with(Account(emailable=True, blocked=False), flaws)
    wish = Wish(
        requester_id=requester,
        languages=languages,
        channels=channels,
        topics=("alone",),
        prefer=("women",),
        avoid=frozenset(avoided),
        may_meet_another=meet,
    )
    return _Case(wish, roster, loads, accounts)


NEAR = [_near(Random(seed)) for seed in range(400)]
cases = st.builds(_Case, wishes, rosters, every_load, every_account)


def bites(at_least: int) -> Callable[[Callable[[_Case], int]], Callable[[], None]]:
    """Try a property on cases of every kind, and on those near to a match count where it bites.

    It returns whether this case could have broken it. Those that are counted are the same in every
    run: a change of the strategy or of the rules that empties the property fails, and no chance.
    """

    def tried(holds: Callable[[_Case], int]) -> Callable[[], None]:
        def test() -> None:
            bitten = sum(holds(case) > 0 for case in NEAR)
            assert bitten >= at_least, f"of {len(NEAR)} cases only {bitten} could have broken it"

            @settings(max_examples=50)
            @given(cases)
            def anywhere(case: _Case) -> None:
                event(f"it bit: {holds(case) > 0}")

            anywhere()

        test.__name__, test.__doc__ = holds.__name__, holds.__doc__
        test.__module__ = holds.__module__
        return test

    return tried


def _only(case: _Case, *rules: str) -> list[Supporter]:
    """Return those whom nothing but these rules keeps from being ranked."""
    return [one for one in case.roster if {*rules} >= case.misses(one).keys() > set()]


def test_each_rule_is_what_keeps_somebody_out() -> None:
    """The cases drawn here collide with every rule alone, and no rule is without a flaw."""
    assert list(_FLAWS) == [rule.name for rule in RULES]
    alone = Counter(
        rule
        for case in NEAR
        for one in case.roster
        for rule in case.misses(one)
        if one in _only(case, rule)
    )
    assert {rule: alone[rule] for rule in _FLAWS if alone[rule] < 10} == {}


@bites(at_least=40)
def test_nobody_is_ranked_whom_either_side_avoids(case: _Case) -> int:
    """Whoever must never know is never asked, and nobody is asked about whom they avoid."""
    for one in case.ranked():
        assert one.user_id not in case.wish.avoid
        assert case.wish.requester_id not in one.avoid
    return len(_only(case, "not_avoided_by_requester", "does_not_avoid_requester"))


@bites(at_least=30)
def test_the_requester_is_never_ranked(case: _Case) -> int:
    """A supporter who asks for support is not offered their own case."""
    assert case.wish.requester_id not in {one.user_id for one in case.ranked()}
    return len(_only(case, "not_the_requester"))


@bites(at_least=40)
def test_no_offer_goes_beyond_anybodys_limits(case: _Case) -> int:
    """With one more offer, each is still within the cases and the offers a week they set."""
    for one in case.ranked():
        load = case.loads.get(one.user_id, Load())
        assert load.open_cases + load.live_offers + 1 <= one.capacity
        assert load.offers_this_week + 1 <= one.per_week
    return len(_only(case, "below_capacity", "below_per_week"))


@bites(at_least=200)
def test_ranked_are_exactly_those_who_hit_every_rule(case: _Case) -> int:
    """What `cases why` explains and whom the bot asks are the same."""
    ranked = [one.user_id for one in case.ranked()]
    assert len(ranked) == len(set(ranked))
    assert set(ranked) == {one.user_id for one in case.roster if not case.misses(one)}
    return len(ranked) if len(ranked) < len(case.roster) else 0


@bites(at_least=20)
def test_possible_is_who_misses_nothing_that_lasts(case: _Case) -> int:
    """The requester hears that nobody could match only when waiting would not help."""
    possible = [all(case.misses(one).values()) for one in case.roster]
    assert case.ranking().possible is any(possible)
    # Somebody is possible, and nobody is ranked: the difference that this is about.
    return any(possible) and not case.ranked()


@bites(at_least=120)
def test_the_order_is_the_one_the_design_names(case: _Case) -> int:
    """The lazy order equals a plain sort by language, wishes, hours, load and rest."""
    ranked = case.ranked()
    assert ranked == sorted(ranked, key=case.place)
    for match, one in zip(case.ranking().best, ranked, strict=True):
        _, missed_wishes, closed, *_ = case.place(one)
        assert (match.wishes_met, match.open_now) == (-missed_wishes, not closed)
        assert (match.opens_at == NOW) is match.open_now
    return len(set(map(case.place, ranked))) > 1


@bites(at_least=120)
def test_without_one_of_them_the_others_keep_their_order(case: _Case) -> int:
    """Who leaves the roster changes nothing between the others but the lots of those who tie."""
    ranked = case.ranked()
    for leaver in case.roster:
        others = dataclasses.replace(case, roster=[one for one in case.roster if one is not leaver])
        places = {one.user_id: case.place(one) for one in ranked}
        places.pop(leaver.user_id, None)
        assert places == {one.user_id: others.place(one) for one in others.ranked()}
        assert list(places.values()) == [others.place(one) for one in others.ranked()]
    return len(ranked) > 1
