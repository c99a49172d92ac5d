"""Writing what is told of a quarter: a table to read, lines for a spreadsheet, pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from bot.plots import bars
from bot.statistics.bands import UNDER, Cell, Dimension, Told

TITLES: Mapping[Dimension, str] = {
    Dimension.OUTCOME: "How cases ended",
    Dimension.LANGUAGE: "First language asked for",
    Dimension.TOPIC: "Topics",
    Dimension.WAIT: "Wait for the first contact",
}
NOTE = (
    'Bands, not counts. Numbers below 10, and none at all, are "under 10". Totals are left out, '
    "and so is a table of which they would tell more. What was told once is never told otherwise."
)


def write(told: Told, quarter: str, folder: Path) -> list[Path]:
    """Write everything into a folder, and give the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{quarter}.md": as_table(told, quarter), f"{quarter}.csv": as_csv(told, quarter)}
    for one, cells in told.items():
        files[f"{quarter}-{one.value}.svg"] = as_picture(one, cells, quarter)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def as_table(told: Told, quarter: str) -> str:
    """Write the tables as Markdown, which a wiki's editor can paste."""
    lines = [f"# Peer support, {quarter}", "", NOTE]
    for one, cells in told.items():
        lines += ["", f"## {TITLES[one]}", "", "| | cases |", "|---|---|"]
        lines += [f"| {value} | {cell} |" for value, cell in cells.items()]
    return "\n".join([*lines, ""])


def as_csv(told: Told, quarter: str) -> str:
    """Write one line for each cell."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("quarter", "dimension", "value", "cases"))
    for one, cells in told.items():
        lines.writerows((quarter, one.value, value, str(cell)) for value, cell in cells.items())
    return text.getvalue()


def as_picture(one: Dimension, cells: Mapping[str, Cell], quarter: str) -> str:
    """Draw one dimension; a bar goes as far as its band, and says no more than the table."""
    bands = sorted(set(cells.values()) | {UNDER}, key=lambda cell: cell.least)
    places = {value: bands.index(cell) for value, cell in cells.items()}
    title = f"{TITLES[one]}, {quarter}"
    return bars(title, "cases", [str(band) for band in bands], places)
