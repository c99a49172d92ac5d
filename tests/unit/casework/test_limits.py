"""What one account may ask for, and what it is told when that is too much."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.limits import (
    FIRST_WAIT,
    LONGEST_WAIT,
    Refusal,
    Standing,
    counted_offers,
    kept_for_first,
    refusal,
    wait_after,
)
from bot.config.model import Policy

POLICY = Policy()
ROSA = Standing(blocked=False, open_requests=0, requests_this_month=0)


def test_takes_a_first_request() -> None:
    """Rosa never asked before, and asks."""
    assert refusal(ROSA, POLICY) is None


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (replace(ROSA, blocked=True), Refusal.BLOCKED),
        (replace(ROSA, open_requests=1), Refusal.OPEN_ALREADY),
        (replace(ROSA, requests_this_month=3), Refusal.TOO_MANY),
    ],
)
def test_says_why_it_takes_no_more(standing: Standing, why: Refusal) -> None:
    """Each limit has a word of its own, so that Rosa is told which it was."""
    assert refusal(standing, POLICY) is why


def test_takes_up_to_the_limit() -> None:
    """One below each limit is within it."""
    policy = Policy(open_requests_per_account=2, requests_per_account_per_month=4)
    busy = replace(ROSA, open_requests=1, requests_this_month=3)
    assert refusal(busy, policy) is None
    assert refusal(replace(busy, open_requests=2), policy) is Refusal.OPEN_ALREADY
    assert refusal(replace(busy, requests_this_month=4), policy) is Refusal.TOO_MANY


def test_names_the_most_useful_reason() -> None:
    """A block cannot be waited out at the desk, and an open request is there already."""
    all_of_it = Standing(blocked=True, open_requests=5, requests_this_month=9)
    assert refusal(all_of_it, POLICY) is Refusal.BLOCKED
    assert refusal(replace(all_of_it, blocked=False), POLICY) is Refusal.OPEN_ALREADY


def test_only_who_withdrew_waits() -> None:
    """A first request is looked at at once, and so is the next of who let the last one go on."""
    assert wait_after(0) == timedelta(0)
    assert wait_after(1) == FIRST_WAIT
    assert wait_after(2) == 2 * FIRST_WAIT


@given(st.integers(0, 10_000))
def test_each_wait_is_as_long_as_the_last_and_none_is_without_end(withdrawn: int) -> None:
    """Repeating costs more, up to two days: somebody may be in need all the same."""
    assert wait_after(withdrawn) <= wait_after(withdrawn + 1) <= LONGEST_WAIT


@given(st.integers(1, 99))
def test_a_part_of_the_week_is_kept_and_a_part_is_not(per_week: int) -> None:
    """Who asks again is still served, by everybody on the roster."""
    assert 0 <= kept_for_first(per_week) < per_week
    assert kept_for_first(per_week) or per_week == 1


@given(st.integers(0, 50), st.integers(0, 50))
def test_what_was_withdrawn_costs_little_and_not_nothing(others: int, withdrawn: int) -> None:
    """Nobody is rung more than twice as often as they allow, and once more."""
    counted = counted_offers(others + withdrawn, withdrawn)
    assert others <= counted <= others + withdrawn
    assert others + withdrawn <= 2 * counted + 1
