"""What a check tells, and what the checks of the wiki stand on."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.config import Config

if TYPE_CHECKING:
    from bot.wiki.intake import Intake
    from bot.wiki.people import People
    from bot.wiki.session import Wiki


@enum.unique
class Verdict(enum.Enum):
    """How a check ended."""

    PASSED = "ok"
    WARNED = "warns"  # the network runs, and would be safer otherwise
    FAILED = "fails"
    OUT_OF_REACH = "out of reach"
    NOT_TRIED = "not tried"


@enum.unique
class Cause(enum.Enum):
    """What lets several preconditions fail at once; mended in this order, each in one go."""

    STORE = "store"
    PUBLISH = "pages to publish"  # with the bot's own account
    PUBLISH_AS = "pages of the gadget"  # an interface administrator has to
    CHANGED = "changed pages"
    COORDINATORS = "coordinators"
    SUPPORTERS = "supporters"


@dataclass(frozen=True)
class Check:
    """One precondition: its name, how it stands, what was found, and the mend.

    Those that fail for the same `cause` are told together.
    """

    name: str
    verdict: Verdict
    found: str
    mend: str = ""
    cause: Cause | None = None


@dataclass(frozen=True)
class OnWiki:
    """The wiki as the bot's account sees it."""

    config: Config
    wiki: Wiki
    people: People
    intake: Intake
    clock: Callable[[], datetime]


def judged(name: str, holds: bool, found: str, mend: str, cause: Cause | None = None) -> Check:
    """Give a check that passes where something holds; else it fails, and the mend is told."""
    if holds:
        return Check(name, Verdict.PASSED, found)
    return Check(name, Verdict.FAILED, found, mend, cause)


def listed(items: Iterable[str]) -> str:
    """Put several things into one line."""
    return ", ".join(items)
