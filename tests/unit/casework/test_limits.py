"""What one account may ask for, and what it is told when that is too much."""

from dataclasses import replace

import pytest

from bot.casework.limits import Refusal, Standing, refusal
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
