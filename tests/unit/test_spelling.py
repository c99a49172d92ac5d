"""Words that are written in one way everywhere: code, tests, messages and documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "config", "docs", "gadget", "scripts", "tests")
ENDINGS = {".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".wikitext", ".yaml", ".yml"}
NOT_OURS = ("gadget/node_modules/", "gadget/package-lock.json", "tests/data/")
"""What others wrote; the data of the tests are what somebody in need might write."""

# Also where a line ends between the two, within a text or a comment.
_TWO_WORDS = re.compile(r"\bcan(?:\s|[\"'#*]|//)+not\b(?! only)", re.IGNORECASE)


def texts() -> Iterator[Path]:
    """Give every file that somebody reads."""
    yield from (one for one in ROOT.iterdir() if one.suffix == ".md")
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*")):
            named = file.suffix in ENDINGS or (room == "scripts" and not file.suffix)
            if named and file.is_file() and not str(file.relative_to(ROOT)).startswith(NOT_OURS):
                yield file


def test_cannot_is_one_word() -> None:
    """As the field writes it; "can not only" is another thing."""
    found = [
        f"{file.relative_to(ROOT)}:{text.count(chr(10), 0, two.start()) + 1}"
        for file in texts()
        for text in (file.read_text(encoding="utf-8"),)
        for two in _TWO_WORDS.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("it can" + " not be", True),
        ('"it can "\n    "' + 'not be"', True),
        ("# it can\n# " + "not be", True),
        ("it cannot be", False),
        ("it can not only read", False),
        ("whether it can. Not so", False),
    ],
)
def test_the_check_itself(text: str, is_wrong: bool) -> None:
    """It finds the two words wherever a line ends."""
    assert bool(_TWO_WORDS.search(text)) == is_wrong


def test_every_room_is_read() -> None:
    """A room that is moved does not leave the check with nothing to read."""
    read = {str(one.relative_to(ROOT)).partition("/")[0] for one in texts()}
    assert read >= {*ROOMS, "README.md", "CHANGES.md"}
