"""What people type into a form of the desk: languages by name, and other people, one a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.request.folding import fold
from bot.request.language_names import find_languages
from bot.request.plain import Named, read_named

_BETWEEN: Final = re.compile(r"[\n,;、，；،؛|]")


class Fields(Protocol):
    """The fields of a form as they came, such as a MultiDict of werkzeug's."""

    def get(self, name: str, default: str, /) -> str:
        """Give the first value of a field."""

    def getlist(self, name: str, /) -> list[str]:
        """Give every value of a field."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one field: a code that has a message, and what the message is about."""

    place: str
    code: str
    about: str = field(default="", repr=False)


def text_of(fields: Fields, name: str) -> str:
    """Read a field with the line ends that everything else here counts with."""
    return fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")


def chosen(fields: Fields, name: str) -> tuple[str, ...]:
    """Read which boxes of a group were ticked, each once."""
    return tuple(dict.fromkeys(fields.getlist(name)))


def read_languages(text: str, shown: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the codes of the languages that a text names, and the parts that name none.

    `shown` has the codes by their names as the form itself showed them: those stay as they were.
    """
    own = {fold(name): code for name, code in shown.items()}
    codes: dict[str, None] = {}
    unknown = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        for part in [line] if fold(line) in own else _BETWEEN.split(line):
            if not part.strip():
                continue
            code = own.get(fold(part))
            found = (code,) if code else find_languages(part)
            codes.update(dict.fromkeys(found))
            unknown += [] if found else [part.strip()]
    return tuple(codes), tuple(unknown)


def read_names(text: str) -> Named:
    """Read whom a text names, one or more a line; addresses are no names here either."""
    read = [read_named(line) for line in text.split("\n") if line.strip()]
    return Named(
        tuple(dict.fromkeys(line for one in read for line in one.lines)),
        sum(one.people for one in read),
        tuple(part for one in read for part in one.unread),
    )
