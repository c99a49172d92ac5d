"""Whoever is meant by what somebody typed is among those who are avoided."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.request.avoided import LONGEST_LINE, read_line
from bot.request.plain import PlainRequest, read_named, read_plain
from bot.request.request import Published
from bot.request.usernames import as_typed

DATA = Path(__file__).parents[2] / "data" / "plain" / "avoided.yaml"
TYPED: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
PUBLISHED = Published((), ("desk",), (), 200, plain_requests=True)


def names_of(lines: tuple[str, ...]) -> set[str]:
    """Return every name that the lines can mean."""
    return {name for line in lines for name in read_line(line).names}


@pytest.mark.parametrize("case", TYPED, ids=[case["typed"] for case in TYPED])
def test_every_reading_is_taken(case: dict[str, Any]) -> None:
    """At the desk, and written by hand on the page; what can be no name is never passed over."""
    named = read_named(case["typed"])
    by_hand = read_plain(
        f"{{{{Peer support request|languages=de|avoid={case['typed']}}}}}", PUBLISHED
    )
    if case.get("unread"):
        assert named.unread
        assert not isinstance(by_hand, PlainRequest)
        return
    assert not named.unread
    assert set(case["names"]) <= names_of(named.lines)
    assert isinstance(by_hand, PlainRequest)
    assert set(case["names"]) <= names_of(by_hand.avoid)


# What MediaWiki's title and user rules leave, and the marks people put between and around names.
LETTERS = st.sampled_from("abcABCäßéжمش例ก१😀♥0129 !\"$&'()*,-.:;=?@\\^_`~+«»“”„–—·،؛、，；´\u2066")
NAMES = st.one_of(
    st.text(LETTERS, min_size=1, max_size=25),
    st.lists(
        st.sampled_from(
            ["Tom", "and", "und", "K.", "(X)", "*", "-", ",", ";", "User", ":", " ", "y"]
        ),
        min_size=1,
        max_size=7,
    ).map("".join),
)
_PARTS = re.compile(r"[,;،؛、，；*]|\s\S+(?=\s)")


def valid(name: str) -> str:
    """Return a name as an account would have it, or let another one be drawn."""
    found = as_typed(name)
    # The wiki knows none with a namespace or with a colon before it.
    assume(found is not None and not re.match(r"\s*:|[\w -]*user[\w -]*:", found, re.IGNORECASE))
    assume(found is not None and len(_PARTS.findall(found)) < 5)
    assert found is not None
    return found


@given(NAMES)
@example("''Rosa''")
@example("----Rosa")
@example("; Rosa")
@example(",,Rosa,,")
def test_a_name_typed_alone_is_among_its_readings(name: str) -> None:
    """Whatever account there can be: at the desk, and by hand."""
    name = valid(name)
    assert name in read_line(name).names
    assert name in names_of(read_named(name).lines)


@given(NAMES, st.sampled_from([", ", "\n", "; ", " and ", "\n* ", "،"]))
@example("*Star*", ", ")
@example("-", ", ")
@example("***", ", ")
@example("Smith, John", ", ")
@example("; ; ; ;", " and ")
@example("Tom and", " and ")
@example("and and", " and ")
def test_a_name_in_a_list_is_among_its_readings(name: str, between: str) -> None:
    """First, in the middle and last."""
    name = valid(name)
    for names in ([name, "Rosa"], ["Rosa", name, "Ravi"], ["Rosa", name]):
        lines = read_named(between.join(names)).lines
        assert {*names} <= names_of(lines), names


def test_a_name_in_bold_and_one_that_looks_like_a_rule_are_kept() -> None:
    """The reader of wikitext takes them for markup, and the wiki for names."""
    assert {"''Rosa''", "Rosa"} <= names_of(read_named("''Rosa''").lines)
    assert "----Rosa" in names_of(read_named("----Rosa").lines)


def test_each_person_counts_once() -> None:
    """The bound is on those who are meant, not on the ways to read them."""
    assert read_named("Harald K., (XYZ)\n*Star*; -kestrel-").people == 4
    assert read_named("Rosa\nRosa, Rosa").people == 1


def test_a_line_without_end_is_not_read() -> None:
    """Nor passed over: it is told as what can be no name."""
    for line in ("*" * (LONGEST_LINE + 1), "Rosa," * LONGEST_LINE):
        assert read_line(line).left_over()


def test_a_long_line_of_marks_takes_no_time() -> None:
    """The names in it are still found."""
    line = ",".join(["Rosa", *["*"] * 2000, "Ravi"])
    assert {"Rosa", "Ravi"} <= set(read_line(line).names)


@pytest.mark.parametrize("parts", [5, 10, 11, 40, 41, 100, 120, 121, 400])
@pytest.mark.parametrize("marks", [1, 5, 12, 22])
def test_no_line_has_very_many_readings(parts: int, marks: int) -> None:
    """However many names and marks somebody writes into one: each reading costs time."""
    between = "".join(";,*،"[place % 4] for place in range(marks))
    line = between.join(f"N{number}" for number in range(parts))
    assert len(read_line(line).readings) < 6000
