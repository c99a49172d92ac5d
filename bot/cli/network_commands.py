"""Commands about the network as a whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import app
from bot.cli.opening import open_network, open_store
from bot.config import load as load_config
from bot.overview import Overview, look
from bot.store.keyring import VARIABLE, write_new_secret
from bot.store.store import STATE, create_store, put_setting


@click.command()
@click.pass_obj
def init(config_file: str | None) -> None:
    """Make the master secret and the store, or bring an older store forward."""
    path = app.config_path(config_file, os.environ)
    config = load_config(path, os.environ)
    secret = app.secret_path(path)
    if os.environ.get(VARIABLE):
        click.echo(f"The master secret comes from {VARIABLE}.")
    elif secret.exists():
        click.echo(f"The master secret is there: {secret}")
    else:
        write_new_secret(secret)
        click.echo(f"Made a master secret: {secret}")
        click.echo("Keep a copy somewhere safe, away from the store's backups.")
    create_store(config.database_url, app.open_keyring(path, os.environ))
    click.echo("The store is ready. Next: peer-support check")


@click.command()
@click.pass_obj
def check(config_file: str | None) -> None:
    """Look at every precondition, and say what to mend."""
    from bot.checks import run_checks  # noqa: PLC0415 - loads Pywikibot

    console = Console()
    failed = False
    with open_network(config_file, working=False) as network:
        for result in run_checks(network):
            mark = "[green]ok  [/]" if result.passed else "[red]fail[/]"
            console.print(f"{mark} {result.name}: ", end="")
            console.print(result.found, markup=False, highlight=False)
            if not result.passed:
                failed = True
                console.print(f"     {result.mend}", markup=False, highlight=False)
    if failed:
        raise SystemExit(1)


@click.command()
@click.option(
    "--as",
    "user",
    metavar="NAME",
    help="Publish gadget, templates and pages with this account of user-config.py.",
)
@click.pass_obj
def publish(config_file: str | None, user: str | None) -> None:
    """Publish the key page, and the pages and gadget that the account may edit."""
    from bot.cli.publishing import publish_pages  # noqa: PLC0415 - loads Pywikibot
    from bot.steps.publish import publish as publish_keys  # noqa: PLC0415
    from bot.steps.rotate import rotate  # noqa: PLC0415

    with open_network(config_file, working=True) as network:
        rotate(network)
        done = publish_keys(network)
        click.echo("key page: " + ("saved" if done else "as it should be"))
        publish_pages(network, user)


@click.command()
@click.pass_obj
def run(config_file: str | None) -> None:
    """Work until stopped: read, match, mail, follow up."""
    from bot.schedule import run as run_schedule  # noqa: PLC0415 - loads Pywikibot

    with open_network(config_file, working=True) as network:
        run_schedule(network)


@click.command()
@click.pass_obj
def once(config_file: str | None) -> None:
    """Do every step until no work is left, then end."""
    from bot.schedule import once as do_once  # noqa: PLC0415 - loads Pywikibot

    with open_network(config_file, working=True) as network:
        do_once(network)
        requests = network.wiki.requests
    click.echo(f"Nothing left to do. Requests to the wiki: {requests}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(config_file: str | None, as_json: bool) -> None:
    """Show how the network stands, in numbers."""
    with open_store(config_file) as (_config, store), store.read() as tx:
        seen = look(tx, app.clock())
    if as_json:
        click.echo(json.dumps(seen.plain(), indent=2))
    else:
        Console().print(_table(seen))


def _table(seen: Overview) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in seen.plain().items():
        shown = "–" if value is None else str(value)
        if isinstance(value, dict):
            shown = ", ".join(f"{count} {what}" for what, count in value.items()) or "none"
        table.add_row(name.replace("_", " "), shown)
    return table


@click.command()
@click.pass_obj
def pause(config_file: str | None) -> None:
    """Stop taking requests and making offers, at once; nothing is lost."""
    _set_state(config_file, "paused")
    click.echo("Paused. The key page says so as soon as the worker has saved it.")


@click.command()
@click.pass_obj
def resume(config_file: str | None) -> None:
    """Go on after a pause."""
    _set_state(config_file, "open")
    click.echo("Open. The key page says so as soon as the worker has saved it.")


def _set_state(config_file: str | None, state: str) -> None:
    with open_store(config_file) as (_config, store), store.write() as tx:
        put_setting(tx, STATE, state)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8300, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.pass_obj
def desk(config_file: str | None, port: int, host: str) -> None:
    """Serve the desk: the pages where supporters answer."""
    from bot.desk.server import serve  # noqa: PLC0415

    path = app.config_path(config_file, os.environ)
    serve(Path(path), host, port)


COMMANDS = (init, check, publish, run, once, status, pause, resume, desk)
