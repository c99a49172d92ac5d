"""How what was looked at is shown to people: a line each, with its mend below."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from bot.checks import Check, Verdict

_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.WARNED: "bold yellow",
    Verdict.FAILED: "bold red",
    Verdict.OUT_OF_REACH: "bold red",
    Verdict.NOT_TRIED: "yellow",
}
_VERDICT_WIDTH = max(len(verdict.value) for verdict in Verdict)
_NAME_WIDTH = 22


def line(one: Check) -> Table:
    """Lay one check out; a table for each, so that a line appears as soon as it is known."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_VERDICT_WIDTH)
    table.add_column(width=_NAME_WIDTH)
    table.add_column(overflow="fold")
    verdict = Text(one.verdict.value, style=_COLOURS[one.verdict])
    table.add_row(verdict, Text(one.name), Text(one.found))
    if one.mend:
        table.add_row("", "", Text(f"→ {one.mend}"))
    return table
