"""Commands about cases: references, states and times, never a name or a word that was written."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.casework import matching
from bot.casework.mails import shown
from bot.casework.matching import RosterIndex
from bot.casework.states import Case
from bot.casework.surge import Line
from bot.cli.opening import open_store
from bot.cli.roster_commands import find_supporter
from bot.problems import InputError, Problem
from bot.store import cases as case_store
from bot.store import decisions, line, roster
from bot.store.cases import StoredCase
from bot.store.decisions import Decided
from bot.store.schema import cases as case_table
from bot.store.store import Tx
from bot.store.wishes import wish_of

REF_CHARACTERS = 8


@click.group()
def cases() -> None:
    """Look at cases, and decide about them: references, states and times."""


@cases.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_cases(config_file: str | None, everything: bool, as_json: bool) -> None:
    """List the open cases, the longest waiting first."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        wanted = () if everything else (case_table.c.state.in_(case_store.OPEN_STATES),)
        rows = [_facts(stored) for stored in case_store.load_where(tx, *wanted)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table("reference", "state", "languages", "waiting since", "offers", "next due")
    for row in rows:
        asked = f"{row['live_offers']} live, {row['offers']} in all"
        table.add_row(
            row["ref"],
            row["outcome"] or row["state"],
            ", ".join(row["languages"]),
            row["waiting_since"],
            asked,
            row["due_at"] or "–",
        )
    Console().print(table)


@cases.command()
@click.argument("ref")
@click.pass_obj
def show(config_file: str | None, ref: str) -> None:
    """Show one case: what it asks for and what happened to it."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        stored = _find(tx, ref)
        events = case_store.happenings(tx, stored.id)
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _facts(stored).items():
        text = ", ".join(value) if isinstance(value, list) else value
        table.add_row(name.replace("_", " "), "–" if text in (None, "") else str(text))
    console = Console()
    console.print(table)
    for at, event in events:
        console.print(f"{at:%Y-%m-%d %H:%M} {event}", highlight=False)


@cases.command()
@click.argument("ref")
@click.pass_obj
def why(config_file: str | None, ref: str) -> None:
    """Show, supporter by supporter (user ids), which rules of matching hold for a case."""
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
        table = Table("supporter", "matches", "because it misses")
        for one in everybody:
            load = loads.get(one.user_id, matching.Load())
            # Whom somebody avoids is theirs to know: a miss there reads like any other.
            verdicts = matching.explain(wish, one, load, None, now, policy)
            missed = [verdict.rule for verdict in verdicts if not verdict.hit]
            table.add_row(str(one.user_id), "no" if missed else "yes", ", ".join(missed) or "–")
        held = line.state(tx) is Line.HELD and stored.case.begun_at is None
    Console().print(table)
    if held:
        click.echo(
            "It waits its turn: more came than the day's mails carry. `cases offer` asks now."
        )
    click.echo(f"Rules, in their order: {', '.join(rule.name for rule in matching.RULES)}.")


@cases.command()
@click.argument("ref")
@click.argument("user")
@click.option("--any-language", is_flag=True, help="Also where no language is shared.")
@click.pass_obj
def offer(config_file: str | None, ref: str, user: str, any_language: bool) -> None:
    """Have USER, a supporter, asked about a case; whoever supports it until now is thanked."""
    with open_store(config_file) as (config, store), store.write() as tx:
        stored = _find(tx, ref)
        chosen = find_supporter(tx, user, "USER")
        decided = decisions.offer(
            tx,
            stored.id,
            chosen.user_id,
            any_language=any_language,
            now=app.clock(),
            policy=config.policy,
        )
    if decided is Decided.NOT_THEM:
        what = "This person can not be asked about this case."
        raise InputError([Problem("USER", what, "Choose somebody else. Nothing was changed.")])
    _told(decided, "Asked, as soon as the worker has sent the mail.")


@cases.command()
@click.argument("ref")
@click.option("--misuse", is_flag=True, help="It was made to do harm: everything goes at once.")
@click.option("--bar", is_flag=True, help="With --misuse: take nothing of this account for a year.")
@click.pass_obj
def close(config_file: str | None, ref: str, misuse: bool, bar: bool) -> None:
    """End a case; what was written is erased, and both are told that it has ended."""
    if bar and not misuse:
        what = "An account is barred for misuse alone."
        raise InputError([Problem("--bar", what, "Say --misuse --bar, or leave both out.")])
    now = app.clock()
    with open_store(config_file) as (config, store), store.write() as tx:
        stored = _find(tx, ref)
        if misuse:
            decided = decisions.misuse(tx, stored.id, barred=bar, now=now, policy=config.policy)
        else:
            decided = decisions.close(tx, stored.id, now=now, policy=config.policy)
    _told(decided, "Closed. The account is barred for a year." if bar else "Closed.")


def _told(decided: Decided, done: str) -> None:
    if decided is Decided.MOVED_ON:
        what = "This case has ended already. Nothing was changed."
        raise InputError([Problem("REF", what, "`peer-support cases list` shows the open ones.")])
    click.echo(done)


def _find(tx: Tx, ref: str) -> StoredCase:
    plain = ref.replace("-", "").strip().upper()
    stored = case_store.load_ref(tx, plain) if len(plain) == REF_CHARACTERS else None
    if stored is None:
        raise InputError(
            [
                Problem(
                    "REF",
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
