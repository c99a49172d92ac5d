"""Who is drawn for a plan: supporters, who asks and when, and how long people take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar

import pytest

from bot.casework.roster import Hours, RosterEntry, Supporter, SupporterStatus
from bot.planning.assumptions import Assumptions, Delay, MadeRoster
from bot.planning.people import (
    FIRST_REQUESTER,
    Asking,
    draw,
    from_file,
    made_roster,
    requests,
    spoken,
    when_awake,
)
from bot.planning.year import BEGINS

T = TypeVar("T")
ENDS = BEGINS + timedelta(weeks=52)


class Never:
    """Nothing happens of what happens with some chance."""

    def random(self) -> float:
        """Draw as high as can be."""
        return 0.999999

    def choice(self, seq: Sequence[T], /) -> T:
        """Draw the last."""
        return seq[-1]

    def choices(self, population: Sequence[T], weights: Sequence[float], /) -> list[T]:
        """Draw what has most weight."""
        return [max(zip(weights, population, strict=True), key=lambda one: one[0])[1]]

    def expovariate(self, lambd: float, /) -> float:
        """Draw what is usual."""
        return 1 / lambd

    def lognormvariate(self, mu: float, sigma: float, /) -> float:
        """Draw what is usual."""
        return math.exp(mu)


def _asking(shares: dict[str, float], **assumed: Any) -> Sequence[Asking]:
    return requests(replace(Assumptions(), **assumed), shares, BEGINS, ENDS, Random(3))


def test_a_made_roster_has_the_wanted_size_and_limits() -> None:
    """Numbered on from the first id; all are awake from 8 to 22."""
    made = MadeRoster(supporters=30, capacity=3, per_week=4)
    roster = made_roster(made, Random(1), first=101)
    assert [one.user_id for one in roster] == list(range(101, 131))
    assert {(one.capacity, one.per_week) for one in roster} == {(3, 4)}
    assert {one.hours for one in roster} == {Hours(time(8), time(22))}
    assert len({one.timezone for one in roster}) == 5
    assert len({one.name for one in roster}) == 30


def test_languages_are_spoken_by_their_shares() -> None:
    """Each by as many as assumed, on the whole, whatever else they speak."""
    roster = made_roster(MadeRoster(supporters=2000, speak={"en": 0.8, "de": 0.3}), Random(1))
    both = sum(one.languages == ("en", "de") for one in roster) / 2000
    alone = sum(one.languages == ("de",) for one in roster) / 2000
    assert both == pytest.approx(0.24, abs=0.03)
    # Who would speak none, 14 in a hundred, speaks one of them, by weight.
    assert alone == pytest.approx(0.06 + 0.14 * 3 / 11, abs=0.03)


def test_everybody_speaks_something() -> None:
    """Who was drawn to speak nothing speaks one language, by the same shares."""
    made = MadeRoster(supporters=3, speak={"fr": 0.1, "en": 0.6})
    assert [one.languages for one in made_roster(made, Never())] == [("en",)] * 3


def test_of_a_roster_file_only_the_active_are_planned_with() -> None:
    """Numbered on from the first id, with all that they say of themselves."""
    entries = [
        RosterEntry(user="A", languages=("de",), capacity=5),
        RosterEntry(user="B", languages=("de",), status=SupporterStatus.PAUSED),
        RosterEntry(user="C", languages=("fr",)),
    ]
    planned = from_file(entries, first=7)
    assert [(one.user_id, one.languages, one.capacity) for one in planned] == [
        (7, ("de",), 5),
        (8, ("fr",), 2),
    ]
    assert from_file(entries)[0].user_id == 1


def test_who_speaks_what_is_counted_for_every_language_of_everybody() -> None:
    """The most frequent first."""
    roster = [
        Supporter(user_id=1, name="A", languages=("fr", "de")),
        Supporter(user_id=2, name="B", languages=("de",)),
    ]
    assert list(spoken(roster).items()) == [("de", 2.0), ("fr", 1.0)]


def test_as_many_ask_in_a_week_as_assumed_each_another_person() -> None:
    """At any time between begin and end, in the order of time; no two are one account."""
    asking = _asking({"de": 1}, requests_per_week=10)
    assert len(asking) == pytest.approx(520, abs=60)
    times = [one.at for one in asking]
    assert BEGINS < times[0] < BEGINS + timedelta(weeks=1)
    assert ENDS - timedelta(weeks=1) < times[-1] < ENDS
    assert times == sorted(times)
    people = [one.wish.requester_id for one in asking]
    assert people == list(range(FIRST_REQUESTER, FIRST_REQUESTER + len(asking)))
    assert {one.wish.channels for one in asking} == {("desk", "wikimail")}


def test_languages_of_who_asks_are_drawn_by_weight() -> None:
    """Three of four in German; some name a second one, and none names one twice."""
    asking = _asking({"de": 3, "fr": 1}, second_language=0.3)
    first = [one.wish.languages[0] for one in asking]
    assert first.count("de") / len(first) == pytest.approx(0.75, abs=0.06)
    two = sum(len(one.wish.languages) == 2 for one in asking) / len(asking)
    # Of the 30 in a hundred who draw a second, it is the same one for 10 of 16.
    assert two == pytest.approx(0.3 * 6 / 16, abs=0.05)
    assert all(len(set(one.wish.languages)) == len(one.wish.languages) for one in asking)


def test_nobody_names_a_second_language_where_none_is_assumed() -> None:
    """Nor a first one that has no weight."""
    asking = _asking({"de": 1, "fr": 1, "es": 0}, second_language=0)
    assert {one.wish.languages for one in asking} == {("de",), ("fr",)}


def test_half_take_less_than_the_median_and_one_in_ten_is_slow() -> None:
    """As the assumptions say it in words."""
    chance, delay = Random(5), Delay(median=6, slow=30)
    drawn = [draw(delay, chance) / timedelta(hours=1) for _ in range(5000)]
    assert sum(one < 6 for one in drawn) / 5000 == pytest.approx(0.5, abs=0.03)
    assert sum(one >= 30 for one in drawn) / 5000 == pytest.approx(0.1, abs=0.015)


def test_nobody_answers_in_their_night() -> None:
    """They come to it when their day begins; who has no hours, at once."""
    berlin = Supporter(
        user_id=1,
        name="A",
        languages=("de",),
        timezone="Europe/Berlin",
        hours=Hours(time(8), time(22)),
    )
    night = datetime(2026, 1, 6, 2, tzinfo=UTC)
    assert when_awake(berlin, night) == datetime(2026, 1, 6, 7, tzinfo=UTC)
    assert when_awake(berlin, night + timedelta(hours=6)) == night + timedelta(hours=6)
    assert when_awake(replace(berlin, hours=None), night) == night


def test_what_is_assumed_can_be_true() -> None:
    """Shares are shares, and of each delay the slow are slower than the half, by days at most."""
    assumed = Assumptions()
    shares = (
        assumed.second_language,
        assumed.acceptance,
        assumed.declines,
        assumed.yes_to_reminder,
        assumed.never_write + assumed.hand_back,
        assumed.withdraws_a_day,
        *MadeRoster().speak.values(),
    )
    assert all(0 < share < 1 for share in shares)
    for soon in (assumed.answers, assumed.first_message):
        assert 0 < soon.median < soon.slow < 48
    assert 24 < assumed.lasts.median < assumed.lasts.slow < 60 * 24
