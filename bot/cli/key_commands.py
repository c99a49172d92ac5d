"""Commands about the page keys."""

from __future__ import annotations

from types import MappingProxyType

import click

from bot import app
from bot.cli.help_texts import Group
from bot.cli.opening import is_worker_elsewhere, open_network, open_store
from bot.cli.rewrap_command import rewrap
from bot.cli.tables import show_table
from bot.cli.words import say
from bot.network_state import is_ending
from bot.problems import InputError, Problem
from bot.store import intake
from bot.store.intake import KeyState

NO_KEYS_ANY_MORE = "There are no page keys any more: the network has ended."
NO_KEYS = "There are no page keys yet: `peer-support publish` makes the first."
_STATES = MappingProxyType(
    {
        KeyState.OPENS: "in use",
        KeyState.UNREADABLE: "does not open",
        KeyState.DESTROYED: "destroyed",
    }
)
_ENDS = "The network is being wound down, or has ended: it takes nothing that a key would be for."
_LEAVE_IT = "There is nothing to do: `wind-down` destroys the keys."


@click.group(cls=Group)
def keys() -> None:
    """Look at the page keys, and change them."""


@keys.command("list")
@click.pass_obj
def list_keys(config_file: str | None) -> None:
    """List the page keys, newest first."""
    now = app.clock()
    with open_store(config_file) as (_config, store), store.read() as tx:
        found = intake.keys(tx)
        none = NO_KEYS_ANY_MORE if is_ending(tx) else NO_KEYS
    rows = []
    for key in found:
        state = _STATES[key.state]
        if key.state is KeyState.OPENS and key.expires_at <= now:
            state = "expired, still opens"
        made, until = f"{key.made_at:%Y-%m-%d %H:%M}", f"{key.expires_at:%Y-%m-%d %H:%M}"
        rows.append((key.id, made, until, state))
    show_table(("key", "made", "seals until", "state"), rows, empty=none)


@keys.command()
@click.pass_obj
def rotate(config_file: str | None) -> None:
    """Make a new page key now, and publish it.

    Older ones still open what was sealed to them.
    """
    with open_network(config_file, working=True, beside=True) as network:
        from bot.cli.publishing import publish_keys  # noqa: PLC0415 - loads Pywikibot
        from bot.steps.rotate import make_key  # noqa: PLC0415

        with network.store.write() as tx:
            if is_ending(tx):
                raise InputError([Problem("keys rotate", _ENDS, _LEAVE_IT)])
            key_id = make_key(network, tx, network.clock())
        if is_worker_elsewhere(network):
            say(
                f"Made the key {key_id}. The worker, which is at work, publishes it in its next "
                "round, within a minute or so."
            )
            return
        said = publish_keys(network)
    click.echo(f"Published the key {key_id}. The key page: {said}.")


keys.add_command(rewrap)

COMMANDS = (keys,)
