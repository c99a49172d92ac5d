"""The command that ends a network for good."""

from __future__ import annotations

import click

from bot.cli.agreeing import need_terminal
from bot.cli.opening import open_network
from bot.cli.words import say
from bot.problems import InputError, Problem
from bot.troubles import OutOfReachError

WORDS = "end the network"


@click.command("wind-down")
@click.option("--yes", is_flag=True, help="Do not ask first; for scripts.")
@click.option(
    "--leave-unreadable",
    is_flag=True,
    help="Also erase what cannot be read, though nobody can be told of it.",
)
@click.pass_obj
def wind_down(config_file: str | None, yes: bool, leave_unreadable: bool) -> None:
    """End the network for good, and erase everything.

    Everybody is told first; every key is destroyed.
    """
    need_terminal("wind-down", yes=yes)
    with open_network(config_file, working=True) as network:
        days = network.config.retention.complaint_days  # as long as a requester's link lives
        from bot.steps import wind_down as ending  # noqa: PLC0415 - loads Pywikibot

        if not yes:
            _be_sure()
        came = ending.wind_down(network, leave_unreadable=leave_unreadable)
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
    if came.how is ending.Wound.UNREADABLE:
        what = (
            f"{_count(came.unreadable)} cannot be read, so nobody can be told of it. All others "
            "are told; nothing is erased yet."
        )
        mend = (
            "`status` lists which they are, and why. Mend them, as from a backup, and run this "
            "command again; or give --leave-unreadable, which erases them with everything else."
        )
        raise OutOfReachError(Problem("wind-down", what, mend))
    if came.unreadable:
        say(
            "The network has ended: every case and key is gone, and everybody was told but for "
            f"{_count(came.unreadable)} that could not be read."
        )
    else:
        say("The network has ended: everybody was told, every case and key is gone.")
    for title in came.left:
        say(f"Left to you: the bot may not edit {title}. Say there where else to turn.")
    say(
        "Left to you now: stop the worker, delete the backups, and have the gadget taken off the "
        "wiki."
    )
    say(
        f"Left to you in {days} days, and not before: stop the desk, delete the store and the "
        "master secret. Until then every link leads to a page that says that the network has ended "
        "and where else to turn: who gets no mail learns it there alone."
    )


def _count(number: int) -> str:
    return "1 request or letter" if number == 1 else f"{number} requests or letters"


def _be_sure() -> None:
    say(
        "This cannot be undone. Intake stops, every open requester and every supporter is told by "
        "Wikimail, all that is stored is erased and every key destroyed."
    )
    if click.prompt(f'Type "{WORDS}" to go on', default="", show_default=False) != WORDS:
        what = "Those were not the words; nothing was done."
        raise InputError([Problem("wind-down", what, f"Type exactly: {WORDS}. Or give --yes.")])


COMMANDS = (wind_down,)
