"""Whose a plain request is that was changed on the page: where unsure, of whoever changed it."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.request.mending import Gone
from bot.request.page import MOST_SLICES, PlainSlice, read_revision
from tests.unit.request.test_plain import CASES

CHANGES: list[dict[str, Any]] = yaml.safe_load((CASES / "changes.yaml").read_text("utf-8"))
ONE = "{{Peer support request|languages=English|message=I need help with harrassment}}"
MENDED = ONE.replace("rra", "ra")


@pytest.mark.parametrize("case", CHANGES, ids=[case["name"] for case in CHANGES])
def test_changes_as_people_make_them(case: dict[str, Any]) -> None:
    """What was mended is told from what was written over, as it stands on a page."""
    before, after = (f"Header\n{case[side]}\n== Next ==\n" for side in ("before", "after"))
    added = read_revision(before, after)
    (found,) = added.plain
    assert Gone(added.gone).came_back_as(found.text) is case["mended"]


def test_one_can_come_back_once() -> None:
    """Who mends a request and asks in nearly the same words has asked, too."""
    added = read_revision(ONE, f"{MENDED}\n{MENDED.replace('need', 'want')}")
    gone = Gone(added.gone)
    assert [gone.came_back_as(found.text) for found in added.plain] == [True, False]


def test_only_what_went_can_have_been_mended() -> None:
    """A second form that is nearly the same as one still there is somebody's own."""
    added = read_revision(ONE, f"{ONE}\n{MENDED}")
    assert (len(added.plain), added.gone) == (1, ())
    assert not Gone(added.gone).came_back_as(MENDED)


def test_what_is_taken_away_is_bounded() -> None:
    """A page of requests that goes at once is not all compared; nor when nothing was added."""
    many = "\n".join(ONE.replace("need", f"need {number}") for number in range(100))
    assert read_revision(many, "").gone == ()
    assert len(read_revision(many, MENDED).gone) == MOST_SLICES


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_compared(before: str, after: str) -> None:
    """No text makes the comparison fail, and whatever was not changed at all is the same."""
    one, other = (f"{{{{Peer support request|{text}" for text in (before, after))
    Gone([PlainSlice(one)]).came_back_as(other)
    assert Gone([PlainSlice(one)]).came_back_as(one)
