"""What is told of a quarter, and what somebody who wants a case back can make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from bot.statistics.bands import (
    ENOUGH,
    EVERYTHING,
    OTHER,
    SMALL,
    UNDER,
    Cell,
    Dimension,
    Told,
    Wait,
    cell,
    narrowed,
    quarter_of,
    tell,
    wait_of,
)
from bot.statistics.files import as_csv, as_picture, as_table

OUTCOMES = ["helped", "withdrawn", "unanswered"]
LANGUAGES = ["en", "de", "fr"]
OFFERED = {
    Dimension.OUTCOME: OUTCOMES,
    Dimension.LANGUAGE: LANGUAGES,
    Dimension.TOPIC: ["alone"],
    Dimension.WAIT: [one.value for one in Wait],
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Case = tuple[str, str, str]
"""Outcome, language, wait of one case."""
CASES = st.tuples(
    st.sampled_from(OUTCOMES),
    st.sampled_from([*LANGUAGES, "sw", "ur"]),
    st.sampled_from([one.value for one in Wait]),
)
# Quarters that are nearly one thing, with few others: what a small network has.
QUARTERS = st.lists(CASES, max_size=40).flatmap(
    lambda few: st.tuples(st.just(few), CASES, st.integers(0, 120)).map(
        lambda parts: [*parts[0], *[parts[1]] * parts[2]]
    )
)


def of(cases: Sequence[Case]) -> Told | None:
    """Tell of these cases."""
    counts = {
        Dimension.OUTCOME: Counter(one[0] for one in cases),
        Dimension.LANGUAGE: Counter(one[1] for one in cases),
        Dimension.WAIT: Counter(one[2] for one in cases),
    }
    return tell(counts, OFFERED)


def fitting(cells: dict[str, Cell], total: int) -> Iterator[dict[str, int]]:
    """Try every way in which a dimension can have come to be, as an attacker would, by brute force.

    Of the large cells only the sum matters, so they are tried as one.
    """
    small = [value for value, one in cells.items() if one == UNDER]
    large = [one for one in cells.values() if one != UNDER]
    least, most = sum(one.least for one in large), sum(one.most for one in large)
    for counts in product(range(SMALL), repeat=len(small)):
        if least <= total - sum(counts) <= most:
            yield dict(zip(small, counts, strict=True))


class TestGettingACaseBack:
    """Somebody has all that was ever published, and knows how many cases there were."""

    @given(QUARTERS)
    def test_small_cells_stay_any_number_under_ten(self, cases: list[Case]) -> None:
        """Adding everything up leaves each small cell as open as it was: from none to nine."""
        told = of(cases)
        for one, cells in (told or {}).items():
            if not one.adds_up:
                continue
            possible: dict[str, set[int]] = {v: set() for v, c in cells.items() if c == UNDER}
            for counts in fitting(dict(cells), len(cases)):
                for value, count in counts.items():
                    possible[value].add(count)
            event(f"a small cell was told: {bool(possible)}")
            for value, numbers in possible.items():
                assert numbers == set(range(SMALL)), f"{one.value} {value}"

    @given(QUARTERS, st.data())
    def test_who_is_alone_in_a_cell_leaves_no_trace(
        self, cases: list[Case], data: st.DataObject
    ) -> None:
        """Published with a lone case and without, the cell of that case says the same."""
        lone: Case = ("unanswered", "sw", Wait.NEVER.value)
        others = [one for one in cases if "sw" not in one]
        before, after = of(others), of([*others, lone])
        if before is None or after is None:
            return
        for one in set(before) & set(after):
            value = {Dimension.LANGUAGE: OTHER, Dimension.OUTCOME: lone[0], Dimension.WAIT: lone[2]}
            cells = value.get(one)
            if cells is not None and after[one][cells] == UNDER:
                event("a lone case is in a small cell")
                assert before[one][cells] == UNDER

    def test_one_small_cell_beside_counts_would_have_told(self) -> None:
        """The attack works where it is not kept from: full bands leave one number to the last."""
        cells = {"helped": Cell(10, 19), "unanswered": UNDER}
        assert narrowed(cells, 28) == ["unanswered"]  # nine, and no other number
        assert narrowed(cells, 19) == []

    def test_a_dimension_that_would_tell_is_left_out(self) -> None:
        """What nobody could be told of safely is not told of, and the rest is."""
        cases: list[Case] = [("helped", "en", Wait.DAY.value)] * 49
        cases += [("unanswered", "de", Wait.NEVER.value)] * 9
        cases += [("withdrawn", "en", Wait.NEVER.value)] * 9
        told = of(cases)
        assert told is not None
        assert Dimension.OUTCOME not in told
        assert Dimension.LANGUAGE in told


class TestCells:
    """Bands."""

    def test_nothing_is_a_count(self) -> None:
        """Every number is in a band of ten or more numbers, none and few in one together."""
        for count in range(3000):
            band = cell(count)
            assert band.least <= count <= band.most
            assert band.most - band.least + 1 >= SMALL
            assert str(count) != str(band)
        assert str(cell(0)) == str(cell(9)) == "under 10"
        assert str(cell(5000)) == "1000 or more"
        assert cell(5000).most == EVERYTHING

    def test_every_value_on_offer_has_one(self) -> None:
        """That nobody spoke a language looks like few did; a rare one is among others."""
        told = of([("helped", "en", Wait.DAY.value)] * 40 + [("helped", "sw", Wait.DAY.value)])
        assert told is not None
        assert list(told[Dimension.LANGUAGE]) == ["de", "en", "fr", OTHER]
        assert ",sw," not in as_csv(told, "2026-Q4")

    def test_what_was_not_on_offer_is_shown_when_many(self) -> None:
        """Ten who asked in a language that nobody speaks are a need worth telling of."""
        told = of(
            [("helped", "en", Wait.DAY.value)] * 40 + [("unanswered", "sw", "no contact")] * 12
        )
        assert told is not None
        assert str(told[Dimension.LANGUAGE]["sw"]) == "10–19"

    def test_too_few_are_not_told_of(self) -> None:
        """Below the bound there is no statistic at all."""
        assert of([("helped", "en", Wait.DAY.value)] * (ENOUGH - 1)) is None
        assert of([("helped", "en", Wait.DAY.value)] * ENOUGH) is not None


class TestFiles:
    """Table, lines and pictures."""

    TOLD = of([("helped", "en", Wait.DAY.value)] * 40)

    def test_say_no_more_than_the_cells(self) -> None:
        """No count and no total is in any of them."""
        assert self.TOLD is not None
        texts = [as_table(self.TOLD, "2026-Q4"), as_csv(self.TOLD, "2026-Q4")]
        texts += [as_picture(one, cells, "2026-Q4") for one, cells in self.TOLD.items()]
        for text in texts:
            assert ">40<" not in text
            assert " 40 " not in text
            assert "20–49" in text or "under 10" in text

    def test_a_picture_loads_nothing(self) -> None:
        """No script and no address of another host is in a picture."""
        assert self.TOLD is not None
        drawn = as_picture(Dimension.OUTCOME, self.TOLD[Dimension.OUTCOME], "2026-Q4")
        assert drawn.startswith("<svg")
        assert "script" not in drawn
        assert "http" not in drawn.replace("http://www.w3.org/", "")


@pytest.mark.parametrize(
    ("hours", "wait"),
    [(0, Wait.DAY), (24, Wait.DAY), (25, Wait.THREE_DAYS), (168, Wait.WEEK), (999, Wait.LONGER)],
)
def test_waits(hours: int, wait: Wait) -> None:
    """A wait is told in bands."""
    assert wait_of(NOON, NOON + timedelta(hours=hours)) is wait


def test_no_contact_and_quarters() -> None:
    """Who was never written to waited for nothing; a quarter has three months."""
    assert wait_of(NOON, None) is Wait.NEVER
    names = [quarter_of(datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 3, 4, 12)]
    assert names == ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4"]
