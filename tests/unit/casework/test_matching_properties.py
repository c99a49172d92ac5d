"""What holds of every ranking, whoever is on the roster."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import assume, given
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
from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.languages import shared_language, written_today

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
LANGUAGES = st.sampled_from(["de", "de-ch", "en", "nb", "no", "fr"])
CHANNELS = st.sampled_from(["desk", "wikimail", "signal"])
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

    def misses(self, one: Supporter) -> list[bool]:
        """Return, for each rule missed, whether waiting helps."""
        load, account = self.loads.get(one.user_id, Load()), self.accounts.get(one.user_id)
        verdicts = explain(self.wish, one, load, account, NOW, _Policy())
        return [verdict.passing for verdict in verdicts if not verdict.hit]


cases = st.builds(_Case, wishes, rosters, every_load, every_account)


@given(cases)
def test_nobody_is_ranked_whom_either_side_avoids(case: _Case) -> None:
    """Whoever must never know is never asked, and nobody is asked about whom they avoid."""
    for one in case.ranked():
        assert one.user_id not in case.wish.avoid
        assert case.wish.requester_id not in one.avoid


@given(cases)
def test_the_requester_is_never_ranked(case: _Case) -> None:
    """A supporter who asks for support is not offered their own case."""
    assert case.wish.requester_id not in {one.user_id for one in case.ranked()}


@given(cases)
def test_no_offer_goes_beyond_anybodys_limits(case: _Case) -> None:
    """With one more offer, each is still within the cases and the offers a week they set."""
    for one in case.ranked():
        load = case.loads.get(one.user_id, Load())
        assert load.open_cases + load.live_offers + 1 <= one.capacity
        assert load.offers_this_week + 1 <= one.per_week


@given(cases)
def test_ranked_are_exactly_those_who_hit_every_rule(case: _Case) -> None:
    """What `cases why` explains and whom the bot asks are the same."""
    ranked = [one.user_id for one in case.ranked()]
    assert len(ranked) == len(set(ranked))
    assert set(ranked) == {one.user_id for one in case.roster if not case.misses(one)}


@given(cases)
def test_possible_is_who_misses_nothing_that_lasts(case: _Case) -> None:
    """The requester hears that nobody could match only when waiting would not help."""
    assert case.ranking().possible is any(all(case.misses(one)) for one in case.roster)


@given(cases)
def test_the_order_is_the_one_the_design_names(case: _Case) -> None:
    """The lazy order equals a plain sort by language, wishes, hours, load and rest."""
    ranked = case.ranked()
    assert ranked == sorted(ranked, key=case.place)
    for match, one in zip(case.ranking().best, ranked, strict=True):
        _, missed_wishes, closed, *_ = case.place(one)
        assert (match.wishes_met, match.open_now) == (-missed_wishes, not closed)
        assert (match.opens_at == NOW) is match.open_now


@given(cases, st.data())
def test_without_one_of_them_the_others_keep_their_order(case: _Case, data: st.DataObject) -> None:
    """Who leaves the roster changes nothing between the others but the lots of those who tie."""
    assume(case.roster)
    leaver = data.draw(st.sampled_from(case.roster))
    others = dataclasses.replace(case, roster=[one for one in case.roster if one is not leaver])
    places = {one.user_id: case.place(one) for one in case.ranked()}
    places.pop(leaver.user_id, None)
    assert places == {one.user_id: others.place(one) for one in others.ranked()}
    assert list(places.values()) == [others.place(one) for one in others.ranked()]
