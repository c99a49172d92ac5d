"""How the bot's key page stands on the wiki, beside what the bot saved there last. Pure.

The gadget believes a key page that the bot itself saved last, and no other. So a page with the
right text that somebody else has saved again, as by protecting it, is to be saved anew.
"""

from __future__ import annotations

import enum
import hashlib
import json

MODEL = "json"
"""The content model without which any account could edit the page."""


@enum.unique
class KeyPageStanding(enum.Enum):
    """What is there, beside what was saved last."""

    NEVER_SAVED = "not saved yet"
    AS_SAVED = "as it should be"
    MISSING = "it had been deleted, or moved away"
    CHANGED = "it had been changed by somebody else"
    OF_ANOTHER = "another account had saved it last, as by protecting it"

    @property
    def is_wrong(self) -> bool:
        """Return whether the gadget would find another page there, or none."""
        return self in {KeyPageStanding.MISSING, KeyPageStanding.CHANGED}

    @property
    def wants_saving(self) -> bool:
        """Return whether the bot has to save the page anew, though its own facts are the same."""
        return self.is_wrong or self is KeyPageStanding.OF_ANOTHER


def standing_of(
    text: str | None, model: str, *, by_bot: bool, saved: frozenset[str]
) -> KeyPageStanding:
    """Compare what is there with the digests of what was `saved` last; empty: nothing was.

    While it is being saved, there are two: of what was there, and of what will be.
    """
    if not saved:
        return KeyPageStanding.NEVER_SAVED
    if text is None:
        return KeyPageStanding.MISSING
    if model != MODEL or not _says_the_same(text, saved):
        return KeyPageStanding.CHANGED
    return KeyPageStanding.AS_SAVED if by_bot else KeyPageStanding.OF_ANOTHER


def digest(text: str) -> str:
    """Know a text of the page again."""
    return hashlib.sha256(text.encode()).hexdigest()


def said_otherwise(text: str) -> str:
    """Return the same facts as another text: a wiki makes no revision of what is there already."""
    return _written(dict(reversed(json.loads(text).items())))


def _says_the_same(there: str, saved: frozenset[str]) -> bool:
    """Compare it as the wiki gives it: the same JSON, with other white space."""
    try:
        page = json.loads(there)
    except ValueError:
        return False
    written = _written(page)
    if digest(written) in saved:
        return True
    return isinstance(page, dict) and digest(said_otherwise(written)) in saved


def _written(page: object) -> str:
    return json.dumps(page, ensure_ascii=False, indent=1)
