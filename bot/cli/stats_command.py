"""The command that tells of a quarter what identifies nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from bot import app
from bot.casework.states import Outcome
from bot.cli.opening import open_store
from bot.cli.tables import show_table
from bot.cli.targets import be_folder
from bot.cli.words import say
from bot.config import Config
from bot.problems import InputError, Problem, quoted
from bot.statistics.bands import ENOUGH, Dimension, Wait, before, quarter_of
from bot.statistics.files import TITLES, write
from bot.store import tallies
from bot.store.store import BANDS, Tx, get_setting


@click.command()
@click.option(
    "--quarter",
    metavar="YYYY-QN",
    help="A quarter that is over; the last one, where left out.",
)
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
def stats(config_file: str | None, quarter: str | None, folder: Path) -> None:
    """Write statistics of a quarter, in bands that identify nobody.

    Without --quarter, of the last one that is over. What was told once never changes.
    """
    current = quarter_of(app.clock())
    quarter = before(current) if quarter is None else _read(quarter)
    _be_over(quarter, current)
    be_folder(folder)
    with open_store(config_file) as (config, store), store.write() as tx:
        told = tallies.told(tx, quarter, _offered(tx, config))
        earlier = tallies.quarters_told(tx)
    if told is None:
        what = f"There is not enough to tell of {quarter} without telling of somebody."
        mend = f"A quarter is told once {ENOUGH} cases have closed in it. Nothing was written."
        if earlier:
            mend += f" What has been told before: {', '.join(earlier)}."
        raise InputError([Problem("--quarter", what, mend)])
    for one, cells in told.items():
        rows = [(value, str(cell)) for value, cell in cells.items()]
        nothing = f"{TITLES[one]}: none."
        show_table((TITLES[one], "cases"), rows, empty=nothing)
    for one in Dimension:
        if one not in told:
            say(f"{TITLES[one]}: left out, for it would tell more than bands.")
    for file in write(told, quarter, folder):
        click.echo(f"wrote {file}")


def _read(typed: str) -> str:
    """Read a quarter, in small letters too, and in the digits of any script."""
    quarter = re.sub(r"\d", lambda digit: str(int(digit[0])), typed.strip()).upper()
    if re.fullmatch(r"2\d{3}-Q[1-4]", quarter) is None:
        mend = "Write the year and the quarter, as in 2026-Q4."
        raise InputError([Problem("--quarter", f"{quoted(typed)} is no quarter.", mend)])
    return quarter


def _be_over(quarter: str, current: str) -> None:
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
