"""The wiki pages that come with this release: gadget, templates, landing page, intake header."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.config import Config
from bot.config.model import Turn
from bot.languages import fallback_chain
from bot.publishing.gadget_lines import OurLines
from bot.publishing.gadget_settings import settings_script
from bot.publishing.page_words import (
    GADGET,
    LANGUAGES,
    lang_and_dir,
    language_of_pages,
    page_words,
)
from bot.publishing.release_text import (
    INPUT_BOX,
    TRANSLATE,
    fitted,
    literal,
    without_translate,
    without_unit_marks,
)

SUMMARY = "Message to the peer support network"
"""What every envelope is saved with, on each wiki; PROTOCOL section 2."""


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
    """What the pages tell of a network and its wiki; titles are full ones.

    `language` is the code of the wiki's content language, whether we have it or not.
    """

    config: Config
    landing: str
    intake: str
    shutoff: str
    bot_name: str
    bot_id: int = 0
    extensions: frozenset[str] = frozenset()
    language: str = "en"


@dataclass(frozen=True)
class ReleasePage:
    """A page as it should stand on the wiki; `name` is what people call it."""

    name: str
    title: str
    model: str
    kept_by: KeptBy
    part: Part
    text: str
    lines: tuple[str, ...] = ()
    section: str = ""

    @property
    def our_lines(self) -> OurLines:
        """The lines that are ours, where a page is not ours as a whole."""
        return OurLines(self.lines)

    @property
    def is_opt_in(self) -> bool:
        """Say whether it defines a gadget that nobody has who does not switch it on."""
        return self.part is Part.LINES and not any("|default|" in line for line in self.lines)

    def stands_in(self, there: str) -> bool:
        """Say whether a text is as in the release, but for what is none of ours to say."""
        if self.part is Part.LINES:
            return self.our_lines.stand_in(there)
        found, wanted = plain(there), plain(self.text)
        return found.startswith(wanted) if self.part is Part.BEGINNING else found == wanted

    def put_into(self, there: str, *, keep_choices: bool = False) -> str:
        """Give the text to save over what is there; `keep_choices` of a wiki's own in our lines."""
        if self.part is Part.LINES:
            return self.our_lines.put_into(there, self.section, keep_choices=keep_choices)
        return self.text


def is_interface(title: str) -> bool:
    """Say whether a page belongs to the wiki's interface, which ordinary accounts may not edit."""
    return title.startswith("MediaWiki:")


def plain(text: str) -> str:
    """Give a page's text without what differs and means nothing."""
    return without_unit_marks(text.replace("\r\n", "\n")).strip()


def pages(facts: Facts) -> tuple[ReleasePage, ...]:
    """Give every page that this network needs, filled in, in the order to save them in."""
    names, words = _names(facts), _words(facts)
    messages = page_words(language_of_pages(facts.language))
    titles = {"landing": facts.landing, "intake": facts.intake, "bot": facts.bot_name}
    given = []
    for entry in _manifest()["pages"]:
        if entry.get("when", "always") not in {"always", *words}:
            continue
        text = _file(entry["file"])
        if entry["model"] == "wikitext":
            text = fitted(text, messages, names, words, facts.extensions)
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
    return (*given, _definition(facts.config))


def intake_header() -> str:
    """Give the text that the intake page goes back to once it was read."""
    return _file("wiki/intake.wikitext").rstrip("\n")


def farewell(config: Config, content_language: str) -> str:
    """Give the notice that a network leaves behind on its pages when it has ended."""
    language = language_of_pages(content_language)
    say = page_words(language)
    danger = _turns(config, language, emergency=True)
    others = _turns(config, language, emergency=False)
    text = (
        f"<div{lang_and_dir(language)}>\n"
        f"'''{say['farewell-ended']}''' {say['farewell-erased']}\n\n"
        f"{say['farewell-danger']}\n{danger}\n\n"
        f"{say['farewell-elsewhere']}\n{others}\n</div>"
    )
    return without_translate(text)


def says_ended(text: str) -> bool:
    """Say whether the notice stands in a page's text already, in whatever language."""
    return any(page_words(language)["farewell-ended"] in text for language in LANGUAGES)


def _definition(config: Config) -> ReleasePage:
    entry = _manifest()["definition"]
    lines = tuple(entry["lines"])
    if not config.gadget.default:
        lines = tuple(line.replace("|default|", "|") for line in lines)
    section = entry["section"]
    text = OurLines(lines).put_into("", section, keep_choices=False)
    return ReleasePage(
        name=entry["name"],
        title=entry["title"],
        model="wikitext",
        kept_by=KeptBy.RELEASE,
        part=Part.LINES,
        text=text,
        lines=lines,
        section=section,
    )


def _words(facts: Facts) -> set[str]:
    """Give the words that parts of pages ask for."""
    if not facts.config.plain_requests:
        return {"by_form_only"}
    return {"by_hand", "by_hand_box" if INPUT_BOX in facts.extensions else "by_hand_link"}


def _names(facts: Facts) -> Mapping[str, str]:
    config, language = facts.config, language_of_pages(facts.language)
    say = page_words(language)
    talk = f"{{{{TALKPAGENAME:{facts.landing}}}}}"
    return {
        "LANDING": facts.landing,
        "INTAKE": facts.intake,
        "BOT": facts.bot_name,
        "STOP_LINK": f"{{{{fullurl:{facts.shutoff}|action=edit}}}}",
        "TALK_LINK": f"{{{{fullurl:{talk}|action=edit&section=new}}}}",
        "SUMMARY": SUMMARY,
        "STORY_HOURS": str(config.policy.story_hours),
        "NOBODY_YET_HOURS": str(config.policy.nobody_yet_after_hours),
        "OPERATOR": literal(config.operator.name or say["run-by-unnamed"]),
        "CONTACT": literal(config.operator.privacy_contact or say["personal-data-unnamed"]),
        "EMERGENCY": _turns(config, language, emergency=True),
        "ELSEWHERE": _turns(config, language, emergency=False),
        "LANGDIR": lang_and_dir(language),
        "LANDING_LANGDIR": _landing_langdir(facts, language),
    }


def _landing_langdir(facts: Facts, language: str) -> str:
    """Mark the landing page's language, but where Translate does that for each translation."""
    # Its translations are copies of the page with other words: they would keep our mark.
    if TRANSLATE in facts.extensions and language == facts.language:
        return ""
    return lang_and_dir(language)


def _turns(config: Config, language: str, *, emergency: bool) -> str:
    """List where else to turn, in the page's language; a label in the next best there is."""
    lines = []
    for number, place in enumerate(config.where_to_turn, 1):
        if (place.kind == "emergency") is not emergency:
            continue
        said = page_words(language)["elsewhere-place"].replace("@LABEL@", _label(place, language))
        link = f"mailto:{place.mail} {place.mail}" if place.mail else f"{place.url} {place.url}"
        unit = f"<translate><!--T:turn-{number}--> {said}</translate>"
        lines.append(f'* {unit} <span class="plainlinks">[{link}]</span>')
    return "\n".join(lines)


def _label(place: Turn, language: str) -> str:
    spoken = next(code for code in fallback_chain(language) if place.label.get(code))
    label = literal(place.label[spoken])
    return label if spoken == language else f"<span{lang_and_dir(spoken)}>{label}</span>"


def _settings(facts: Facts) -> str:
    settings = {
        "bot": facts.bot_name,
        "botId": facts.bot_id,
        "page": f"User:{facts.bot_name}/peer-support.json",
        "landing": facts.landing,
        "intake": facts.intake,
        "desk": facts.config.desk.url,
    }
    return settings_script(settings)


@cache
def _manifest() -> Mapping[str, Any]:
    manifest: dict[str, Any] = json.loads(_file("wiki/pages.json"))
    return manifest


def _file(path: str) -> str:
    return (GADGET / path).read_text(encoding="utf-8")
