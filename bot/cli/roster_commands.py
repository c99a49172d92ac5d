"""Commands about supporters."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from bot import app
from bot.casework.effects import Door
from bot.casework.roster import RosterEntry, Supporter, SupporterStatus
from bot.casework.roster_file import read_roster, write_roster
from bot.cli.agreeing import be_sure, yes_option
from bot.cli.help_texts import Group
from bot.cli.opening import open_network, open_store
from bot.cli.tables import show_table
from bot.cli.targets import be_makeable
from bot.cli.words import say
from bot.network_state import is_ending
from bot.problems import InputError, Problem, nearest, quoted
from bot.request.avoided import names_in, read_line
from bot.request.usernames import as_typed, normalise
from bot.store import accounts
from bot.store import cases as case_store
from bot.store import roster as roster_store
from bot.store.store import Store, Tx
from bot.text_files import read_text
from bot.yaml_places import Located, read_yaml
from bot.zones import is_known

NOBODY_ANY_MORE = "Nobody is on the roster any more: the network has ended."
NOBODY = "Nobody is on the roster yet: `peer-support roster import FILE`."


@click.group(cls=Group)
def roster() -> None:
    """Keep the list of supporters.

    They are kept in the store; files are for import and export.
    """


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_roster(config_file: str | None, file: Path) -> None:
    """Import the supporters of a roster FILE.

    All of them, or none if something in it is wrong.
    """
    with open_store(config_file) as (config, store):
        text = read_text(file)
        entries = read_roster(
            text,
            str(file),
            topics=[topic.id for topic in config.topics],
            channels=[channel.id for channel in config.channels],
            backgrounds=[background.id for background in config.backgrounds],
        )
        network = app.open_network(config, store)
        names = {entry.user for entry in entries} | names_in(
            text for entry in entries for text in entry.avoid
        )
        people = network.people.by_name(names)
        _all_exist(read_yaml(text, str(file)), entries, set(people))
        new = updated = 0
        now = app.clock()
        with network.store.write() as tx:
            for entry in entries:
                person = people[entry.user]
                known = roster_store.get(tx, person.user_id)
                former = () if known is None else known.renamed(person.name).former_names
                avoid = [people[name].user_id for t in entry.avoid for name in _meant(t, people)]
                supporter = entry.as_supporter(person.user_id, person.name, former, avoid)
                if supporter != known:
                    new += roster_store.put(tx, supporter, now)
                    updated += known is not None
                case_store.end_offers_to_absent(tx, supporter, now=now, policy=config.policy)
            roster_store.look_again(tx, now)
    same = len(entries) - new - updated
    kept = f", {same} as they were" if same else ""
    click.echo(f"{new} new, {updated} updated{kept}.")
    unreachable = [e.user for e in entries if not people[e.user].emailable]
    if unreachable:
        say("These cannot be written to by Wikimail, and so will not be asked:")
        for name in unreachable:
            click.echo(f"  {name}")


def _meant(text: str, found: Collection[str]) -> tuple[str, ...]:
    """Return which accounts a name on an avoid list means: the one of just this name, or others.

    Nobody where a part of it is nobody's.
    """
    exact, line = as_typed(text), read_line(text)
    if exact is not None and exact in found:
        return (exact,)
    return () if line.left_over(found) else tuple(n for n in line.names if n in found)


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
            for text in entry.avoid
            if not _meant(text, found)
            for name in read_line(text).left_over(found) or [text]
        ]
    if problems:
        raise InputError(problems)


@roster.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export_roster(config_file: str | None, file: Path) -> None:
    """Write the roster to FILE, readable by you alone."""
    be_makeable(file)
    with open_network(config_file, working=False) as network:
        with network.store.read() as tx:
            everybody, broken = roster_store.read_all(tx)
        avoided = network.people.by_id({i for one in everybody for i in one.avoid})
    entries = [
        one.as_entry(avoided[i].name for i in sorted(one.avoid) if i in avoided)
        for one in everybody
    ]
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:  # made meanwhile
        be_makeable(file)
        raise
    file.write_text(write_roster(entries), encoding="utf-8")
    say(f"{len(entries)} supporters written to {file}.")
    _tell_broken(broken)


@roster.command("list")
@click.pass_obj
def list_roster(config_file: str | None) -> None:
    """List the supporters."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        everybody, broken = roster_store.read_all(tx)
        cases = roster_store.open_cases(tx)
        none = NOBODY_ANY_MORE if is_ending(tx) else NOBODY
    show_table(
        ("supporter", "user id", "status", "languages", "channels", "cases"),
        (
            (
                one.name,
                str(one.user_id),
                one.status.value,
                ", ".join(one.languages),
                ", ".join(sorted(one.channels)),
                f"{cases.get(one.user_id, 0)}\u00a0of\u00a0{one.capacity}",
            )
            for one in everybody
        ),
        empty=none,
    )
    for one in everybody:
        if not is_known(one.timezone):
            say(f"{one.name}: no time zone {one.timezone} is known here; they are asked by UTC.")
    _tell_broken(broken)


def _tell_broken(broken: Collection[int]) -> None:
    """Name by number whose entries cannot be read: they are not among the others."""
    if broken:
        say(f"Cannot be read, and left out: user id {', '.join(map(str, sorted(broken)))}.")


@roster.command()
@click.argument("name")
@click.pass_obj
def pause(config_file: str | None, name: str) -> None:
    """Make no more offers to the supporter NAME, and end open ones; open cases stay with them."""
    with open_store(config_file) as (config, _store):
        policy = config.policy
    now = app.clock()
    with _changing(config_file, name) as (tx, supporter, _store):
        paused = replace(supporter, status=SupporterStatus.PAUSED)
        roster_store.put(tx, paused, now)
        ended = case_store.end_offers_to_absent(tx, paused, now=now, policy=policy)
    click.echo(f"Paused. {ended} open offers go to somebody else." if ended else "Paused.")


@roster.command()
@click.argument("name")
@click.pass_obj
def resume(config_file: str | None, name: str) -> None:
    """Make offers to the supporter NAME again."""
    with _changing(config_file, name) as (tx, supporter, _store):
        active = replace(supporter, status=SupporterStatus.ACTIVE, away_until=None)
        roster_store.put(tx, active, app.clock())
        roster_store.look_again(tx, app.clock())
    click.echo("Active.")


@roster.command()
@click.argument("name")
@yes_option
@click.pass_obj
def remove(config_file: str | None, name: str, yes: bool) -> None:
    """Erase the supporter NAME; their open cases and offers go to somebody else."""
    with open_store(config_file) as (config, store):
        policy = config.policy
        with store.read() as tx:
            leaving = find_supporter(tx, name)
            has = roster_store.open_cases(tx, only=[leaving.user_id]).get(leaving.user_id, 0)
    follows = (
        f"“{leaving.name}” is erased: their languages and hours, whom they avoid, all that is "
        f"kept of them. Their open cases ({has}) and offers go to somebody else."
    )
    be_sure("roster remove", follows, yes=yes)
    with _changing(config_file, name) as (tx, supporter, _store):
        given_back = case_store.leave(tx, supporter.user_id, now=app.clock(), policy=policy)
        roster_store.remove(tx, supporter.user_id)
        for door in (Door.ME, Door.JOIN):
            accounts.end_links(tx, door, supporter.user_id)
    say(f"Removed. {given_back} cases and offers go to somebody else.")


@contextmanager
def _changing(config_file: str | None, name: str) -> Iterator[tuple[Tx, Supporter, Store]]:
    with open_store(config_file) as (_config, store), store.write() as tx:
        yield tx, find_supporter(tx, name), store


def find_supporter(tx: Tx, name: str) -> Supporter:
    """Find who is called so now, or say that nobody is."""
    wanted = normalise(name)
    everybody = {one.name: one for one in roster_store.everybody(tx)}
    if wanted in everybody:
        return everybody[wanted]
    what = "No supporter has this name." if wanted else "This cannot be a user name."
    near = nearest(wanted or name, everybody)
    meant = f"Did you mean {quoted(near)}? " if near else ""
    mend = f"{meant}`peer-support roster list` shows them all."
    raise InputError([Problem(quoted(name), what, mend)])


COMMANDS = (roster,)
