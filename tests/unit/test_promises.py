"""The page of promises leaves out none, and names no test that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE, _, FIGURES = (ROOT / "docs" / "promises.md").read_text("utf-8").partition("\n## Figures\n")
THREATS = (
    "Reading requests on the public page",
    "Seeing who posted",
    "Learning who supporters are",
    "Copying or replaying an envelope",
    "Removing a request before it is read",
    "Stopping the bot with one edit",
    "Being made a requester by a revert",
    "Taking over a supporter's old name",
    "Junk flood",
    "Using up supporters by asking and withdrawing",
    "Harassing supporters through the bot",
    "Posing as a target to reach somebody",
    "A harasser on the roster",
    "Guessing or stealing a link",
    "Key page or gadget replaced",
    "The bot's account taken",
    "Store or backup stolen",
    "A supporter abuses the role",
    "Sign-in links as a mail bomb",
    "Logs, error texts, temporary files",
    "Double or lost mail",
    "Silent loss",
    "The operator reads",
    "Scripts, frames and forms from elsewhere",
    "Who sits down at the browser next; what browsers send to their makers",
    "Looking into a process of ours",
    "A former coordinator",
)
PROMISES = tuple(f"P{number}" for number in range(1, 17))


def row(beginning: str) -> list[str]:
    """Give the cells of the one row that begins so."""
    [line] = [line for line in PAGE.splitlines() if line.startswith(f"| {beginning} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def names_of_tests() -> set[str]:
    """Give the names of all tests."""
    written = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in written for name in re.findall(r"def (test_\w+)", text)}


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_is_whole(promise: str) -> None:
    """What is promised, how, which test shows it, and where it ends: nothing is left empty."""
    cells = row(promise)
    assert len(cells) == 5
    assert all(cells)
    assert re.findall(r"`(test_\w+)`", cells[3])


@pytest.mark.parametrize("threat", THREATS)
def test_each_threat_is_answered(threat: str) -> None:
    """What stands against it, and a test that tries."""
    cells = row(threat)
    assert len(cells) == 4
    assert cells[1]
    assert re.findall(r"`(test_\w+)`", cells[2])


def test_each_named_test_exists() -> None:
    """A test that was renamed is renamed on the page."""
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - names_of_tests() == set()


def test_no_row_is_more_than_these() -> None:
    """A new promise or threat on the page is held here as well."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    heads = 2
    assert len(rows) == len(PROMISES) + len(THREATS) + heads


def test_the_figures_say_how_they_came() -> None:
    """The command stands there, and every row of an attack says that nothing was lost."""
    assert "scripts/test --faults" in FIGURES
    head, _, *rows = [line for line in FIGURES.splitlines() if line.startswith("|")]
    at = [cell.strip() for cell in head.split("|")].index("lost")
    assert rows
    assert {row.split("|")[at].strip() for row in rows} == {"0"}
