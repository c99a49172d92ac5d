"""Which changes `scripts/mutants` tries: none that nothing could notice, and every other."""

from __future__ import annotations

import pytest

from stage.mutant_worth import is_worth_it

SOURCE = """\
Also = Callable[[int, str], None]

@enum.unique
class Answer(enum.Enum):
    YES = "yes"

@dataclass(frozen=True)
class Line:
    text: str | None = field(repr=False)

class Policy(Protocol):
    @property
    def hours(self) -> int: ...

def late(line: Line | None, hours: int = 5) -> bool | None:
    return hours > 3 and line is None
"""
NUMBER, OR = "core/NumberReplacer", "core/ReplaceBinaryOperator_BitOr_Add"
TRUE, FALSE = "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue"


def worth(kind: str, text: str, line: str) -> bool:
    """Ask for a change of a piece of text in the line that begins so."""
    lines = SOURCE.splitlines()
    number = next(n for n, one in enumerate(lines, 1) if one.strip().startswith(line))
    column = lines[number - 1].index(text)
    return is_worth_it(SOURCE, kind, (number, column), (number, column + len(text)))


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("core/RemoveDecorator", "@enum.unique", "@enum"),
        (TRUE, "True", "@dataclass"),
        ("ours/RemoveElement", "str", "Also"),
        (OR, "|", "text"),
        (OR, "|", "def late"),
        ("core/RemoveDecorator", "@property", "@property"),
        ("core/ReplaceComparisonOperator_Is_Eq", "is", "return"),
    ],
)
def test_what_nothing_could_notice_is_left_out(kind: str, text: str, line: str) -> None:
    """Annotations, protocols, guards for whoever writes code, and comparisons that are the same."""
    assert not worth(kind, text, line)


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        (FALSE, "False", "text"),
        (NUMBER, "5", "def late"),
        (NUMBER, "3", "return"),
        ("core/ReplaceAndWithOr", "and", "return"),
        ("core/ReplaceComparisonOperator_Is_IsNot", "is", "return"),
        ("core/RemoveDecorator", "@dataclass", "@dataclass"),
    ],
)
def test_all_else_is_tried(kind: str, text: str, line: str) -> None:
    """Also what stands in the same line as something that is left out."""
    assert worth(kind, text, line)
