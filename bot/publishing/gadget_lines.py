"""The wiki's definitions of gadgets: which code a line lets run, and what is the wiki's own choice.

Read as the extension Gadgets reads `MediaWiki:Gadgets-definition`, byte for byte. Pure.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

OWN_CHOICE = frozenset(
    {
        "default",
        "rights",
        "skins",
        "actions",
        "namespaces",
        "contentModels",
        "categories",
        "hidden",
        "targets",
    }
)
"""The options that say for whom and where a gadget is; all others, also new ones, say what runs."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(
    r"\*+ *([a-zA-Z](?:[-_:.\w ]*[a-zA-Z0-9])?)(\s*\[.*?\])?\s*((?:\|[^|]*)+)\s*", re.ASCII
)
_BETWEEN = re.compile(r"\s*\|\s*", re.ASCII)
_EQUALS = re.compile(r"\s*=\s*", re.ASCII)
_BLANKS = " \t\n\r\0\x0b"
_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e]")  # which a title loses


@dataclass(frozen=True)
class Definition:
    """One line: a gadget's name, its options with their values, and its files."""

    name: str
    options: Mapping[str, tuple[str, ...]]
    files: tuple[str, ...]

    @property
    def code(self) -> tuple[object, ...]:
        """Which code runs, and how: for equal ones, it is the same."""
        said = {
            name: sorted(values) for name, values in self.options.items() if name not in OWN_CHOICE
        }
        return (self.name, self.files, tuple(sorted(said.items())))

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """For whom it is, and where."""
        return {name: of for name, of in self.options.items() if name in OWN_CHOICE}

    @property
    def pages(self) -> frozenset[str]:
        """The files by the titles that the wiki reads from them, however they are written."""
        titles = (_UNSEEN.sub("", html.unescape(one)).partition("#")[0] for one in self.files)
        return frozenset(" ".join(one.replace("_", " ").split()) for one in titles)

    def line(self) -> str:
        """Write it."""
        options = "|".join(_option(name, values) for name, values in self.options.items())
        return f"* {self.name}[{options}]|{'|'.join(self.files)}"


class OurLines:
    """The lines of a release, and how they stand in a wiki's page among those of others."""

    def __init__(self, lines: Sequence[str]) -> None:
        read = [(one, line) for line in lines if (one := read_line(line)) is not None]
        self._wanted = {one.name: one for one, _ in read}
        self._lines = {one.name: line for one, line in read}
        self._pages = frozenset[str]().union(*(one.pages for one in self._wanted.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of our gadgets."""
        return tuple(self._wanted)

    def written_in(self, text: str) -> str:
        """Return what concerns us as it is written there, in one order."""
        return "\n".join(sorted(line for line, _ in self._found(text)))

    def code_in(self, text: str) -> str:
        """Return which code of ours runs there, and which of others with files of ours."""
        return _code(one for _, one in self._found(text))

    def stand_in(self, text: str) -> bool:
        """Say whether the same code runs as by these lines, whomever the wiki lets have it."""
        return self.code_in(text) == _code(self._wanted.values())

    def stand_as_they_are_in(self, text: str) -> bool:
        """Say whether they stand there letter by letter, and nothing else that concerns us."""
        return self.written_in(text) == "\n".join(sorted(self._lines.values()))

    def choices_in(self, text: str) -> list[str]:
        """Say what the wiki has chosen otherwise than these lines, a gadget each."""
        told = []
        for _, one in self._found(text):
            wanted = self._wanted.get(one.name, one).choices
            more = [_option(*each) for each in one.choices.items() if each not in wanted.items()]
            less = [f"not {name}" for name in wanted if name not in one.choices]
            if more or less:
                told.append(f"{one.name}: {', '.join([*less, *more])}")
        return told

    def put_into(self, text: str, section: str, *, keep_choices: bool) -> str:
        """Put these lines into a wiki's page, each where it stands, and leave all others.

        `keep_choices` leaves also for whom a gadget is. What others have defined with our files is
        taken out.
        """
        done = self._put_into(text, section, keep_choices=keep_choices)
        while not self.stand_in(done) and _COMMENT.search(text):
            text = _COMMENT.sub("", text)  # one begins or ends in the middle of a line of ours
            done = self._put_into(text, section, keep_choices=keep_choices)
        return done

    def _put_into(self, text: str, section: str, *, keep_choices: bool) -> str:
        counts = {one.name: one for _, one in self._found(text)}  # the last one, for the wiki, too
        left, lines, heading = dict(self._lines), list[str](), f"== {section} =="
        place = None
        for line, is_comment in _lines_of(text):
            one = None if is_comment else read_line(_COMMENT.sub("", line))
            if line == heading and not is_comment:
                place = len(lines) + 1
            if one is None or not self._concerns_us(one):
                lines.append(line)
            elif one.name in left:
                kept = self._kept(counts.get(one.name, one)) if keep_choices else None
                new = left.pop(one.name)
                lines.append(line if kept == one else kept.line() if kept else new)
        if not left:
            return "\n".join(lines)
        if place is None:
            lines.append(heading)
            place = len(lines)
        while place < len(lines) and lines[place] in self._lines.values():
            place += 1  # behind those of ours that have kept their place there
        return "\n".join([*lines[:place], *left.values(), *lines[place:]])

    def _kept(self, there: Definition) -> Definition:
        """Give the code that is wanted, for whom the wiki has chosen."""
        wanted = self._wanted[there.name]
        if there.code == wanted.code:
            return there
        code = {name: of for name, of in wanted.options.items() if name not in OWN_CHOICE}
        return replace(wanted, options={**code, **there.choices})

    def _found(self, text: str) -> list[tuple[str, Definition]]:
        lines = _LINE_END.split(_COMMENT.sub("", text))
        read = ((line.strip(), read_line(line)) for line in lines)
        return [(line, one) for line, one in read if one is not None and self._concerns_us(one)]

    def _concerns_us(self, one: Definition) -> bool:
        return one.name in self._wanted or not self._pages.isdisjoint(one.pages)


def read_line(line: str) -> Definition | None:
    """Read one line; None where it defines no gadget."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    options: dict[str, tuple[str, ...]] = {}
    for option in _BETWEEN.split((found[2] or "").strip(" []")):
        if option:
            name, *values = _EQUALS.split(option, maxsplit=1)
            given = values[0].split(",") if values else ()
            options[name] = tuple(one.strip(_BLANKS) for one in given)
    files = tuple(one.strip(_BLANKS) for one in _BETWEEN.split(found[3]) if one)
    return Definition(found[1].replace(" ", "_"), options, files)


def _lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Give each line as it is written, and whether it begins within a comment."""
    comments = [one.span() for one in _COMMENT.finditer(text)]
    start = 0
    for line in _LINE_END.split(text) if text else ():
        yield line, any(begin < start < end for begin, end in comments)
        start += len(line)
        start += 2 if text.startswith("\r\n", start) else 1


def _code(definitions: Iterable[Definition]) -> str:
    return json.dumps(sorted((one.code for one in definitions), key=repr))


def _option(name: str, values: tuple[str, ...]) -> str:
    return f"{name}={','.join(values)}" if values else name
