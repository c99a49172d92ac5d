"""Values are changed where they stand in somebody's YAML, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.problems import InputError
from bot.yaml_changes import amend
from bot.yaml_places import read_yaml

NAME = ("operator", "name")
PEOPLE = ("coordinators",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'operator: {name: "N"}\n'),
        ("# only words", '# only words\noperator: {name: "N"}\n'),
        ("a: 1 # one\n", 'a: 1 # one\noperator: {name: "N"}\n'),
        ("a: 1", 'a: 1\noperator: {name: "N"}\n'),
        ("operator:\n# next\nb: 2\n", 'operator: {name: "N"}\n# next\nb: 2\n'),
        ("operator: ~ # later\n", 'operator: {name: "N"} # later\n'),
        ("operator:\n  name: null  # who\n", 'operator:\n  name: "N"  # who\n'),
        ("operator:\n  name:\n  x: 1\n", 'operator:\n  name: "N"\n  x: 1\n'),
        (
            "operator:\n  x: 1 # x\n\n# b\nb: 2\n",
            'operator:\n  x: 1 # x\n  name: "N"\n\n# b\nb: 2\n',
        ),
        ("operator: {x: 1}\n", 'operator: {x: 1, name: "N"}\n'),
        ("operator: {}\n", 'operator: {name: "N"}\n'),
        ('{"a": 1}', '{"a": 1, operator: {name: "N"}}'),
        ("operator:\n  name: |\n    old\n\nb: 2\n", 'operator:\n  name: "N"\n\nb: 2\n'),
        ("operator:\n  name: old\n    words\nb: 2\n", 'operator:\n  name: "N"\nb: 2\n'),
        ("---\noperator:\n  name: 'old'\n...\n", '---\noperator:\n  name: "N"\n...\n'),
        ("\ufeffoperator:\r\n  name: old # who\r\n", '\ufeffoperator:\r\n  name: "N" # who\r\n'),
    ],
)
def test_one_value(before: str, after: str) -> None:
    """However a file is written: the value stands in its place, comments and other lines stay."""
    assert amend(before, "x", {NAME: "N"}) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("coordinators: [A] # us\n", 'coordinators: ["B", "C"] # us\n'),
        (
            "coordinators:\n  # us\n  - A # lead\n\n# d\n",
            'coordinators:\n  # us\n  - "B"\n  - "C" # lead\n\n# d\n',
        ),
        ("coordinators:\n- A\n- D\nx: 1\n", 'coordinators:\n- "B"\n- "C"\nx: 1\n'),
    ],
)
def test_a_list(before: str, after: str) -> None:
    """A list stays as it was written: in one line, or an entry a line."""
    assert amend(before, "x", {PEOPLE: ("B", "C")}) == after


def test_what_can_not_be_changed_is_told() -> None:
    """A file whose group is something else is left alone, and the setting is named."""
    with pytest.raises(InputError, match=r"by hand: operator\.name"):
        amend("- a list\n", "x", {NAME: "N"})
    with pytest.raises(InputError, match="quotation mark"):
        amend('a: "', "x", {NAME: "N"})


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
LINES = st.lists(
    st.sampled_from(
        [
            "# a comment",
            "",
            "plain: word  # said",
            "other: {a: 1, b: [x, y]}",
            "block: |\n  text\n  more",
        ]
    ),
    unique=True,
)


@given(
    lines=LINES,
    name=WORDS,
    people=st.lists(WORDS, min_size=1, max_size=3),
    ours=st.sampled_from(["", "operator:", "operator:\n  name: x # n\n  more: y", "operator: {}"]),
)
def test_any_value_in_any_place(lines: list[str], name: str, people: list[str], ours: str) -> None:
    """Whatever is put in comes out of the file again, and every other line is still there."""
    text = "\n".join([*lines, ours, "last: 1", ""])
    changed = amend(text, "x", {NAME: name, PEOPLE: tuple(people)})
    data = read_yaml(changed, "x").data
    assert (data["operator"]["name"], data["coordinators"]) == (name, people)
    left = changed.split("\n")
    for line in "\n".join([*lines, "last: 1"]).split("\n"):
        assert line in left
    assert amend(changed, "x", {NAME: name, PEOPLE: tuple(people)}) == changed
