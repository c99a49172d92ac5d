"""Commands about complaints: what waits for a coordinator, and what one decided."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.casework.events import Side
from bot.casework.mails import shown
from bot.cli.opening import open_store
from bot.problems import InputError, Problem
from bot.store import complaints as complaint_store
from bot.store import decisions, roster
from bot.store.complaints import Decision

DECISIONS = {
    "nothing": Decision.NOTHING,
    "pause": Decision.PAUSED,
    "misuse": Decision.CLOSED,
    "bar": Decision.BARRED,
}


@click.group()
def complaints() -> None:
    """See and decide what went wrong, as one side of a case says."""


@complaints.command("list")
@click.pass_obj
def list_complaints(config_file: str | None) -> None:
    """List the undecided ones; a supporter is named where the requester said so."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        waiting = complaint_store.undecided(tx)
        names = {one.user_id: one.name for one in roster.everybody(tx)}
    table = Table("number", "case", "says", "since", "supporter")
    for one in waiting:
        by_requester = one.by is Side.REQUESTER
        named = names.get(one.supporter, "gone") if one.names_supporter else "not named"
        table.add_row(
            str(one.id),
            shown(one.ref),
            "the requester" if by_requester else "the supporter",
            f"{one.made_at:%Y-%m-%d %H:%M}",
            named if by_requester else "–",
        )
    Console().print(table)


@complaints.command()
@click.argument("number", type=int)
@click.argument("decision", type=click.Choice(list(DECISIONS)))
@click.option("--hand-back", is_flag=True, help="With pause: their open cases go to others, too.")
@click.pass_obj
def decide(config_file: str | None, number: int, decision: str, hand_back: bool) -> None:
    """Decide a complaint: nothing, pause the supporter, misuse, or misuse and bar the account."""
    if hand_back and decision != "pause":
        what = "Cases are handed back when their supporter is paused."
        raise InputError([Problem("--hand-back", what, "Leave it out, or say pause.")])
    with open_store(config_file) as (config, store), store.write() as tx:
        done = decisions.settle(
            tx,
            number,
            DECISIONS[decision],
            hand_back=hand_back,
            now=app.clock(),
            policy=config.policy,
        )
    if not done:
        what = "No undecided complaint has this number."
        mend = "`peer-support complaints list` shows them. Nothing was changed."
        raise InputError([Problem("NUMBER", what, mend)])
    click.echo("Decided. Who is concerned is told by mail.")


COMMANDS = (complaints,)
