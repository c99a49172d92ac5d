"""What commands open before they work, and close when they are done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot import app
from bot.config import Config
from bot.store.lock import sole_worker
from bot.store.store import Store

if TYPE_CHECKING:
    from bot.network import Network


@contextmanager
def open_store(config_file: str | None) -> Iterator[tuple[Config, Store]]:
    """Open configuration and store."""
    config, store = app.open_config_and_store(config_file, os.environ)
    try:
        yield config, store
    finally:
        store.close()


@contextmanager
def open_network(
    config_file: str | None, *, working: bool, user: str | None = None
) -> Iterator[Network]:
    """Open everything; `working` takes the lock of the one worker first."""
    with open_store(config_file) as (config, store):
        if not working:
            yield app.open_network(config, store, user)
            return
        with sole_worker(store.engine, _say_waiting):
            yield app.open_network(config, store, user)


def _say_waiting() -> None:
    click.echo("Another worker is at work; waiting until it ends.", err=True)
