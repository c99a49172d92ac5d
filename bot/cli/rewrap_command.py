"""`keys rewrap`: a new master secret, and every key wrapped under it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot import app
from bot.config import load as load_config
from bot.problems import InputError
from bot.store.keyring import VARIABLE, Keyring, read_secret, write_new_secret
from bot.store.lock import sole_worker
from bot.store.rewrap import rewrap as rewrap_store
from bot.store.store import open_store


@click.command()
@click.pass_obj
def rewrap(config_file: str | None) -> None:
    """Change the master secret: after it, the old one opens nothing in this store."""
    path = app.config_path(config_file, os.environ)
    config = load_config(path, os.environ)
    secret = app.secret_path(path)
    fresh = secret.with_name(secret.name + ".new")
    if not fresh.exists():
        write_new_secret(fresh)
    # The new one is on disk before anything is wrapped under it: a rewrap that is cut off goes on.
    new = Keyring(read_secret({}, fresh))
    if not _was_done(config.database_url, new):
        store = open_store(config.database_url, app.open_keyring(path, os.environ))
        try:
            with sole_worker(store.engine, _say_waiting):
                count = rewrap_store(store, new)
        finally:
            store.close()
        click.echo(f"{count} keys are wrapped under a new master secret.")
    _put_in_place(fresh, secret)
    click.echo("Start worker and desk again. Keep a copy of the new secret, and destroy the old.")


def _was_done(database_url: str, new: Keyring) -> bool:
    """Say whether a rewrap was cut off after the store was changed."""
    try:
        open_store(database_url, new).close()
    except InputError:
        return False
    return True


def _put_in_place(fresh: Path, secret: Path) -> None:
    if os.environ.get(VARIABLE):
        click.echo(f"Put the contents of {fresh} into {VARIABLE}, and delete the file then.")
        return
    fresh.replace(secret)
    click.echo(f"The new master secret is in {secret}.")


def _say_waiting() -> None:
    click.echo(
        "A worker is at work; waiting until it ends. Please stop it, and the desk.", err=True
    )
