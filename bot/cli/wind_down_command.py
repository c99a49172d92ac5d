"""The command that ends a network for good."""

from __future__ import annotations

import click

from bot.cli.opening import open_network
from bot.problems import InputError, Problem
from bot.troubles import OutOfReachError

WORDS = "end the network"


@click.command("wind-down")
@click.option("--yes", is_flag=True, help="Do not ask for the words.")
@click.pass_obj
def wind_down(config_file: str | None, yes: bool) -> None:
    """End the network for good: tell everybody, erase everything, destroy the keys."""
    with open_network(config_file, working=True) as network:
        days = network.config.retention.complaint_days  # as long as a requester's link lives
        from bot.steps import wind_down as ending  # noqa: PLC0415 - loads Pywikibot

        if not yes:
            _be_sure()
        came = ending.wind_down(network)
    if came.how is ending.Wound.STOPPED:
        what = "The wiki's shut-off page says stop, so nobody may be told yet; nothing is erased."
        mend = "Have it lifted, and run this command again. Nothing new is taken meanwhile."
        raise OutOfReachError(Problem("wind-down", what, mend))
    if came.how is ending.Wound.WAITING:
        what = f"{came.untold} people are not told yet, so nothing is erased yet."
        mend = (
            "Run this command again later: mails wait for the day's limit, or for an answer of the "
            "wiki's. Nobody is told twice. Nothing new is taken meanwhile."
        )
        raise OutOfReachError(Problem("wind-down", what, mend))
    click.echo("The network has ended: everybody was told, every case and key is gone.")
    for title in came.left:
        click.echo(f"Left to you: the bot may not edit {title}. Say there where else to turn.")
    click.echo(
        "Left to you now: stop the worker, delete the backups, and have the gadget taken off the "
        "wiki."
    )
    click.echo(
        f"Left to you in {days} days, and not before: stop the desk, delete the store and the "
        "master secret. Until then every link leads to a page that says that the network has ended "
        "and where else to turn: who gets no mail learns it there alone."
    )


def _be_sure() -> None:
    click.echo(
        "This can not be undone. Intake stops, every open requester and every supporter is told by "
        "Wikimail, all that is stored is erased and every key destroyed."
    )
    if click.prompt(f'Type "{WORDS}" to go on', default="", show_default=False) != WORDS:
        what = "Those were not the words; nothing was done."
        raise InputError([Problem("wind-down", what, f"Type exactly: {WORDS}. Or give --yes.")])


COMMANDS = (wind_down,)
