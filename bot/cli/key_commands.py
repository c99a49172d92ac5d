"""Commands about the page keys."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.cli.opening import open_network, open_store
from bot.cli.rewrap_command import rewrap
from bot.store import intake


@click.group()
def keys() -> None:
    """Look at the page keys, and change them."""


@keys.command("list")
@click.pass_obj
def list_keys(config_file: str | None) -> None:
    """List the page keys, newest first."""
    now = app.clock()
    with open_store(config_file) as (_config, store), store.read() as tx:
        found = intake.keys(tx)
    table = Table("key", "made", "seals until", "state")
    for key in found:
        state = "destroyed" if key.private is None else "in use"
        if key.private is not None and key.expires_at <= now:
            state = "expired, still read with"
        made, until = f"{key.made_at:%Y-%m-%d %H:%M}", f"{key.expires_at:%Y-%m-%d %H:%M}"
        table.add_row(key.id, made, until, state)
    Console().print(table)


@keys.command()
@click.pass_obj
def rotate(config_file: str | None) -> None:
    """Make a new page key now and publish it; older ones still open what was sealed to them."""
    with open_network(config_file, working=True) as network:
        from bot.cli.publishing import publish_keys  # noqa: PLC0415 - loads Pywikibot
        from bot.steps.rotate import make_key  # noqa: PLC0415

        with network.store.write() as tx:
            key_id = make_key(network, tx, network.clock())
        publish_keys(network)
    click.echo(f"Published the key {key_id}.")


keys.add_command(rewrap)

COMMANDS = (keys,)
