"""Commands about supporters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.casework.roster import RosterEntry, Supporter, SupporterStatus
from bot.casework.roster_file import read_roster, write_roster
from bot.cli.opening import open_network, open_store
from bot.problems import InputError, Problem
from bot.request.usernames import normalise
from bot.store import cases as case_store
from bot.store import roster as roster_store
from bot.store.store import Store, Tx
from bot.yaml_places import Located, read_yaml


@click.group()
def roster() -> None:
    """Keep the list of supporters; the store is the truth, a file is a way in and out."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_roster(config_file: str | None, file: Path) -> None:
    """Take supporters from a roster FILE: all of them, or none when something is wrong in it."""
    with open_store(config_file) as (config, store):
        text = _text(file)
        entries = read_roster(
            text,
            str(file),
            topics=[topic.id for topic in config.topics],
            channels=[channel.id for channel in config.channels],
            backgrounds=[background.id for background in config.backgrounds],
        )
        network = app.open_network(config, store)
        names = {entry.user for entry in entries} | {n for e in entries for n in e.avoid}
        people = network.people.by_name(names)
        _all_exist(read_yaml(text, str(file)), entries, set(people))
        new = 0
        now = app.clock()
        with network.store.write() as tx:
            for entry in entries:
                person = people[entry.user]
                known = roster_store.get(tx, person.user_id)
                former = () if known is None else known.former_names
                avoid = [people[name].user_id for name in entry.avoid]
                supporter = entry.as_supporter(person.user_id, person.name, former, avoid)
                new += roster_store.put(tx, supporter, now)
            roster_store.look_again(tx, now)
    click.echo(f"{new} new, {len(entries) - new} updated.")
    unreachable = [e.user for e in entries if not people[e.user].emailable]
    if unreachable:
        click.echo("These can not be written to by Wikimail, and so will not be asked:")
        for name in unreachable:
            click.echo(f"  {name}")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what = "This is not UTF-8 text."
        raise InputError([Problem(str(file), what, "Save the file as UTF-8.")]) from None


def _all_exist(written: Located, entries: tuple[RosterEntry, ...], found: set[str]) -> None:
    problems = []
    for number, entry in enumerate(entries):
        if entry.user not in found:
            problems.append(
                Problem(
                    written.place((number, "user")),
                    f"There is no account “{entry.user}” on this wiki.",
                    "Look at the spelling; capitals count from the second letter on.",
                )
            )
        problems += [
            Problem(
                written.place((number, "avoid")),
                f"“{name}”, whom {entry.user} avoids, is no account on this wiki.",
                "Look at the spelling, or take the name out if the account is gone.",
            )
            for name in entry.avoid
            if name not in found
        ]
    if problems:
        raise InputError(problems)


@roster.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export_roster(config_file: str | None, file: Path) -> None:
    """Write the roster to FILE, readable by you alone."""
    if file.exists():
        raise InputError([_there(file)])
    with open_network(config_file, working=False) as network:
        with network.store.read() as tx:
            everybody = roster_store.everybody(tx)
        avoided = network.people.by_id({i for one in everybody for i in one.avoid})
    entries = [
        one.as_entry(avoided[i].name for i in sorted(one.avoid) if i in avoided)
        for one in everybody
    ]
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:  # made meanwhile
        raise InputError([_there(file)]) from None
    file.write_text(write_roster(entries), encoding="utf-8")
    click.echo(f"{len(entries)} supporters written to {file}.")


def _there(file: Path) -> Problem:
    return Problem(str(file), "This file is there already.", "Name one that is not.")


@roster.command("list")
@click.pass_obj
def list_roster(config_file: str | None) -> None:
    """List the supporters."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        everybody = roster_store.everybody(tx)
        cases = roster_store.open_cases(tx)
    table = Table("supporter", "user id", "status", "languages", "channels", "cases")
    for one in everybody:
        table.add_row(
            one.name,
            str(one.user_id),
            one.status.value,
            ", ".join(one.languages),
            ", ".join(sorted(one.channels)),
            f"{cases.get(one.user_id, 0)} of {one.capacity}",
        )
    Console().print(table)


@roster.command()
@click.argument("name")
@click.pass_obj
def pause(config_file: str | None, name: str) -> None:
    """Make no more offers to a supporter; open cases stay with them."""
    with _changing(config_file, name) as (tx, supporter, _store):
        roster_store.put(tx, replace(supporter, status=SupporterStatus.PAUSED), app.clock())
    click.echo("Paused.")


@roster.command()
@click.argument("name")
@click.pass_obj
def resume(config_file: str | None, name: str) -> None:
    """Make offers to a supporter again."""
    with _changing(config_file, name) as (tx, supporter, _store):
        active = replace(supporter, status=SupporterStatus.ACTIVE, away_until=None)
        roster_store.put(tx, active, app.clock())
        roster_store.look_again(tx, app.clock())
    click.echo("Active.")


@roster.command()
@click.argument("name")
@click.pass_obj
def remove(config_file: str | None, name: str) -> None:
    """Erase a supporter; their open cases and offers go to somebody else."""
    with open_store(config_file) as (config, _store):
        policy = config.policy
    with _changing(config_file, name) as (tx, supporter, _store):
        given_back = case_store.leave(tx, supporter.user_id, now=app.clock(), policy=policy)
        roster_store.remove(tx, supporter.user_id)
    click.echo(f"Removed. {given_back} cases and offers go to somebody else.")


@contextmanager
def _changing(config_file: str | None, name: str) -> Iterator[tuple[Tx, Supporter, Store]]:
    with open_store(config_file) as (_config, store), store.write() as tx:
        yield tx, find_supporter(tx, name, "NAME"), store


def find_supporter(tx: Tx, name: str, place: str) -> Supporter:
    """Find who is called so now, or say that nobody is."""
    wanted = normalise(name)
    for one in roster_store.everybody(tx):
        if one.name == wanted:
            return one
    what = "No supporter has this name."
    raise InputError([Problem(place, what, "`peer-support roster list` shows them all.")])


COMMANDS = (roster,)
