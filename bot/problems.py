"""What is wrong with something a person wrote: where, what, and how to mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

_LONGEST = 80
_JOINERS = frozenset("\u200c\u200d")
"""They join letters within names of several scripts; whatever else is not printed is escaped."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; `place` reads like `config/peer-support.yaml:12`."""

    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}\n    {self.mend}"


class InputError(Exception):
    """Somebody's file or input cannot be used as it is; `problems` holds every reason at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def printable(text: str) -> str:
    """Return a text in which what is not printed, and does something unseen, is escaped.

    So a terminal stays as it is, and a name's marks of direction turn nothing around it.
    """
    return "".join(one if _is_harmless(one) else _escaped(one) for one in text)


def quoted(text: str) -> str:
    """Return what was typed as an error names it: in quotes, in one line, and not endless."""
    shown = printable(text.replace("\n", " "))
    return f"“{shown if len(shown) <= _LONGEST else shown[:_LONGEST] + '…'}”"


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to what was typed; None where none is near."""
    by_lower_case = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(typed.casefold(), by_lower_case, n=1)
    return by_lower_case[near[0]] if near else None


def _is_harmless(one: str) -> bool:
    # Python counts spaces other than the plain one as not printable.
    return one.isprintable() or one in _JOINERS or one == "\n" or category(one) == "Zs"


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")
