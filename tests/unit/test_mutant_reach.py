"""Which tests `scripts/mutants` tries on a change: those that run its line, the near ones first."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.mutant_reach import Reach, cheapest, statement

MODULE = Path("bot/steps/some.py")
SOURCE = """\
LIMIT = 5
NAMES = {
    "a",
}

def first(x=LIMIT):
    if (
        x > 3
    ):
        return 1
    return 2

def second():
    return [
        LIMIT,
    ]
"""
SECONDS = {"tests/a.py::one": 3.0, "tests/a.py::two": 1.0, "tests/b.py::one": 0.5}
ONE, TWO, OTHER = SECONDS


def reach(**lines: list[str]) -> Reach:
    """Give what runs which lines of the module; these are named like L8."""
    tests = {(str(MODULE), int(line[1:])): frozenset(names) for line, names in lines.items()}
    return Reach(SECONDS, tests, {str(MODULE): frozenset({"tests/b.py"})})


@pytest.mark.parametrize(
    ("line", "whole"), [(1, (1, 1)), (3, (2, 4)), (8, (7, 9)), (10, (10, 10)), (15, (14, 16))]
)
def test_a_statement_is_all_its_lines_and_of_a_block_the_head(
    line: int, whole: tuple[int, int]
) -> None:
    """Python counts one of them as run."""
    assert statement(SOURCE, line) == whole


def test_a_change_is_tried_by_what_runs_its_statement() -> None:
    """Whatever line of it is counted; nothing is tried where no test runs it."""
    found = reach(L7=[ONE], L10=[TWO], L14=[OTHER])
    assert found.of(MODULE, SOURCE, 8) == {ONE}
    assert found.of(MODULE, SOURCE, 15) == {OTHER}
    assert found.of(MODULE, SOURCE, 11) == frozenset()


@pytest.mark.parametrize("line", [1, 3, 6])
def test_a_constant_is_tried_by_what_runs_a_function_of_its_module(line: int) -> None:
    """It was loaded before any test, or by the first; a default value is a constant as well."""
    found = reach(L1=["tests/c.py::loads it"], L6=["tests/c.py::loads it"], L7=[ONE], L14=[TWO])
    assert found.of(MODULE, SOURCE, line) == {ONE, TWO}


def test_a_module_without_functions_is_tried_by_what_loads_it() -> None:
    """Whole files then."""
    assert reach(L1=[ONE]).of(MODULE, "LIMIT = 5\n", 1) == {"tests/b.py"}


def test_near_tests_go_first_then_the_cheapest_within_the_limit() -> None:
    """One is tried in any case; a file stands for all its tests."""
    whole = ["tests/a.py", OTHER]
    assert cheapest(whole, [], reach(), 60) == [OTHER, TWO, ONE]
    assert cheapest(whole, [Path("tests/a.py")], reach(), 60) == [TWO, ONE, OTHER]
    assert cheapest(whole, [], reach(), 1.5) == [OTHER, TWO]
    assert cheapest([ONE], [], reach(), 1) == [ONE]
    assert cheapest([], [], reach(), 60) == []
