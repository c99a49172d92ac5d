"""YAML is read with the line of every value, and what cannot be read is said kindly."""

import datetime as dt
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.problems import InputError, Problem
from bot.yaml_places import read_yaml

TEXT = """\
# a comment
wiki:
  intake: Project:X

policy: {offers_at_once: 2,
  story_hours: 3}
people:
  - user: Ada
    languages: [no, en]
  -
    user: Grace
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    """Read a text that cannot be read, and hand back why."""
    with pytest.raises(InputError) as raised:
        read_yaml(text, "x.yaml")
    return raised.value.problems


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("wiki",), 2),
        (("wiki", "intake"), 3),
        (("policy", "offers_at_once"), 5),
        (("policy", "story_hours"), 6),
        (("people", 0, "user"), 8),
        (("people", 0, "languages", 1), 9),
        (("people", 1), 11),
        (("people", 1, "languages"), 11),
        (("people", 7, "user"), 7),
        (("nothing", "of", "the", "sort"), 2),
    ],
)
def test_places(path: tuple[str | int, ...], line: int) -> None:
    """Each value is placed at its own line, and an absent one at its nearest parent's."""
    assert read_yaml(TEXT, "a/b.yaml").place(path) == f"a/b.yaml:{line}"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing but a comment", None),
        ("[no, on, off, yes, y]", ["no", "on", "off", "yes", "y"]),
        ("[true, False]", [True, False]),
        ("[08:00, 22:30:15]", ["08:00", "22:30:15"]),
        ("[7, -7, 010, 0x10, 1_000]", [7, -7, 10, "0x10", "1_000"]),
        ("[1.5, .5, 1e3]", [1.5, 0.5, "1e3"]),
        ("[null, ~, Null, '']", [None, None, None, ""]),
        ("{a:, b: }", {"a": None, "b": None}),
        ("on: 2026-11-01", {"on": dt.date(2026, 11, 1)}),
        ("on: '2026-11-01'", {"on": "2026-11-01"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("1: a\n'1': b", {1: "a", "1": "b"}),
    ],
)
def test_plain_words(text: str, data: Any) -> None:
    """Plain words are read as in YAML 1.2, so that Norwegian and opening hours stay text."""
    assert read_yaml(text, "x.yaml").data == data


def test_every_duplicate_is_told() -> None:
    """All duplicate keys of a file are told at once, each with both of its lines."""
    found = problems_of("a: 1\nb: {c: 1, c: 2}\na: 2\nd:\n  - e: 1\n    e: 2\na: 3\n")
    assert [problem.place for problem in found] == ["x.yaml:2", "x.yaml:3", "x.yaml:6", "x.yaml:7"]
    assert '"a"' in found[1].what
    assert "line 1" in found[1].what
    assert all(problem.mend for problem in found)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\n\tb: 2\n", 2, "tab"),
        ("a: b: c\n", 1, "colon"),
        ("a: 'open\nb: 2\n", 3, "quotation"),
        ("a: [1, 2\nb: 3\n", 2, "bracket"),
        ("a: 1\nsome words\nb: 2\n", 3, "colon"),
        ("a: 1\n---\nb: 2\n", 2, "document"),
        ("a: 1\nb: @x\n", 2, "sign"),
        ("a:\n    b: 1\n  c: 2\n", 3, "YAML"),
        ("a: 1\nb: \x07\n", 2, "U+0007"),
        ("a: &x [1]\nb: *x\n", 2, "*name"),
        ("a: *unknown\n", 1, "*name"),
        ("a: !!python/object:os.system x\n", 1, "type"),
        ("a: !!set {x}\n", 1, "type"),
        ("a: 2026-02-30\n", 1, "date"),
        ("? [a, b]\n: 1\n", 1, "name"),
        ("true: 1\n", 1, "name"),
        ("a: " + "[" * 60 + "]" * 60, 1, "nested"),
        ("a: " + "[" * 50_000, 1, "nested"),
        ("a: " + "9" * 5000, 1, "number"),
    ],
)
def test_broken_yaml(text: str, line: int, word: str) -> None:
    """What cannot be read is a problem with its line, plain words and a mend."""
    (found,) = problems_of(text)
    assert found.place == f"x.yaml:{line}"
    assert word in found.what
    assert found.mend


def test_an_unfolding_text_is_refused() -> None:
    """A text whose aliases would unfold to a billion values is refused at the first alias."""
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert problems_of(text)[0].place == "x.yaml:2"


def test_no_line_of_the_text_is_repeated() -> None:
    """A broken file's own words are not echoed: one of them may be a secret."""
    for text in (
        "a: 'hunter2\n",
        "a: hunter2: x\n",
        "hunter2\na: b",
        "a: {hunter2\n",
        "a: *hunter2",
    ):
        assert "hunter2" not in str(InputError(problems_of(text)))


def test_str_lists_every_problem() -> None:
    """The error's text is a list a person can work through: place, what, and the mend below."""
    text = str(InputError([Problem("x.yaml:1", "One.", "Mend one."), Problem("y", "Two.", "Do.")]))
    assert text == "x.yaml:1: One.\n    Mend one.\ny: Two.\n    Do."


# Without line breaks and invisible signs, which PyYAML's own writer does not always keep.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_reads_what_yaml_writes(data: Any) -> None:
    """Whatever a YAML writer writes without references is read as the same data."""

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    text = yaml.dump(data, Dumper=Dumper, allow_unicode=True)
    assert read_yaml(text, "x.yaml").data == data


@given(st.text(alphabet="ab:-[]{}\n '\"#*&!|>\t,0"))
def test_any_text_is_read_or_told(text: str) -> None:
    """Any text either is read or raises InputError with at least one problem, and nothing else."""
    try:
        read_yaml(text, "x.yaml")
    except InputError as error:
        assert error.problems
