"""Tables that fit where they are read: framed, then bare, then a paragraph for each row.

No word is ever cut or broken: a reference or a name that stands in two lines cannot be copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.words import wrapped
from bot.problems import printable

Cells = Sequence[str]
_BETWEEN = 2
_FRAME = 3
_SPACES = re.compile(r"[ \n]+")  # a number stays with its unit, behind a no-break space


def show_table(columns: Cells, rows: Iterable[Cells], *, empty: str) -> None:
    """Print rows under their headings; where there are none, `empty` says so in words.

    A line break within a cell is kept.
    """
    found = [tuple(printable(cell) for cell in row) for row in rows]
    if not found:
        click.echo(empty)
        return
    console = Console(highlight=False, emoji=False, markup=False)
    every = [tuple(columns), *found]
    if sum(_widths(every)) + _FRAME * len(columns) + 1 <= console.width:
        console.print(_framed(columns, found))
        return
    for line in lines_of(columns, found, console.width):
        click.echo(line)


def lines_of(columns: Cells, rows: Sequence[Cells], width: int) -> Iterator[str]:
    """Lay a table out without a frame; too wide still, each row becomes names and values."""
    every = [tuple(columns), *rows]
    room, least = width - _BETWEEN * (len(columns) - 1), _longest_words(every)
    if sum(least) <= room:
        widths = _shared_out(least, _widths(every), room)
        yield from _bare(columns, widths)
        yield from _bare(["─" * one for one in widths], widths)
        for row in rows:
            yield from _bare(row, widths)
        return
    for number, row in enumerate(rows):
        if number:
            yield ""
        yield from fact_lines(zip(columns, row, strict=True), width)


def show_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print names and what each is, one below the other."""
    for line in fact_lines(facts, Console().width):
        click.echo(line)


def fact_lines(facts: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Lay names and values out in lines of this width, the values below each other."""
    pairs = [(printable(name), printable(value)) for name, value in facts]
    left = max((cell_len(name) for name, _ in pairs), default=0)
    for pair in pairs:
        yield from _bare(pair, [left, max(width - left - _BETWEEN, 1)])


def _framed(columns: Cells, rows: Sequence[Cells]) -> Table:
    table = Table(*columns)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _bare(row: Cells, widths: Sequence[int]) -> Iterator[str]:
    cells = [
        [line for part in cell.split("\n") for line in wrapped(part, width) or [""]]
        for cell, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        padded = [
            part + " " * (width - cell_len(part) + _BETWEEN)
            for part, width in zip(parts, widths, strict=True)
        ]
        yield "".join(padded).rstrip()


def _shared_out(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Widen columns from the least they need: what a row is about first, then what lacks most."""
    widths = list(least)
    while sum(widths) < room:
        lacking = [place for place, width in enumerate(widths) if width < most[place]]
        if not lacking:
            break
        most_so = max(lacking, key=lambda place: most[place] - widths[place])
        widths[0 if 0 in lacking else most_so] += 1
    return widths


def _widths(rows: Sequence[Cells]) -> list[int]:
    return [
        max(cell_len(line) for cell in column for line in cell.split("\n"))
        for column in zip(*rows, strict=True)
    ]


def _longest_words(rows: Sequence[Cells]) -> list[int]:
    return [
        max(cell_len(word) for cell in column for word in _SPACES.split(cell))
        for column in zip(*rows, strict=True)
    ]
