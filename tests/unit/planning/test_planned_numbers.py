"""What a planned year comes to, reckoned by hand from requests whose fate is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.casework.acts import receive
from bot.casework.matching import Wish
from bot.casework.states import Outcome
from bot.planning.counted import Counted, Numbers, count, still_without, waits
from bot.planning.people import Asking
from bot.planning.year import BEGINS, Fate

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
ANA, BORIS = 1, 2


def fate(
    *,
    language: str = "de",
    at: datetime = BEGINS,
    accepted: timedelta | None = None,
    contacted: timedelta | None = None,
    closed: timedelta | None = None,
    outcome: Outcome | None = None,
    asked: Sequence[tuple[timedelta, int]] = (),
    met: int = 0,
    in_vain: int = 0,
) -> Fate:
    """Give a request; times count from when it came, those of mails from when the year began."""
    case = receive("AAAAAAAA", notify=True, now=at).case
    return Fate(
        Asking(at, Wish(requester_id=9, languages=(language, "en"), channels=("desk",))),
        replace(case, outcome=outcome, closed_at=None if closed is None else at + closed),
        met=met,
        accepted_at=None if accepted is None else at + accepted,
        contacted_at=None if contacted is None else at + contacted,
        asked=[(BEGINS + after, supporter) for after, supporter in asked],
        yes_in_vain=in_vain,
    )


def counted(*fates: Fate, weeks: int = 10) -> Counted:
    """Count them for two supporters who are asked twice a week at most."""
    return count(fates, {ANA: 2, BORIS: 2}, BEGINS, weeks)


def numbers(*fates: Fate) -> Numbers:
    """Count them, and give what is said of all."""
    return counted(*fates).all


def test_half_wait_no_longer_than_the_median_and_five_in_a_hundred_longer_than_the_other() -> None:
    """Of 20 waits of 1 to 20 hours, ten are of 10 or less, and nineteen of 19 or less."""
    many = numbers(*(fate(contacted=hours * HOUR) for hours in range(20, 0, -1)))
    assert (many.requests, many.median_hours, many.hours_of_95) == (20, 10, 19)
    one = numbers(fate(contacted=3 * HOUR))
    assert (one.median_hours, one.hours_of_95) == (3, 3)
    three = numbers(*(fate(contacted=hours * HOUR) for hours in (1, 2, 9)))
    assert (three.median_hours, three.hours_of_95) == (2, 9)


def test_who_never_hears_from_anybody_waits_longer_than_all_others() -> None:
    """So many of them that the share falls among them: then there is no number."""
    heard, never = fate(contacted=5 * HOUR), fate(outcome=Outcome.UNANSWERED)
    assert waits([never, heard]) == [5, math.inf]
    assert numbers(heard, never).median_hours == 5
    assert numbers(heard, never).hours_of_95 is None


def test_who_gives_up_before_any_contact_makes_nothing_look_quicker() -> None:
    """Their wait is not counted at all, only that they took it back; after contact it is."""
    before = fate(outcome=Outcome.WITHDRAWN, closed=HOUR)
    after = fate(outcome=Outcome.WITHDRAWN, contacted=4 * HOUR, closed=9 * HOUR)
    assert waits([before, after]) == [4]
    assert numbers(before, after).withdrawn == 0.5


def test_two_days_without_a_yes_are_more_than_48_hours() -> None:
    """Accepted after exactly 48 hours is in time, a minute later is not; nor is never."""
    late = 48 * HOUR + timedelta(minutes=1)
    for waited, share in ((48 * HOUR, 0), (late, 1), (None, 1)):
        assert numbers(fate(accepted=waited)).nobody_after_two_days == share


def test_who_took_the_request_back_waits_no_more() -> None:
    """Up to the moment at which they did; a request that was given up by us does wait."""
    early = fate(outcome=Outcome.WITHDRAWN, closed=10 * HOUR)
    given_up = fate(outcome=Outcome.UNANSWERED, closed=10 * HOUR)
    assert [still_without([early], hours) for hours in (9, 10, 11)] == [1, 0, 0]
    assert still_without([given_up], 11) == 1
    assert still_without([early, given_up, fate(accepted=HOUR), fate(accepted=2 * HOUR)], 11) == (
        0.25
    )


def test_shares_and_means_are_of_all_requests() -> None:
    """One of four unanswered, six mails for four requests, three who said yes too late."""
    some = numbers(
        fate(outcome=Outcome.UNANSWERED, asked=[(HOUR, ANA), (HOUR, BORIS)]),
        fate(outcome=Outcome.HELPED, contacted=HOUR, asked=[(HOUR, ANA)] * 3, in_vain=1),
        fate(outcome=Outcome.HELPED, contacted=HOUR, asked=[(HOUR, ANA)], in_vain=2),
        fate(outcome=Outcome.WITHDRAWN, closed=HOUR),
    )
    assert some.unanswered == 0.25
    assert some.withdrawn == 0.25
    assert some.offers_a_request == 1.5
    assert some.yes_in_vain == 0.75


def test_without_a_request_there_are_zeros_and_no_times() -> None:
    """A plan of a language that nobody asks in can be shown."""
    none = numbers()
    assert (none.median_hours, none.hours_of_95) == (None, None)
    shares = (none.nobody_after_two_days, none.unanswered, none.withdrawn)
    assert (none.requests, *shares, none.offers_a_request, none.yes_in_vain) == (0,) * 6
    assert counted().burden.busiest == 0


def test_each_language_is_counted_by_the_best_of_who_asks_the_most_frequent_first() -> None:
    """Only its own requests."""
    fates = [fate(language="fr", contacted=HOUR)]
    fates += [fate(language="de", contacted=3 * HOUR) for _ in range(2)]
    by_language = counted(*fates).by_language
    assert [(name, one.requests, one.median_hours) for name, one in by_language.items()] == [
        ("de", 2, 3),
        ("fr", 1, 1),
    ]


def test_the_burden_is_of_everybody_on_the_roster_over_all_weeks() -> None:
    """Of eight mails in ten weeks Ana had seven: two of twenty weeks are full, one overfull."""
    first, last = [HOUR, WEEK - HOUR], [9 * WEEK, 9 * WEEK + HOUR, 10 * WEEK - HOUR]
    asked = [(at, ANA) for at in (*first, WEEK, 5 * WEEK, *last)]
    burden = counted(fate(asked=[*asked, (HOUR, BORIS)], met=1), fate(met=2)).burden
    assert burden.supporters == 2
    assert burden.offers_a_week == pytest.approx(8 / 2 / 10)
    assert burden.busiest == pytest.approx(7 / 10)
    assert burden.full_weeks == pytest.approx(2 / 20)
    assert burden.cases_a_year == pytest.approx(3 / 2 * 52 / 10)


def test_what_comes_after_the_last_week_is_no_burden_of_the_year() -> None:
    """Cases that were begun go on to their end; their mails then are not of these weeks."""
    burden = counted(fate(asked=[(10 * WEEK - HOUR, ANA), (10 * WEEK, ANA)])).burden
    assert burden.busiest == pytest.approx(1 / 10)


def test_it_can_be_written_as_json() -> None:
    """All three parts, by their names."""
    plain = counted(fate(contacted=HOUR)).plain()
    assert plain["all"]["median_hours"] == 1
    assert plain["by_language"]["de"]["requests"] == 1
    assert plain["burden"]["supporters"] == 2


def test_the_year_begins_on_a_monday_in_utc() -> None:
    """Its weeks are weeks."""
    assert BEGINS.weekday() == 0
    assert BEGINS.tzinfo is UTC
