"""The command `check`: each precondition a line, with its mend below where one is needed."""

from __future__ import annotations

import json
import os

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import app
from bot.checks import Check, Verdict, exit_code, run_checks
from bot.config import load as load_config

_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.OUT_OF_REACH: "bold red",
    Verdict.NOT_TRIED: "yellow",
}
_VERDICT_WIDTH = max(len(verdict.value) for verdict in Verdict)
_NAME_WIDTH = 22


@click.command()
@click.option(
    "--post-as",
    metavar="NAME",
    help="Also post an envelope without a request in it, with this account of the password file: "
    "whether the wiki's filters let requests pass can only be tried.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def check(config_file: str | None, post_as: str | None, as_json: bool) -> None:
    """Look at every precondition, and say what to mend; nothing is changed."""
    path = app.config_path(config_file, os.environ)
    config = load_config(path, os.environ)
    console = Console()
    done = []
    for one in run_checks(path, config, os.environ, post_as):
        done.append(one)
        if not as_json:
            console.print(_line(one))
    if as_json:
        click.echo(json.dumps([_plain(one) for one in done], indent=2, ensure_ascii=False))
    raise SystemExit(exit_code(done))


def _line(one: Check) -> Table:
    # A table for each, so that a line appears as soon as it is known.
    line = Table.grid(padding=(0, 2))
    line.add_column(width=_VERDICT_WIDTH)
    line.add_column(width=_NAME_WIDTH)
    line.add_column(overflow="fold")
    verdict = Text(one.verdict.value, style=_COLOURS[one.verdict])
    line.add_row(verdict, Text(one.name), Text(one.found))
    if one.mend:
        line.add_row("", "", Text(f"→ {one.mend}"))
    return line


def _plain(one: Check) -> dict[str, str]:
    return {
        "name": one.name,
        "verdict": one.verdict.value,
        "found": one.found,
        "mend": one.mend,
    }


COMMANDS = (check,)
