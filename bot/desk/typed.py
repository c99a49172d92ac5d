"""What somebody typed into a box: cleaned, measured, and given back where it cannot be taken."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from flask import request

MOST_CHARACTERS = 2000
"""In one message; in UTF-8 that is 8,000 bytes at most."""
MOST_IN_BOX = 20_000
"""What a box lets in: too much can be sent, so as to be shown again; never too much to be read."""
ADDRESS = "contact-"
"""Begins the name of a field for an address; the channel's id follows."""

# Controls that no keyboard types; line ends and tabs stay.
_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A})


@enum.unique
class NotSent(enum.Enum):
    """Why words were not taken."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    ADDRESS_TOO_LONG = "address-too-long"
    FULL = "full"  # the conversation holds no more
    CHANGED = "changed"  # it is another conversation by now
    GONE = "gone"  # there is nobody to say it to
    OLD_PAGE = "old-page"  # the form is of an older session
    CLOSED_DOOR = "closed-door"  # the half hour was over, and the door was opened again


_TO_MEND = frozenset({NotSent.EMPTY, NotSent.TOO_LONG, NotSent.ADDRESS_TOO_LONG})


@dataclass(frozen=True)
class Draft:
    """Words that were not taken, for the box that they came from (`do`)."""

    do: str
    text: str = field(repr=False)
    why: NotSent
    most: int = MOST_CHARACTERS
    contact: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def status(self) -> int:
        """Give the status of the page that shows them again."""
        return 422 if self.why in _TO_MEND else 409


def typed(name: str = "text") -> str:
    """Read what was typed, without what no keyboard types."""
    text = request.form.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_CONTROLS).strip()


def typed_addresses() -> tuple[tuple[str, str], ...]:
    """Read the addresses that were typed, by channel, each on one line."""
    fields = [name for name in request.form if name.startswith(ADDRESS)]
    found = ((name.removeprefix(ADDRESS), " ".join(typed(name).split())) for name in fields)
    return tuple((channel, address) for channel, address in found if address)


def is_blank(text: str) -> bool:
    """Say whether there is nothing in it to be seen."""
    return not any(one.isprintable() and not one.isspace() for one in text)
