"""`keys rewrap`: a new master secret, and every key wrapped under it."""

from __future__ import annotations

from pathlib import Path

import click

from bot import app
from bot.cli.agreeing import be_sure, yes_option
from bot.cli.opening import store_told, without_worker
from bot.cli.words import say
from bot.config import Config
from bot.config import load as load_config
from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.private import variables
from bot.problems import InputError
from bot.store.keyring import Keyring, read_secret, write_new_secret
from bot.store.rewrap import rewrap as rewrap_store
from bot.store.store import open_store


@click.command()
@yes_option
@click.pass_obj
def rewrap(config_file: str | None, yes: bool) -> None:
    """Change the master secret.

    After it, the old one opens nothing in this store.
    """
    path = app.config_path(config_file, variables())
    config = load_config(path, variables())
    with store_told(config):
        _rewrap(path, config, yes=yes)


def _rewrap(path: Path, config: Config, *, yes: bool) -> None:
    secret = app.secret_path(path)
    fresh = secret.with_name(secret.name + ".new")
    if not fresh.exists():
        _be_alone(config.database_url, app.open_keyring(path, variables()))
        follows = (
            "Every key is wrapped under a new master secret. The one of today opens nothing here "
            "after that; backups that were made until now open with it alone."
        )
        be_sure("keys rewrap", follows, yes=yes)
        write_new_secret(fresh)
    # The new one is on disk before anything is wrapped under it: a rewrap that is cut off goes on.
    new = Keyring(read_secret({}, fresh))
    if not _was_done(config.database_url, new):
        store = open_store(config.database_url, app.open_keyring(path, variables()))
        try:
            with without_worker(store):
                done = rewrap_store(store, new)
        finally:
            store.close()
        say(f"{done.keys} keys are wrapped under a new master secret.")
        if done.left:
            say(
                f"{done.left} did not open and are left as they were: damaged, or of another "
                "secret. What they guard cannot be read."
            )
    _put_in_place(fresh, secret)
    say("Start worker and desk again. Keep a copy of the new secret, and destroy the old.")


def _be_alone(database_url: str, keyring: Keyring) -> None:
    """Refuse while a worker is at work, before anybody is asked or anything is made."""
    store = open_store(database_url, keyring)
    try:
        with without_worker(store):
            pass
    finally:
        store.close()


def _was_done(database_url: str, new: Keyring) -> bool:
    """Say whether a rewrap was cut off after the store was changed."""
    try:
        open_store(database_url, new).close()
    except InputError:
        return False
    return True


def _put_in_place(fresh: Path, secret: Path) -> None:
    if variables().get(VARIABLE):
        say(f"Put the contents of {fresh} into {VARIABLE}, and delete the file then.")
        return
    fresh.replace(secret)
    say(f"The new master secret is in {secret}.")
