"""The wiki pages that come with this release: gadget, templates, landing page, intake header."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bot
from bot.config import Config
from bot.publishing.release_text import (
    INPUT_BOX,
    fitted,
    literal,
    without_translate,
    without_unit_marks,
)

ENDED = "This peer support network has ended."
"""How its notice begins, by which it is known again."""
GADGET = Path(bot.__file__).resolve().parent.parent / "gadget"
"""Beside the package `bot`, in a checkout and where it is installed alike."""


@enum.unique
class KeptBy(enum.Enum):
    """Who has the last word on a page."""

    RELEASE = "release"  # it is brought to the release whatever was done to it
    COMMUNITY = "community"  # what others made of it stays
    OPERATOR = "operator"  # made once, and the operator's from then on


@enum.unique
class Part(enum.Enum):
    """How much of a page is ours."""

    WHOLE = "whole"
    BEGINNING = "beginning"
    LINES = "lines"


@dataclass(frozen=True)
class Facts:
    """What the pages tell of a network and its wiki; titles are full ones."""

    config: Config
    landing: str
    intake: str
    shutoff: str
    bot_name: str
    bot_id: int = 0
    extensions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReleasePage:
    """A page as it should stand on the wiki; `name` is what people call it."""

    name: str
    title: str
    model: str
    kept_by: KeptBy
    part: Part
    text: str

    def stands_in(self, there: str) -> bool:
        """Say whether a text is as in the release, but for what is none of ours."""
        if self.part is Part.LINES:
            return defined(there).strip() == there.strip()
        found, wanted = plain(there), plain(self.text)
        return found.startswith(wanted) if self.part is Part.BEGINNING else found == wanted

    def put_into(self, there: str) -> str:
        """Give the text to save over what is there."""
        return defined(there) if self.part is Part.LINES else self.text


def is_interface(title: str) -> bool:
    """Say whether a page belongs to the wiki's interface, which ordinary accounts may not edit."""
    return title.startswith("MediaWiki:")


def plain(text: str) -> str:
    """Give a page's text without what differs and means nothing."""
    return without_unit_marks(text.replace("\r\n", "\n")).strip()


def pages(facts: Facts) -> tuple[ReleasePage, ...]:
    """Give every page that this network needs, filled in, in the order to save them in."""
    names, words = _names(facts), _words(facts)
    titles = {"landing": facts.landing, "intake": facts.intake, "bot": facts.bot_name}
    given = []
    for entry in _manifest()["pages"]:
        if entry.get("when", "always") not in {"always", *words}:
            continue
        text = _file(entry["file"])
        if entry["model"] == "wikitext":
            text = fitted(text, names, words, facts.extensions)
        else:
            text = text.replace("@CONFIG@", _settings(facts)).rstrip("\n")
        given.append(
            ReleasePage(
                name=entry["name"],
                title=entry["title"].format(**titles),
                model=entry["model"],
                kept_by=KeptBy(entry.get("kept_by", "release")),
                part=Part(entry.get("part", "whole")),
                text=text,
            )
        )
    return (*given, _definition())


def intake_header() -> str:
    """Give the text that the intake page goes back to once it was read."""
    return _file("wiki/intake.wikitext").rstrip("\n")


def farewell(config: Config) -> str:
    """Give the notice that a network leaves behind on its pages when it has ended."""
    danger, others = _turns(config, emergency=True), _turns(config, emergency=False)
    text = (
        f"'''{ENDED}''' Nothing that is written here is read any more, and everything that "
        "was told to it has been erased.\n\nIf you or somebody else may be in danger, turn to the "
        f"emergency services where you are, and here:\n{danger}\n\nWhere else to turn:\n{others}"
    )
    return without_translate(text)


def defined(existing: str) -> str:
    """Put our gadgets' lines into the wiki's definitions, and leave everything else as it is."""
    section = f"== {_manifest()['definition']['section']} =="
    lines = list(_manifest()["definition"]["lines"])
    ours = {_gadget_name(line) for line in lines}
    kept = [line for line in existing.splitlines() if _gadget_name(line) not in ours]
    if section not in kept:
        kept = [*kept, section] if kept else [section]
    place = kept.index(section) + 1
    return "\n".join([*kept[:place], *lines, *kept[place:]])


def _definition() -> ReleasePage:
    entry = _manifest()["definition"]
    return ReleasePage(
        entry["name"], entry["title"], "wikitext", KeptBy.RELEASE, Part.LINES, defined("")
    )


def _gadget_name(line: str) -> str | None:
    if not line.startswith("*"):
        return None
    return line.lstrip("*").partition("[")[0].partition("|")[0].strip()


def _words(facts: Facts) -> set[str]:
    """Give the words that parts of pages ask for."""
    if not facts.config.plain_requests:
        return {"by_form_only"}
    return {"by_hand", "by_hand_box" if INPUT_BOX in facts.extensions else "by_hand_link"}


def _names(facts: Facts) -> Mapping[str, str]:
    config = facts.config
    return {
        "LANDING": facts.landing,
        "INTAKE": facts.intake,
        "SHUTOFF": facts.shutoff,
        "BOT": facts.bot_name,
        "STORY_HOURS": str(config.policy.story_hours),
        "NOBODY_YET_HOURS": str(config.policy.nobody_yet_after_hours),
        "OPERATOR": literal(config.operator.name or "not named yet"),
        "CONTACT": literal(config.operator.privacy_contact or "nobody is named yet"),
        "EMERGENCY": _turns(config, emergency=True),
        "ELSEWHERE": _turns(config, emergency=False),
    }


def _turns(config: Config, *, emergency: bool) -> str:
    """List where else to turn; in English, for that is what the page is translated from."""
    lines = []
    for number, place in enumerate(config.where_to_turn, 1):
        if (place.kind == "emergency") is not emergency:
            continue
        label = literal(place.label["en"])
        link = f"mailto:{place.mail} {place.mail}" if place.mail else f"{place.url} {place.url}"
        unit = f"<translate><!--T:turn-{number}--> {label}:</translate>"
        lines.append(f'* {unit} <span class="plainlinks">[{link}]</span>')
    return "\n".join(lines)


def _settings(facts: Facts) -> str:
    settings = {
        "bot": facts.bot_name,
        "botId": facts.bot_id,
        "page": f"User:{facts.bot_name}/peer-support.json",
        "landing": facts.landing,
    }
    return json.dumps(settings)


@cache
def _manifest() -> Mapping[str, Any]:
    manifest: dict[str, Any] = json.loads(_file("wiki/pages.json"))
    return manifest


def _file(path: str) -> str:
    return (GADGET / path).read_text(encoding="utf-8")
