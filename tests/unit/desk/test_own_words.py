"""Fields for people's own words: no helper of a browser gets them, whichever page they are on."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from bot.desk.app import OWN_WORDS

FIELD = re.compile(r"<(textarea|input)\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", re.DOTALL)
NO_WORDS = re.compile(r'\btype="(hidden|checkbox|radio|date|number)"')
TEMPLATES = sorted(
    one.name for one in (files("bot.desk") / "templates").iterdir() if one.name.endswith(".html")
)


def fields(template: str) -> list[str]:
    """Give the tags of a template's fields in which people write."""
    text = (files("bot.desk") / "templates" / template).read_text(encoding="utf-8")
    found = [one[0] for one in FIELD.finditer(text)]
    assert len(found) == len(re.findall(r"<(?:textarea|input)\b", text)), template
    return [tag for tag in found if not NO_WORDS.search(tag)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_field_for_words_is_guarded(template: str) -> None:
    """Each says all four things, by the one name for them."""
    for tag in fields(template):
        assert "{{ own_words }}" in tag, tag


def test_what_is_said() -> None:
    """And there are such fields: a walk that finds none proves nothing."""
    assert set(OWN_WORDS.split()) == {
        'autocomplete="off"',
        'spellcheck="false"',
        'translate="no"',
        'writingsuggestions="false"',
    }
    assert sum(len(fields(template)) for template in TEMPLATES) > 5
