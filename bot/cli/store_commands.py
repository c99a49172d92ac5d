"""`store`: a copy of the store in a file, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar

from bot.cli.help_texts import Group
from bot.cli.opening import open_store, without_worker
from bot.cli.targets import be_makeable
from bot.cli.words import say
from bot.problems import InputError, Problem
from bot.store import backup

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(cls=Group)
def store() -> None:
    """Copy the store into a file, and back."""


@store.command("backup")
@FILE
@click.option(
    "--with-keys",
    is_flag=True,
    help="Keep the keys and all that they open. Whoever has this file and the master secret can "
    "read every open request, for as long as the file exists.",
)
@click.pass_obj
def back_up(config_file: str | None, file: Path, with_keys: bool) -> None:
    """Write the store to a new FILE, while worker and desk go on.

    Without keys it holds the roster, the limits, the settings and the bare rows of closed cases:
    nothing of it opens a request, and requests that are open are not in it.
    """
    be_makeable(file)
    with open_store(config_file) as (_config, opened), _bars() as progress:
        count = backup.back_up(opened, file, with_keys=with_keys, progress=progress)
    say(f"{count} rows are in {file}, which only this account can read.")
    if with_keys:
        say("Its keys are in it. Keep it away from the master secret, and delete it soon.")
    else:
        say("No keys are in it, and no open requests.")


@store.command()
@FILE
@click.pass_obj
def restore(config_file: str | None, file: Path) -> None:
    """Fill an empty store from the backup FILE.

    `init` makes the empty one. The network is paused then, until `resume`.
    """
    if not file.exists():
        raise InputError([Problem(str(file), "There is no such file.", "Look at its name.")])
    with (
        open_store(config_file) as (_config, opened),
        without_worker(opened),
        _bars() as progress,
    ):
        count, had_keys = backup.restore(opened, file, progress)
    say(f"{count} rows are in the store. Start worker and desk again.")
    if not had_keys:
        say(
            "The backup held no keys: requests that were open on that day are not in it, and "
            "their people have to ask again. Please say so on the wiki."
        )
    say(
        "The network is paused. Mails of that day may have gone since then: look with "
        "`peer-support status`, then `peer-support resume`."
    )


@contextmanager
def _bars() -> Iterator[backup.Progress]:
    with Bar(console=Console(stderr=True)) as bar:
        tasks: dict[str, int] = {}

        def progress(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table.replace("_", " "), total=total)
            bar.update(tasks[table], completed=done)  # type: ignore[arg-type]

        yield progress


COMMANDS = (store,)
