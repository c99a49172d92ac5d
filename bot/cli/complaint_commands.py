"""Commands about complaints: what waits for a coordinator, and what one decided."""

from __future__ import annotations

import click

from bot import app
from bot.casework.events import Side
from bot.casework.mails import shown
from bot.cli.agreeing import STAYS, be_sure, yes_option
from bot.cli.help_texts import Group
from bot.cli.opening import open_store
from bot.cli.tables import show_table
from bot.cli.typed import Whole
from bot.cli.words import say
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
_FOLLOWS = {
    "nothing": "nothing follows.",
    "pause": "the supporter is asked nothing until further notice, and told so.",
    "hand back": "the supporter is asked nothing until further notice, and their open cases go to "
    "others.",
    "misuse": "the case ends as misuse, and everything of it is erased at once.",
    "bar": "the case ends as misuse, everything of it is erased at once, and its account cannot "
    "ask again for a year.",
}

_NO_NUMBER = "is not the number of a complaint."
_ALL = "`peer-support complaints list` shows them."


@click.group(cls=Group)
def complaints() -> None:
    """List and decide complaints.

    A complaint is what went wrong, as one side of a case says.
    """


@complaints.command("list")
@click.pass_obj
def list_complaints(config_file: str | None) -> None:
    """List the complaints that are not decided.

    A supporter is named where the requester said so.
    """
    with open_store(config_file) as (_config, store), store.read() as tx:
        waiting, broken = complaint_store.read_all(tx)
        names = {one.user_id: one.name for one in roster.everybody(tx)}
    rows = []
    for one in waiting:
        by_requester = one.by is Side.REQUESTER
        named = names.get(one.supporter, "gone") if one.names_supporter else "not named"
        rows.append(
            (
                str(one.id),
                shown(one.ref),
                "the requester" if by_requester else "the supporter",
                f"{one.made_at:%Y-%m-%d %H:%M}",
                named if by_requester else "–",
            )
        )
    columns = ("number", "case", "says", "since", "supporter")
    none = "There are no others." if broken else "There are no undecided complaints."
    show_table(columns, rows, empty=none)
    if broken:
        numbers = ", ".join(map(str, broken))
        say(
            f"Cannot be read: {numbers}. Whom these are about is not known, so nobody is held back "
            "for them. Put the last backup of the store back, or lay one aside with "
            "`peer-support complaints decide NUMBER nothing`."
        )


@complaints.command()
@click.argument("number", type=Whole(1, 2**63 - 1, otherwise=f"{_NO_NUMBER} {_ALL}"))
@click.argument("decision", metavar="DECISION", type=click.Choice(list(DECISIONS)))
@click.option(
    "--hand-back", is_flag=True, help="With pause: their open cases go to other supporters."
)
@yes_option
@click.pass_obj
def decide(config_file: str | None, number: int, decision: str, hand_back: bool, yes: bool) -> None:
    """Decide the complaint NUMBER, once and for all.

    DECISION is one of these. nothing: no reason to do anything. pause: the supporter is asked
    nothing more. misuse: the case ends, and everything of it is erased. bar: that, and its account
    cannot ask for a year.
    """
    if hand_back and decision != "pause":
        what = "Cases are handed back when their supporter is paused."
        raise InputError([Problem("--hand-back", what, "Leave it out, or say pause.")])
    with open_store(config_file) as (config, store):
        with store.read() as tx:
            complaint = complaint_store.get(tx, number)
            broken = complaint_store.read_all(tx)[1]
        done = False
        laid_aside = number in broken and DECISIONS[decision] is Decision.NOTHING
        if complaint is not None or laid_aside:
            follows = _FOLLOWS["hand back" if hand_back else decision]
            case = "" if complaint is None else f", about the case {shown(complaint.ref)},"
            about = f"The complaint {number}{case} is decided: "
            be_sure("complaints decide", about + follows, yes=yes)
            with store.write() as tx:
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
        mend = f"{_ALL} {STAYS}"
        raise InputError([Problem(str(number), what, mend)])
    click.echo("Decided. Who is concerned is told by mail.")


COMMANDS = (complaints,)
