"""A figure, what it was to reach, and the table of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

WIDTH = 118


@dataclass(frozen=True)
class Figure:
    """Something measured; with `value` and `most`, it is held against the most that it may be."""

    group: str
    name: str
    shown: str
    value: float | None = None
    most: float | None = None
    target: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the target was reached; a figure without one has no verdict."""
        if self.value is None or self.most is None:
            return ""
        return "reached" if self.value <= self.most else "not reached"


def count(group: str, name: str, value: int, most: int) -> Figure:
    """Hold a count of requests against the most that there may be."""
    return Figure(group, name, requests(value), value, most, f"at most {most}")


def ratio(group: str, name: str, value: float, most: float, of: str) -> Figure:
    """Hold a ratio to something else that was measured against the most that it may be."""
    return Figure(group, name, f"{value:.3f} × {of}", value, most, f"at most {most:g} ×")


def plain(group: str, name: str, shown: str) -> Figure:
    """Give a figure that has no target."""
    return Figure(group, name, shown)


def requests(number: int) -> str:
    """Write a count of requests."""
    return "1 request" if number == 1 else f"{number:,} requests"


def seconds(value: float) -> str:
    """Write a time so that it can be read."""
    if value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} s"


def show(figures: Sequence[Figure]) -> None:
    """Print the table, plain and aligned, with how many targets were reached."""
    console = Console(width=WIDTH, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "measured", "target", ""):
        table.add_column(heading, overflow="fold")
    group = ""
    for one in figures:
        if one.group != group:
            group = one.group
            table.add_row("", "", "", "")
            table.add_row(f"[bold]{group}[/bold]", "", "", "")
        table.add_row("  " + one.name, one.shown, one.target, one.verdict)
    console.print(table)
    judged = [one for one in figures if one.verdict]
    reached = sum(one.verdict == "reached" for one in judged)
    console.print(f"\n{reached} of {len(judged)} targets reached.")
