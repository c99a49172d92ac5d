"""The circuit breaker: what a day's mails carry, and when the others wait in line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.surge import Day, Line, carried, cost_of, turn


@dataclass(frozen=True)
class Policy:
    """Only what a case costs."""

    offers_at_once: int = 2


EACH = 5


@pytest.mark.parametrize(("mails", "at_once", "cases"), [(200, 2, 20), (20, 2, 2), (1, 20, 1)])
def test_a_day_carries_what_half_its_mails_pay_for(mails: int, at_once: int, cases: int) -> None:
    """Each new case costs its offers and three mails more; one is always begun."""
    carry = carried(mails, Policy(at_once))
    assert Day(spent=0, waiting=0, carried=carry, each=cost_of(at_once)).room == cases
    assert cost_of(0) == 0, "who cannot be asked about takes nobody's place"


@pytest.mark.parametrize(
    ("before", "begun", "waiting", "after"),
    [
        (Line.FLOWING, 0, 20, Line.FLOWING),
        (Line.FLOWING, 0, 21, Line.FLOWING),  # perhaps nobody can be asked about them
        (Line.FLOWING, 19, 2, Line.FLOWING),
        (Line.HELD, 0, 21, Line.HELD),
        (Line.FLOWING, 20, 0, Line.FLOWING),
        (Line.FLOWING, 20, 1, Line.HELD),
        (Line.HELD, 20, 0, Line.HELD),  # the day is still full: the same surge
        (Line.HELD, 11, 2, Line.HELD),
        (Line.HELD, 10, 2, Line.FLOWING),
        (Line.HELD, 30, 0, Line.HELD),  # the operator has lowered the budget
    ],
)
def test_the_line_is_held_and_let_go(before: Line, begun: int, waiting: int, after: Line) -> None:
    """Held as soon as one waits in vain; let go when none does and the day is half empty."""
    day = Day(begun * EACH, waiting, carried=20 * EACH, each=EACH)
    assert turn(before, day) is after


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 20))
def test_nobody_waits_for_ever_and_no_day_is_overdrawn(comes: list[int], carry: int) -> None:
    """Whatever comes, 24 hours never begin more than is carried, and each has its turn."""
    began: list[int] = []
    waiting, line, turns = 0, Line.FLOWING, 0
    hours = [*comes, *[0] * (24 * (1 + sum(comes) // carry + 1))]
    for new in hours:
        waiting += new
        day = Day(sum(began[-23:]) * EACH, waiting, carry * EACH, EACH)
        after = turn(line, day)
        turns += after is not line
        line = after
        now = min(waiting, day.room)
        waiting -= now
        began.append(now)
        assert sum(began[-24:]) <= carry
    assert waiting == 0
    # Told when it begins and when it is over, and no more often than half a day's cases come by.
    assert turns <= 2 + 4 * sum(comes) // carry
