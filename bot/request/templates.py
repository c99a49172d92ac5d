"""Where our two templates stand in a page's raw text, in one linear pass over it."""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@enum.unique
class Kind(enum.Enum):
    """Which of the two templates."""

    ENVELOPE = "envelope"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Place:
    """A template from `start` to `end`; what follows its name begins at `inner`."""

    kind: Kind
    start: int
    inner: int
    end: int


# Nothing to go back for: every repetition is possessive or cannot overlap what follows it.
# It finds more than the gadget ever writes, so that nothing is lost in silence.
_OPENING: Final = re.compile(
    r"\{\{[\s_]*+(?:[^\W\d_]{1,20}:[\s_]*+)?+peer[\s_]++support[\s_]++(envelope|request)"
    r"[\s_]*+(?![^\W_])",
    re.IGNORECASE,
)
# No envelope holds a brace, so one that lost its end cannot swallow the next.
_ENVELOPE_REST: Final = re.compile(r"[^{}]*+(?:\}\})?+")
_BRACES: Final = re.compile(r"\{\{|\}\}")
_BRACES_AND_HIDING: Final = re.compile(
    r"(?P<open>\{\{)|(?P<close>\}\})|<!--(?P<comment>)|<nowiki\s*+>(?P<nowiki>)"
    r"|(?P<comment_end>-->)|</nowiki\s*+>(?P<nowiki_end>)",
    re.IGNORECASE,
)
_NEXT_SECTION: Final = re.compile(r"\n==")


def find_templates(text: str) -> Iterator[Place]:
    """Find both templates wherever they stand: in `nowiki`, in comments, without their end."""
    openings = list(_OPENING.finditer(text))
    limits = [opening.start() for opening in openings[1:]] + [len(text)]
    for here, limit in zip(openings, limits, strict=False):
        kind = Kind(here[1].lower())
        if kind is Kind.ENVELOPE:
            rest = _ENVELOPE_REST.match(text, here.end(), limit)
            end = rest.end() if rest else here.end()
        else:
            end = _end_of_request(text, here.start(), limit)
        yield Place(kind, here.start(), here.end(), end)


def _end_of_request(text: str, start: int, limit: int) -> int:
    """Where the closing braces are, or where the next thing of ours or a new section begins."""
    for end in (_closed_but_hidden(text, start, limit), _closed(text, start, limit)):
        if end is not None:
            return end
    section = _NEXT_SECTION.search(text, start, limit)
    return section.start() if section else limit


def _closed_but_hidden(text: str, start: int, limit: int) -> int | None:
    """Find the closing braces, those in comments and `nowiki` not counted."""
    depth = 0
    hidden_until: str | None = None
    for found in _BRACES_AND_HIDING.finditer(text, start, limit):
        what = found.lastgroup
        if hidden_until is not None:
            if what == hidden_until:
                hidden_until = None
        elif what in {"comment", "nowiki"}:
            hidden_until = f"{what}_end"
        elif what in {"open", "close"}:
            depth += 1 if what == "open" else -1
            if depth == 0:
                return found.end()
    return None


def _closed(text: str, start: int, limit: int) -> int | None:
    depth = 0
    for found in _BRACES.finditer(text, start, limit):
        depth += 1 if found[0] == "{{" else -1
        if depth == 0:
            return found.end()
    return None
