"""The command `check`: each precondition a line, with its mend below where one is needed."""

from __future__ import annotations

import json
import os

import click
from rich.console import Console

from bot import app
from bot.checks import Check, exit_code, run_checks
from bot.cli.check_lines import line
from bot.config import load as load_config


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
            console.print(line(one))
    if as_json:
        click.echo(json.dumps([_plain(one) for one in done], indent=2, ensure_ascii=False))
    raise SystemExit(exit_code(done))


def _plain(one: Check) -> dict[str, str]:
    return {
        "name": one.name,
        "verdict": one.verdict.value,
        "found": one.found,
        "mend": one.mend,
    }


COMMANDS = (check,)
