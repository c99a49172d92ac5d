"""Somebody's plain request that another person mended, told from one that is that person's own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.languages import language_of
from bot.request.folding import fold_words
from bot.request.language_names import find_languages
from bot.request.page import PlainSlice, normalised
from bot.request.plain import what_is_said
from bot.request.prose import drop_comments
from bot.request.wikitext import listed

# Texts are compared by their runs of so many letters, which is linear and needs no words. What two
# people wrote about the same thing shares a third of them at most, what was mended two thirds.
_RUN: Final = 4
_AS_GOOD_AS_EQUAL: Final = 0.5


@dataclass(frozen=True)
class _Said:
    """What a request says: in which languages, and the rest as runs of letters."""

    languages: frozenset[str]
    runs: Counter[str]

    def is_still_said_by(self, other: "_Said") -> bool:
        """Tell whether the other says it too, or says nothing of its own."""
        if self.languages and other.languages and self.languages.isdisjoint(other.languages):
            return False
        if not other.runs:
            return True  # who takes all the words away has asked for nothing
        shared = (self.runs & other.runs).total()
        return 2 * shared >= _AS_GOOD_AS_EQUAL * (self.runs.total() + other.runs.total())


class Gone:
    """The requests that a revision took off the page; each can have been mended once."""

    def __init__(self, slices: Iterable[PlainSlice]) -> None:
        self._slices = slices

    @cached_property
    def _left(self) -> list[_Said]:
        return [_said(piece.text) for piece in self._slices]

    def came_back_as(self, text: str) -> bool:
        """Tell whether this is one of them with a change or two; where unsure, it is not.

        What cannot be told to be a mended text is somebody's own: rather one request too many
        than one lost.
        """
        said = _said(text) if self._left else None
        for one in self._left:
            if said is not None and one.is_still_said_by(said):
                self._left.remove(one)
                return True
        return False


def _said(text: str) -> _Said:
    fields = what_is_said(drop_comments(text))
    if fields is None:
        return _Said(frozenset(), _runs(normalised(text)))
    languages = find_languages(listed(fields.pop("languages")))
    rest = "\n".join(filter(None, fields.values()))
    return _Said(frozenset(map(language_of, languages)), _runs(rest))


def _runs(text: str) -> Counter[str]:
    words = fold_words(text)
    # The spaces make of the shortest word a run, too.
    padded = f" {words} ".ljust(_RUN) if words else ""
    return Counter(padded[at : at + _RUN] for at in range(len(padded) - _RUN + 1))
