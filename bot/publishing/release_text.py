"""Fitting the text of a release's page to one network and one wiki. Pure.

In the files below `gadget/wiki/`, `@T key@` stands for a message of `gadget/wiki/i18n/`, and in
both `@NAME@` for a fact of the network. What is between `@IF word@` (with or without `@ELSE@`) and
`@END@`, each on a line of its own, is for some only.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Mapping

TRANSLATE, INPUT_BOX, TEMPLATE_DATA = "Translate", "InputBox", "TemplateData"

_BLOCK = re.compile(r"@IF (\w+)@\n(.*?)(?:@ELSE@\n(.*?))?@END@\n", re.DOTALL)
_MESSAGE = re.compile(r"@T ([a-z-]+)@")
_NAME = re.compile(r"@([A-Z_]+)@")
_TO_TRANSLATE = re.compile(r"<translate[^>]*>.*?</translate>", re.DOTALL)
# What stands in a unit and is not to be translated; translations have it under these names.
_VARIABLES = {
    "NOBODY_YET_HOURS": "hours",
    "STORY_HOURS": "hours",
    "INTAKE": "intake",
    "SUMMARY": "summary",
    "BOT": "bot",
    "STOP_LINK": "stop",
    "OPERATOR": "operator",
    "CONTACT": "contact",
    "TALK_LINK": "talk",
}
_TRANSLATE_TAGS = re.compile(r"<languages ?/>\n|</?translate[^>]*>|</?tvar[^>]*>")
_UNIT = re.compile(r"<!--T:[^>]*?--> ?|[ \n]<!--T:[^>]*?-->(?=\n|$)")
_TEMPLATE_DATA = re.compile(r"\n*<templatedata>.*?</templatedata>", re.DOTALL)
_MARKUP = str.maketrans({sign: f"&#{ord(sign)};" for sign in "[]{}|~_*#='\n"})


def fitted(
    text: str,
    messages: Mapping[str, str],
    names: Mapping[str, str],
    words: Collection[str],
    extensions: Collection[str],
) -> str:
    """Fill a page's text in, without markup that this wiki would show as it stands."""

    def chosen(block: re.Match[str]) -> str:
        return block[2] if block[1] in words else block[3] or ""

    text = _BLOCK.sub(chosen, text)
    if TEMPLATE_DATA not in extensions:
        text = _TEMPLATE_DATA.sub("", text)
    text = worded(text, messages)
    text = _NAME.sub(lambda name: names[name[1]], text)
    if TRANSLATE not in extensions:
        text = without_translate(text)
    return text.rstrip("\n")


def worded(text: str, messages: Mapping[str, str]) -> str:
    """Put messages in their places: as JSON where JSON is, as units where Translate reads them."""

    def said(place: re.Match[str]) -> str:
        return messages[place[1]]

    def in_json(place: re.Match[str]) -> str:
        return json.dumps(messages[place[1]], ensure_ascii=False)[1:-1]

    def unit(whole: re.Match[str]) -> str:
        return _NAME.sub(variable, _MESSAGE.sub(said, whole[0]))

    def variable(name: re.Match[str]) -> str:
        return f'<tvar name="{_VARIABLES[name[1]]}">{name[0]}</tvar>'

    text = _TEMPLATE_DATA.sub(lambda block: _MESSAGE.sub(in_json, block[0]), text)
    return _MESSAGE.sub(said, _TO_TRANSLATE.sub(unit, text))


def without_translate(text: str) -> str:
    """Take away what the extension Translate reads, so that the words alone are left."""
    return without_unit_marks(_TRANSLATE_TAGS.sub("", text))


def without_unit_marks(text: str) -> str:
    """Take away the marks that Translate adds by itself when a page is marked for translation."""
    return _UNIT.sub("", text)


def literal(text: str) -> str:
    """Write somebody's words so that wikitext shows them as they are."""
    return html.escape(text, quote=False).translate(_MARKUP)
