"""Drawing the fields of docs/data.md from the code: `python -m stage.data_page`."""

from __future__ import annotations

from pathlib import Path

from bot.config import Config, load
from bot.store.fields import FIELDS, ROWS, Field, Under
from bot.store.lifetimes import Ends, silent_hours
from bot.store.schema import metadata

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "data.md"
BEGIN, END = "<!-- drawn -->\n", "<!-- end -->\n"


def drawn(page: str, config: Config) -> str:
    """Give the page with the fields as they are now, for these settings."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + _fields(config) + END + after


def _fields(config: Config) -> str:
    lines = [
        "",
        "An open case cannot be forgotten: when nobody does anything, it has closed by itself",
        f"after {silent_hours(config)} hours at most, counted from the last time that anybody did.",
    ]
    for table in metadata.sorted_tables:
        ends = ROWS[table.name]
        lines += ["", f"### {table.name}", "", f"A row {_gone(ends, config)}.", ""]
        lines += ["| field | what it is | under | goes |", "|---|---|---|---|"]
        fields = FIELDS[table.name]
        lines += [_line(column.name, fields[column.name], ends, config) for column in table.columns]
    return "\n".join([*lines, "", ""])


def _line(name: str, field: Field, row: Ends, config: Config) -> str:
    under = "" if field.under is Under.NOTHING else field.under.value
    gone = "with its row" if field.ends in {None, row} else _gone(field.ends, config)
    return f"| `{name}` | {field.what} | {under} | {gone} |"


def _gone(ends: Ends, config: Config) -> str:
    worst = ends.worst_hours(config)
    if worst is None:
        return f"{ends.end.goes}: no longest time"
    return f"{ends.end.goes}: **{worst} hours** after {ends.end.counted_from} at worst"


def main() -> None:
    """Write the page."""
    config = load(ROOT / "config" / "peer-support.example.yaml", {})
    PAGE.write_text(drawn(PAGE.read_text("utf-8"), config), "utf-8")


if __name__ == "__main__":
    main()
