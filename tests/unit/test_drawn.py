"""No test fails by chance: a short marker is looked for only where no token can hold it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.keyring import Keyring
from tests.drawn import without_tokens

TESTS = Path(__file__).resolve().parents[1]
SHORT = re.compile(r"[A-Za-z0-9_-]{1,5}")
"""Six characters are in less than one of a thousand million tokens."""
DRAWN = (".text", "repr(", "dump(")
"""What may have a token in it: a page, a mail, rows of the store; a log has none."""


def _short_markers(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(
                ops=[ast.NotIn()], left=ast.Constant(str(marker)), comparators=[where]
            ):
                said = ast.unparse(where)
                if not SHORT.fullmatch(marker) or "caplog" in said or "without_tokens(" in said:
                    continue
                if any(drawn in said for drawn in DRAWN):
                    yield node.lineno


@pytest.mark.parametrize("folder", ["unit", "faults", "wiki", "browser"])
def test_no_short_marker_is_looked_for_in_a_token(folder: str) -> None:
    """`"Nia" not in page.text` fails by chance: leave the tokens out, or look for a longer one."""
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted((TESTS / folder).rglob("*.py"))
        for line in _short_markers(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_short_markers_are_seen() -> None:
    """What this looks for, it finds."""
    assert list(_short_markers('assert "Nia" not in page.text')) == [1]
    assert not list(_short_markers('assert "Nia" not in without_tokens(page.text)'))
    assert not list(_short_markers('assert "Nia Nkosi" not in page.text'))


def test_tokens_go_and_words_stay() -> None:
    """Every token that we draw is left out; a name beside it is not."""
    token = Keyring(bytes(32)).new_token()
    text = f'<p>Nia</p><input value="{token}">'
    assert token not in without_tokens(text)
    assert "Nia" in without_tokens(text)
