"""The command that tells of a quarter what identifies nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.casework.states import Outcome
from bot.cli.opening import open_store
from bot.config import Config
from bot.problems import InputError, Problem
from bot.statistics.bands import ENOUGH, Dimension, Wait, quarter_of
from bot.statistics.files import TITLES, write
from bot.store import tallies
from bot.store.store import BANDS, Tx, get_setting


@click.command()
@click.option("--quarter", required=True, metavar="YYYY-QN", help="A quarter that is over.")
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    default="statistics",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the table, the CSV and the pictures go.",
)
@click.pass_obj
def stats(config_file: str | None, quarter: str, folder: Path) -> None:
    """Tell of a quarter, in bands that identify nobody; the same for ever."""
    _be_over(quarter, quarter_of(app.clock()))
    with open_store(config_file) as (config, store), store.write() as tx:
        told = tallies.told(tx, quarter, _offered(tx, config))
    if told is None:
        what = f"There is not enough to tell of {quarter} without telling of somebody."
        mend = f"A quarter is told once {ENOUGH} cases have closed in it. Nothing was written."
        raise InputError([Problem("--quarter", what, mend)])
    for one, cells in told.items():
        table = Table(TITLES[one], "cases")
        for value, cell in cells.items():
            table.add_row(value, str(cell))
        Console().print(table)
    for one in set(Dimension) - set(told):
        click.echo(f"{TITLES[one]}: left out, for it would tell more than bands.")
    for file in write(told, quarter, folder):
        click.echo(f"wrote {file}")


def _be_over(quarter: str, current: str) -> None:
    if re.fullmatch(r"2\d{3}-Q[1-4]", quarter) is None:
        mend = "Write the year and the quarter, as in 2026-Q4."
        raise InputError([Problem("--quarter", f"{quarter!r} is no quarter.", mend)])
    if quarter >= current:
        what = f"{quarter} is not over yet, and what is told once is never told otherwise."
        raise InputError([Problem("--quarter", what, "Wait until it is over.")])


def _offered(tx: Tx, config: Config) -> Mapping[Dimension, Iterable[str]]:
    """Give what could be chosen; the languages are those that the key page names."""
    bands = json.loads(get_setting(tx, BANDS) or "{}")
    return {
        Dimension.OUTCOME: [one.value for one in Outcome],
        Dimension.WAIT: [one.value for one in Wait],
        Dimension.LANGUAGE: list(bands.get("languages", {})),
        Dimension.TOPIC: [topic.id for topic in config.topics],
    }


COMMANDS = (stats,)
