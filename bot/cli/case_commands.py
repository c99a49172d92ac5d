"""Commands about cases: references, states and times, never a name or a word that was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import click

from bot import app
from bot.casework import matching
from bot.casework.choosing import NOT_TOLD, as_told
from bot.casework.mails import shown
from bot.casework.matching import Account, RosterIndex
from bot.casework.states import Case, OfferState, State
from bot.casework.surge import Line
from bot.cli.agreeing import STAYS, be_sure, yes_option
from bot.cli.help_texts import Group
from bot.cli.opening import open_store
from bot.cli.roster_commands import find_supporter
from bot.cli.tables import show_facts, show_table
from bot.cli.words import say
from bot.problems import InputError, Problem, quoted
from bot.store import cases as case_store
from bot.store import decisions, line, reach, roster
from bot.store.cases import StoredCase
from bot.store.decisions import Decided
from bot.store.schema import cases as case_table
from bot.store.store import Tx
from bot.store.wishes import wish_of

REF_CHARACTERS = 8
_AGAINST: Mapping[str, str] = MappingProxyType(
    {
        "active": "They are not active (`peer-support roster list`).",
        "shares_language": "They speak none of the languages of this case; --any-language asks "
        "all the same.",
        "shares_channel": "They use none of the ways in which this case can be talked about.",
        "not_away": "They are away.",
        "trained": "The time of their training is over.",
    }
)
_AGAINST_NOT_TOLD = (
    "Why is not told, for it is of what one of the two has said or done: they may have been asked "
    "before, one may not want to meet the other, a complaint may wait, and more. If it is so with "
    "everybody, the requester may have met as many supporters as one may."
)


@click.group(cls=Group)
def cases() -> None:
    """Look at cases, and decide about them; no requester is named."""


@cases.command("list")
@click.option("--all", "everything", is_flag=True, help="List closed cases too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_obj
def list_cases(config_file: str | None, everything: bool, as_json: bool) -> None:
    """List the open cases, the longest waiting first."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        wanted = () if everything else (case_table.c.state.in_(case_store.OPEN_STATES),)
        rows = [_facts(stored) for stored in case_store.list_where(tx, *wanted)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    show_table(
        ("reference", "state", "languages", "waiting since", "offers", "next due"),
        (
            (
                row["ref"],
                row["outcome"] or row["state"],
                ", ".join(row["languages"]),
                row["waiting_since"],
                f"{row['live_offers']}\u00a0of\u00a0{row['offers']}",
                row["due_at"] or "–",
            )
            for row in rows
        ),
        empty="There are no cases." if everything else "There are no open cases.",
    )
    if rows:
        say("Times are in UTC. Offers: those that can still be answered, of all that were made.")


@cases.command()
@click.argument("ref")
@click.pass_obj
def show(config_file: str | None, ref: str) -> None:
    """Show the case REF: what it asks for and what happened to it."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        stored = _find(tx, ref)
        events = case_store.happenings(tx, stored.id)
    facts = []
    for name, value in _facts(stored).items():
        text = ", ".join(value) if isinstance(value, list) else value
        facts.append((name.replace("_", " "), "–" if text in (None, "") else str(text)))
    show_facts(facts)
    for at, event in events:
        click.echo(f"{at:%Y-%m-%d %H:%M} {event}")


@cases.command()
@click.argument("ref")
@click.pass_obj
def why(config_file: str | None, ref: str) -> None:
    """Show for each supporter whether they match the case REF.

    Supporters are listed by their user id, with the rules that they do not meet.
    """
    now = app.clock()
    with open_store(config_file) as (config, store), store.read() as tx:
        stored = _find(tx, ref)
        who = case_store.identity_of(tx, stored.id)
        if who is None:
            click.echo("The case is closed; whom it was for is erased.")
            return
        index = RosterIndex(everybody := roster.everybody(tx))
        policy = config.policy
        met = policy.supporters_one_requester_may_meet
        wish = wish_of(tx, stored, who, index, now, met)
        loads = roster.loads(tx, now, stored.id)
        unreached = reach.known(tx)
        rows = []
        for one in everybody:
            load = loads.get(one.user_id, matching.Load())
            # Whom somebody avoids is theirs to know: a miss there reads like several others.
            account = _account(unreached.get(one.user_id))
            verdicts = matching.explain(wish, one, load, account, now, policy)
            missed = list(dict.fromkeys(as_told(v.rule) for v in verdicts if not v.hit))
            asked = stored.case.offer_to(one.user_id)
            in_vain = asked is not None and asked.state is OfferState.UNDELIVERABLE
            if in_vain and "emailable" not in missed:
                missed.insert(0, "emailable")  # a mute, which no look-up shows
            rows.append((str(one.user_id), "no" if missed else "yes", ", ".join(missed) or "–"))
        held = line.state(tx) is Line.HELD and stored.case.begun_at is None
    columns = ("supporter", "matches", "because it misses")
    show_table(columns, rows, empty="Nobody is on the roster.")
    if held:
        say("It waits its turn: more came than the day's mails carry. `cases offer` asks now.")
    say(f"Rules, in their order: {', '.join(rule.name for rule in matching.RULES)}.")
    say(f"“{NOT_TOLD}” stands for each that is of what one of the two has said or done.")


@cases.command()
@click.argument("ref")
@click.argument("user")
@click.option("--any-language", is_flag=True, help="Offer it also where no language is shared.")
@yes_option
@click.pass_obj
def offer(config_file: str | None, ref: str, user: str, any_language: bool, yes: bool) -> None:
    """Offer the case REF to USER, a supporter.

    Who supports it until now is thanked, and no longer sees it.
    """
    with open_store(config_file) as (config, store):
        how: Any = {"any_language": any_language, "now": app.clock(), "policy": config.policy}
        with store.read() as tx:
            both = _find(tx, ref).id, find_supporter(tx, user).user_id
            supported = _find(tx, ref).case.state is State.SUPPORTED
            _be_taken(tx, (ref, user), both, decisions.refusal(tx, *both, **how), how)
        if supported:
            follows = "Somebody supports this case. It is taken from them, and they are thanked."
            be_sure("cases offer", follows, yes=yes)
        with store.write() as tx:
            _be_taken(tx, (ref, user), both, decisions.offer(tx, *both, **how), how)
    click.echo("Asked, as soon as the worker has sent the mail.")


def _be_taken(
    tx: Tx, typed: tuple[str, str], both: tuple[int, int], decided: Decided | None, how: Any
) -> None:
    """Say why an offer is refused, as far as that is told; nothing where it is not."""
    ref, user = typed
    if decided is Decided.NOT_THEM:
        what = "This person cannot be asked about this case."
        rules = decisions.against(tx, *both, **how)
        why = " ".join(_AGAINST[rule] for rule in rules) or _AGAINST_NOT_TOLD
        raise InputError([Problem(quoted(user), f"{what} {why}", "Choose somebody else. " + STAYS)])
    if decided is not None:
        _be_done(ref, decided)


@cases.command()
@click.argument("ref")
@click.option(
    "--misuse", is_flag=True, help="The request was made to do harm: erase everything at once."
)
@click.option(
    "--bar", is_flag=True, help="With --misuse: take no requests from this account for a year."
)
@yes_option
@click.pass_obj
def close(config_file: str | None, ref: str, misuse: bool, bar: bool, yes: bool) -> None:
    """End the case REF, erase what was written, and tell both."""
    if bar and not misuse:
        what = "An account is barred for misuse alone."
        raise InputError([Problem("--bar", what, "Say --misuse --bar, or leave both out.")])
    with open_store(config_file) as (config, store):
        with store.read() as tx:
            stored = _find(tx, ref)
        if stored.case.open:
            be_sure("cases close", _closing(stored, misuse=misuse, bar=bar), yes=yes)
        now = app.clock()
        with store.write() as tx:
            if misuse:
                decided = decisions.misuse(tx, stored.id, barred=bar, now=now, policy=config.policy)
            else:
                decided = decisions.close(tx, stored.id, now=now, policy=config.policy)
    _be_done(ref, decided)
    click.echo("Closed. The account is barred for a year." if bar else "Closed.")


def _closing(stored: StoredCase, *, misuse: bool, bar: bool) -> str:
    follows = f"The case {shown(stored.case.ref)} ({stored.case.state.value}) ends"
    if not misuse:
        return f"{follows}: what was written is erased, and both are told that it has ended."
    barred = " Its account cannot ask again for a year." if bar else ""
    return f"{follows} as misuse: everything of it is erased at once.{barred}"


def _account(unreached: str | None) -> Account | None:
    """Give an account as it was last found; None for one that was in reach, or not looked up."""
    if unreached is None:
        return None
    blocked = unreached == reach.BLOCKED
    return Account(emailable=blocked, blocked=blocked, exists=unreached != reach.NO_ACCOUNT)


def _be_done(ref: str, decided: Decided) -> None:
    """Say that a case has ended already, where it has."""
    if decided is Decided.MOVED_ON:
        what = f"This case has ended already. {STAYS}"
        raise InputError(
            [Problem(quoted(ref), what, "`peer-support cases list` shows the open ones.")]
        )


def _find(tx: Tx, ref: str) -> StoredCase:
    plain = ref.replace("-", "").strip().upper()
    stored = case_store.load_ref(tx, plain) if len(plain) == REF_CHARACTERS else None
    if stored is None:
        raise InputError(
            [
                Problem(
                    quoted(ref),
                    "There is no case with this reference.",
                    "`peer-support cases list --all` shows the references, such as K7QF-9M2D.",
                )
            ]
        )
    return stored


def _facts(stored: StoredCase) -> dict[str, Any]:
    case: Case = stored.case
    return {
        "ref": shown(case.ref),
        "state": case.state.value,
        "outcome": case.outcome and case.outcome.value,
        "languages": list(stored.asked.languages),
        "topics": list(stored.asked.topics),
        "channels": list(stored.asked.channels),
        "received_at": _time(case.received_at),
        "waiting_since": _time(case.waiting_since),
        "due_at": _time(stored.due_at),
        "live_offers": len(case.live_offers),
        "offers": len(case.offers),
        "closed_at": _time(case.closed_at),
    }


def _time(at: Any) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"


COMMANDS = (cases,)
