"""The wiki pages that come with this release: gadget, templates, landing page, intake header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bot

GADGET = Path(bot.__file__).resolve().parent.parent / "gadget"
"""Beside the package `bot`, in a checkout and where it is installed alike."""
DEFINITIONS = "MediaWiki:Gadgets-definition"


@dataclass(frozen=True)
class ReleasePage:
    """A page as it should stand on the wiki; `title` may hold `{landing}` or `{intake}`."""

    title: str
    model: str
    text: str


@cache
def _manifest() -> Mapping[str, Any]:
    text = _file("wiki/pages.json")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def _file(path: str) -> str:
    return (GADGET / path).read_text(encoding="utf-8")


def pages(*, landing: str, intake: str, bot_name: str, bot_id: int) -> list[ReleasePage]:
    """Give every page but the gadget's definition, filled in for this network."""
    names = {"@LANDING@": landing, "@INTAKE@": intake, "@BOT@": bot_name}
    settings = {
        "bot": bot_name,
        "botId": bot_id,
        "page": f"User:{bot_name}/peer-support.json",
        "landing": landing,
    }
    given = []
    for entry in _manifest()["pages"]:
        title = entry["title"].replace("{landing}", landing).replace("{intake}", intake)
        text = _file(entry["file"])
        if entry["model"] == "wikitext":
            for mark, name in names.items():
                text = text.replace(mark, name)
        text = text.replace("@CONFIG@", json.dumps(settings))
        given.append(ReleasePage(title, entry["model"], text.rstrip("\n")))
    return given


def intake_header(*, landing: str, intake: str, bot_name: str) -> str:
    """Give the text that the intake page goes back to once it was read."""
    wanted = (page for page in pages(landing=landing, intake=intake, bot_name=bot_name, bot_id=0))
    return next(page.text for page in wanted if page.title == intake)


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


def _gadget_name(line: str) -> str | None:
    if not line.startswith("*"):
        return None
    return line.lstrip("*").partition("[")[0].partition("|")[0].strip()
