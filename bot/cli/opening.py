"""What commands open before they work, and close when they are done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import app
from bot.config import Config
from bot.config import load as load_config
from bot.private import variables
from bot.problems import InputError, Problem
from bot.store.engine import place_of
from bot.store.lock import LockTakenError, leading, sole_worker
from bot.store.store import DeposedError, Store, get_setting, put_setting
from bot.store.store import open_store as store_of
from bot.troubles import OutOfReachError, of_store

if TYPE_CHECKING:
    from bot.network import Network

WIKI_ID = "wiki"
"""The wiki that this store is of."""


@contextmanager
def open_store(config_file: str | None) -> Iterator[tuple[Config, Store]]:
    """Open configuration and store; what keeps the store from working is told with its place."""
    path = app.config_path(config_file, variables())
    config = load_config(path, variables())
    with store_told(config):
        store = store_of(config.database_url, app.open_keyring(path, variables()))
        try:
            yield config, store
        finally:
            store.close()


@contextmanager
def store_told(config: Config) -> Iterator[None]:
    """Turn the database's errors into words."""
    try:
        yield
    except DBAPIError as error:
        raise OutOfReachError(of_store(error, place_of(make_url(config.database_url)))) from None


@contextmanager
def open_network(
    config_file: str | None, *, working: bool, beside: bool = False, user: str | None = None
) -> Iterator[Network]:
    """Open everything; `working` takes the lock of the one worker first, and waits for nobody.

    While a worker has it, that is told, and ends the command. `beside` goes on without the lock
    then, for what may be done beside a worker: `is_worker_elsewhere` says which it is.
    """
    with open_store(config_file) as (config, store), ExitStack() as held:
        if working:
            try:
                held.enter_context(leading(store))
            except LockTakenError:
                if not beside:
                    raise OutOfReachError(AT_WORK) from None
        try:
            network = app.open_network(config, store, user)
            if working:
                be_its_wiki(network)
            yield network
        except DeposedError:
            raise OutOfReachError(DEPOSED) from None


def is_worker_elsewhere(network: Network) -> bool:
    """Say of a network that was opened `beside` whether it has a worker, to which work is left."""
    return network.store.term is None


@contextmanager
def without_worker(store: Store) -> Iterator[None]:
    """Keep the store from every worker; one that is at work is told of, and ends the command."""
    try:
        with sole_worker(store.engine):
            yield
    except LockTakenError:
        raise OutOfReachError(AT_WORK) from None


AT_WORK = Problem(
    "the worker",
    "A worker is at work on this store, and this command needs the store alone. Nothing was done.",
    "Stop the worker first: `toolforge jobs delete worker` on Toolforge, `systemctl stop` where it "
    "is a service, Ctrl-C where `run` or `once` holds a terminal, `kill` with its number where it "
    "runs in the background (`pgrep -af peer-support` shows it). Then run this again, and start "
    "the worker again.",
)
DEPOSED = Problem(
    "the worker",
    "Another worker has taken over: this one had lost its lock.",
    "Nothing is lost, and the other goes on. Look with `peer-support status`.",
)


def be_its_wiki(network: Network) -> None:
    """Refuse to serve another wiki with this store: revisions and keys are of one wiki alone."""
    with network.store.write() as tx:
        known = get_setting(tx, WIKI_ID)
        if known is None:
            put_setting(tx, WIKI_ID, network.wiki.wiki_id)
            return
    if known != network.wiki.wiki_id:
        what = (
            f"This store is of the wiki {known}, and user-config.py names {network.wiki.wiki_id}."
        )
        mend = (
            "One network serves one wiki: give each a configuration, a database and a "
            "PYWIKIBOT_DIR of its own."
        )
        raise InputError([Problem("database", what, mend)])


def say_waiting() -> None:
    """Say once that another worker is at work."""
    click.echo("Another worker is at work; waiting until it ends.", err=True)
