"""The words of the release's pages in each language that we have: `gadget/wiki/i18n`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import bot
from bot.languages import direction, fallback_chain

GADGET = Path(bot.__file__).resolve().parent.parent / "gadget"
"""Beside the package `bot`, in a checkout and where it is installed alike."""
LANGUAGES = ("en", "de", "fr", "es", "ar")


def language_of_pages(content_language: str) -> str:
    """Return the language to publish pages in, for the code of a wiki's content language."""
    return next(code for code in fallback_chain(content_language) if code in LANGUAGES)


def lang_and_dir(language: str) -> str:
    """Return both attributes for an HTML tag, with the blank before them."""
    return f' lang="{language}" dir="{direction(language)}"'


@cache
def page_words(language: str) -> Mapping[str, str]:
    """Read the messages of one of our languages, by key."""
    file = GADGET / "wiki" / "i18n" / f"{language}.json"
    read: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    read.pop("@metadata")
    return read
