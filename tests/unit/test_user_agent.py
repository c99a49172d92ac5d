"""What requests say of us: the program, and a way to reach its operator that a header can carry."""

from __future__ import annotations

import re

import pytest

from bot.user_agent import contact_in, user_agent


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("privacy@wiki.example", "privacy@wiki.example"),
        ("Write to privacy@wiki.example, please", "privacy@wiki.example"),
        ("https://meta.wikimedia.org/wiki/User_talk:Cleo", None),
        ("see https://wiki.example/a(b)", "https://wiki.example/a"),
        ("Anna, room 3", ""),
        ("Přemysl", ""),
        ("a@b.example\r\nX-Evil: 1", "a@b.example"),
        (None, ""),
    ],
)
def test_a_contact_is_found(words: str | None, found: str | None) -> None:
    """A mail address or a page; anything else stays where people read it."""
    assert contact_in(words) == (words if found is None else found)


def test_as_the_policy_asks() -> None:
    """Name, version, and contacts in brackets; with nobody known, no empty brackets."""
    said = user_agent(("https://wiki.example/index.php?title=User:B", "", "a@b.example"))
    wanted = r"peer-support/[\d.]+ \(https://wiki.example/index.php\?title=User:B; a@b.example\)"
    assert re.fullmatch(wanted, said)
    assert re.fullmatch(r"peer-support/[\d.]+", user_agent(("",)))
