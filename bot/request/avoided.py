"""Whom somebody wants to avoid, as they typed it: every name that it can mean.

What was typed is kept as it is, and read when it is compared with accounts: of two readings one too
many hurts nobody, and one too few tells the very person.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import unquote

from bot.request.usernames import as_typed, is_address, normalise, user_of_page
from bot.request.vocabulary import JOINING_NAMES

LONGEST_LINE: Final = 6000
"""Twenty names of the longest kind; in characters."""

_MARKS: Final = ";,،؛、，；*"
_SEPARATOR: Final = re.compile(
    rf"[{_MARKS}]|\s+(?:"
    + "|".join(re.escape(word) for word in sorted(JOINING_NAMES))
    # Two pages with nothing but a space between them.
    + r")\s+|\s+(?=User:|Benutzer(?:in)?:|Utilisat(?:eur|rice):|Usuari[oa]:|مستخدمة?:)",
    re.IGNORECASE,
)
# Left before a name where the one before it ends with such a word: Tom and and Rosa.
_LEADING: Final = re.compile(
    r"\s*(?:(?:" + "|".join(re.escape(word) for word in sorted(JOINING_NAMES)) + r")\s+)+",
    re.IGNORECASE,
)
_AROUND: Final = " \t.:()[]{}\"'“”„«»-–—" + _MARKS
# What a link, a namespace or an address has, or what `normalise` takes out of a name.
_MORE_READINGS: Final = re.compile("[@:/\u2066-\u2069\u061c\u200b\ufeff]")
_URL: Final = re.compile(r"https?://[^/\s]+/(?:wiki/|w/index\.php\?title=)([^\s?&]+)")

# A name in a list can hold so many of the marks that separate names.
_MOST_PARTS_OF_A_NAME: Final = 5
_MOST_PARTS_OF_A_LINE: Final = 120
# Of the marks on a side of a name so many are taken off one by one, from outside and from inside;
# fewer in a line of many parts, so that no line takes more than a second to read.
_PEELED: Final = ((10, 5), (40, 2), (_MOST_PARTS_OF_A_LINE, 1))
# Marks between two names, of which each stretch can be a name, up to this many characters.
_LONGEST_GAP: Final = 24
_MOST_MARKS_OF_A_NAME: Final = 8
# The longest name, with a link's beginning before it.
_LONGEST_READING: Final = 1000


class Reading(NamedTuple):
    """A name in the wiki's form, and which parts of the line it takes, from `first` to `last`.

    Both are -1 for marks that stand between parts.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what was typed: its parts, and each name that one or more of them can mean."""

    parts: tuple[str, ...] = field(repr=False)
    readings: tuple[Reading, ...] = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the line can mean, each once."""
        return tuple(dict.fromkeys(reading.name for reading in self.readings))

    def left_over(self, found: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the parts that are in no reading, or in none whose name is among the `found`."""
        taken: set[int] = set()
        for name, first, last in self.readings:
            if found is None or name in found:
                taken.update(range(first, last + 1))
        return tuple(part for place, part in enumerate(self.parts) if place not in taken)


def read_line(text: str) -> Line:
    """Read one line: one name, or several with marks or words between them."""
    if len(text) > LONGEST_LINE:
        return Line((text[:LONGEST_LINE],), ())
    cuts = [(found.start(), found.end()) for found in _SEPARATOR.finditer(text)]
    bounds = [(0, 0), *cuts, (len(text), len(text))]
    # From the end of one separator to the beginning of the next; many hold nothing.
    spans = [(a[1], b[0]) for a, b in pairwise(bounds)]
    numbers = [number for number, span in enumerate(spans) if _says_something(text, span)]
    written = (text[slice(*spans[number])].strip() for number in numbers)
    parts = tuple(part.strip(_AROUND) or part for part in written)
    places = [bounds[0], *(spans[number] for number in numbers), bounds[-1]]
    return Line(parts, tuple(dict.fromkeys(_all_readings(text, places))))


def _all_readings(text: str, places: list[tuple[int, int]]) -> Iterator[Reading]:
    """Yield the readings of each part, of neighbours together, and of the marks between them.

    `places` are the parts' in the text, after its beginning and before its end.
    """
    count = len(places) - 2
    # A line of more than anybody may name is refused, however it is read.
    most = _MOST_PARTS_OF_A_NAME if count <= _MOST_PARTS_OF_A_LINE else 1
    peeled = next((times for parts, times in _PEELED if count <= parts), 1)
    for first in range(count):
        for last in range(first, min(count, first + most)):
            # A separator beside a name can belong to it: *Star*.
            start, end = places[first][1], places[last + 2][0]
            core = (places[first + 1][0], places[last + 1][1])
            for name in _names(text, start, core, end, peeled):
                yield Reading(name, first, last)
        joined = _LEADING.match(text, *places[first + 1])
        if joined:
            for name in _readings(text[joined.end() : places[first + 1][1]].strip(_AROUND)):
                yield Reading(name, first, first)
    for before, after in pairwise(places):
        for name in _marks_alone(text[before[1] : after[0]]):
            yield Reading(name, -1, -1)
    if count == 0 or count > _MOST_PARTS_OF_A_NAME:
        for name in _readings(text):
            yield Reading(name, 0, count - 1)


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Return every name that one of these lines can mean."""
    return frozenset(name for text in texts for name in read_line(text).names)


def _says_something(text: str, span: tuple[int, int]) -> bool:
    part = text[slice(*span)]
    # Who has no letter in their name, as `-`, is somebody too.
    return bool(part.strip(_AROUND)) or as_typed(part) is not None


def _marks_alone(gap: str) -> Iterator[str]:
    """Yield the names that marks between two parts of a line can be: `***`."""
    if len(gap) <= _LONGEST_GAP:
        stretches = {
            gap[start:end].strip()
            for start in range(len(gap))
            for end in range(start + 1, min(start + _MOST_MARKS_OF_A_NAME, len(gap)) + 1)
        }
        for name in map(as_typed, sorted(stretches)):
            if name is not None:
                yield name


def _names(text: str, start: int, core: tuple[int, int], end: int, peeled: int) -> Iterator[str]:
    """Yield the names in a stretch of text, with and without what stands around it.

    `core` is the stretch without the separators beside it.
    """
    first, last = core
    while first < last and text[first] in _AROUND:
        first += 1
    while last > first and text[last - 1] in _AROUND:
        last -= 1
    begins = [i for i in range(start, first + 1) if i == start or text[i - 1] in _AROUND]
    ends = [i for i in range(end, last - 1, -1) if i == end or text[i : i + 1] in _AROUND]
    begins, ends = _few(begins, peeled), _few(ends, peeled)
    for written in {text[i:j].strip() for i in {*begins, core[0]} for j in {*ends, core[1]}}:
        yield from _readings(written)


def _few(places: list[int], peeled: int) -> list[int]:
    """Return some places out of many, from outside to inside: the first ones and the last."""
    return places if len(places) <= 2 * peeled else places[:peeled] + places[-peeled:]


def _readings(written: str) -> Iterator[str]:
    """Yield the names that a stretch can be: as it stands, without `User:` or `@`, from a link."""
    if not 0 < len(written) <= _LONGEST_READING:
        return
    exact = as_typed(written)
    if exact is not None:
        yield exact
        if not _MORE_READINGS.search(exact):
            return
    tidy = " ".join(written.split())
    if is_address(tidy):
        return
    titles = [unquote(url) for url in _URL.findall(tidy)]
    if titles:
        titles.append(_URL.sub(" ", tidy).strip(_AROUND))
    for title in titles or [tidy]:
        owner = user_of_page(title)
        name = normalise(title if owner is None else owner)
        if name is not None:
            yield name
