"""The command `check`: each precondition a line, with its mend below where one is needed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from rich.console import Console

from bot import app
from bot.checks import Check, Verdict, by_cause, exit_code, first, run_checks, totals
from bot.cli.check_lines import lines
from bot.cli.typed import AccountName
from bot.cli.words import say, width
from bot.config import load as load_config
from bot.private import variables


@click.command()
@click.option(
    "--post-as",
    metavar="NAME",
    type=AccountName(),
    help="Also make a test post with this account of the password file: only a post shows "
    "whether the wiki's filters let requests pass. There is no request in it.",
)
@click.option(
    "--all",
    "-v",
    "--verbose",
    "everything",
    is_flag=True,
    help="Show each place in a line of its own.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for programs: always each place."
)
@click.pass_obj
def check(config_file: str | None, post_as: str | None, everything: bool, as_json: bool) -> None:
    """Look at every precondition, and say what to mend.

    Nothing is changed. What fails for one and the same cause is one line, in the order in which to
    mend it; --all shows each place.
    """
    path = app.config_path(config_file, variables())
    config = load_config(path, variables())
    done: list[Check] = []
    for one in run_checks(path, config, variables(), post_as):
        done.append(one)
        # What is well at once, so that somebody sees it go on; the rest is put in order first.
        if not as_json and (everything or one.verdict is Verdict.PASSED):
            _show(one)
    if as_json:
        click.echo(json.dumps([_plain(one) for one in done], indent=2, ensure_ascii=False))
    else:
        _sum_up(done, everything=everything)
    raise SystemExit(exit_code(done))


def _sum_up(done: Sequence[Check], *, everything: bool) -> None:
    causes = by_cause(done)
    if not everything:
        for one in causes:
            _show(one)
    click.echo()
    mend = first(causes)
    shown = [one for one in done if one.verdict is not Verdict.PASSED] if everything else causes
    say(totals(done, shown) + (f" First: {mend}" if mend else ""))


def _show(one: Check) -> None:
    for line in lines(one, width()):
        Console().print(line, soft_wrap=True)


def _plain(one: Check) -> dict[str, str]:
    return {
        "name": one.name,
        "verdict": one.verdict.value,
        "found": one.found,
        "mend": one.mend,
    }


COMMANDS = (check,)
