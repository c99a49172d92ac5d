"""Fitting the text of a release's page to one network and one wiki. Pure.

In the files below `gadget/wiki/`, `@NAME@` stands for a fact of the network, and what is between
`@IF word@` (with or without `@ELSE@`) and `@END@`, each on a line of its own, is for some only.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping

TRANSLATE, INPUT_BOX, TEMPLATE_DATA = "Translate", "InputBox", "TemplateData"

_BLOCK = re.compile(r"@IF (\w+)@\n(.*?)(?:@ELSE@\n(.*?))?@END@\n", re.DOTALL)
_NAME = re.compile(r"@([A-Z_]+)@")
_TRANSLATE_TAGS = re.compile(r"<languages ?/>\n|</?translate[^>]*>|</?tvar[^>]*>")
_UNIT = re.compile(r"<!--T:[^>]*?--> ?|[ \n]<!--T:[^>]*?-->(?=\n|$)")
_TEMPLATE_DATA = re.compile(r"\n*<templatedata>.*?</templatedata>", re.DOTALL)
_MARKUP = str.maketrans({sign: f"&#{ord(sign)};" for sign in "[]{}|~_*#=\n"})


def fitted(
    text: str, names: Mapping[str, str], words: Collection[str], extensions: Collection[str]
) -> str:
    """Fill a page's text in, without markup that this wiki would show as it stands."""

    def chosen(block: re.Match[str]) -> str:
        return block[2] if block[1] in words else block[3] or ""

    text = _BLOCK.sub(chosen, text)
    text = _NAME.sub(lambda name: names[name[1]], text)
    if TRANSLATE not in extensions:
        text = without_translate(text)
    if TEMPLATE_DATA not in extensions:
        text = _TEMPLATE_DATA.sub("", text)
    return text.rstrip("\n")


def without_translate(text: str) -> str:
    """Take away what the extension Translate reads, so that the words alone are left."""
    return without_unit_marks(_TRANSLATE_TAGS.sub("", text))


def without_unit_marks(text: str) -> str:
    """Take away the marks that Translate adds by itself when a page is marked for translation."""
    return _UNIT.sub("", text)


def literal(text: str) -> str:
    """Write somebody's words so that wikitext shows them as they are."""
    return html.escape(text).translate(_MARKUP).replace("&#x27;", "&#39;")
