"""Text in lines of a width: between words alone, so that what is copied is whole."""

from __future__ import annotations

import shutil
import textwrap

import click

WIDEST = 80


def width() -> int:
    """Give how wide a text may be here: the terminal, but lines of more than 80 read badly."""
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into lines of so many columns; a word that is longer has a line of its own."""
    return textwrap.wrap(text, max(columns, 1), break_long_words=False, break_on_hyphens=False)


def paragraph(text: str, first: str = "", then: str = "") -> str:
    """Lay a text out for this terminal, its first line and the others behind these."""
    lines = wrapped(text, width() - max(len(first), len(then)))
    return "\n".join((then if place else first) + line for place, line in enumerate(lines))


def say(text: str) -> None:
    """Say something in a paragraph."""
    click.echo(paragraph(text))
