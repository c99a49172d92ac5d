"""Commands about the network as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from bot import app
from bot.cli.opening import is_worker_elsewhere, open_network, open_store, store_told
from bot.cli.typed import AccountName, Whole
from bot.cli.words import say
from bot.cli.working import work_until_stopped
from bot.config import Config
from bot.config import load as load_config
from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.health import health_of
from bot.overview import Overview, look
from bot.private import variables
from bot.problems import InputError, Problem
from bot.store.engine import place_of
from bot.store.keyring import Keyring, write_new_secret
from bot.store.lock import LockTakenError
from bot.store.store import (
    HEARTBEAT,
    INIT_WAITS,
    LOG_IN,
    STATE,
    NoStoreError,
    create_store,
    get_setting,
    put_setting,
)
from bot.store.store import open_store as open_store_at
from bot.store.upgrade import COPY_HOURS, copy_first
from bot.troubles import OutOfReachError


@click.command()
@click.option(
    "--copied", is_flag=True, help="Update a database on a server: somebody has made a copy of it."
)
@click.pass_obj
def init(config_file: str | None, copied: bool) -> None:
    """Make the master secret and the store, or update an older store."""
    path = app.config_path(config_file, variables())
    config = load_config(path, variables())
    secret = app.secret_path(path)
    # One in a file was made by an earlier `init`, which made a store as well.
    had_one = secret.exists() and not variables().get(VARIABLE)
    if variables().get(VARIABLE):
        say(f"The master secret comes from {VARIABLE}.")
    elif secret.exists():
        say(f"The master secret is there: {secret}")
    else:
        _be_new(config, secret)
        write_new_secret(secret)
        say(f"Made a master secret: {secret}")
        say("Keep a copy somewhere safe, away from the store's backups.")
    with store_told(config):
        keyring = app.open_keyring(path, variables())
        copy = copy_first(config.database_url, copied=copied)
        if copy is not None:
            say(f"The store is of an earlier release; before it changes, it is in {copy}")
            say(f"The worker destroys that copy after {COPY_HOURS} hours.")
        lost = had_one and _has_no_store(config.database_url, keyring)
        try:
            create_store(config.database_url, keyring, _say_being_made)
        except LockTakenError:
            place = place_of(make_url(config.database_url))
            raise OutOfReachError(Problem(place, *_BEING_MADE)) from None
    if lost:
        say(
            "It is new and empty, but its master secret is older. If this network had a store "
            "before, it is not this one: put it back before anything runs, or fill this one from a "
            "backup with `peer-support store restore FILE`."
        )
    click.echo("The store is ready. Next: peer-support check")


def _say_being_made() -> None:
    say(f"Another `init` is at work on this store: waiting for it, {INIT_WAITS} seconds at most.")


_BEING_MADE = (
    f"Another `init` is at work on this store, for {INIT_WAITS} seconds by now. It was left alone.",
    (
        "Look whether one hangs, perhaps on another machine, and end it: the database lets go of "
        "it then, and the next one does what it had begun. Then run this again."
    ),
)


def _has_no_store(database_url: str, keyring: Keyring) -> bool:
    try:
        open_store_at(database_url, keyring).close()
    except NoStoreError:
        return True
    except InputError:
        return False  # `create_store` tells
    return False


def _be_new(config: Config, secret: Path) -> None:
    """Refuse to make a second secret for a store that has one: it would open nothing."""
    url = make_url(config.database_url)
    store = Path(url.database or "")
    if url.get_backend_name() == "sqlite" and store.is_file() and store.stat().st_size:
        what = f"The store {store} is there, but not the master secret that belongs to it."
        mend = (
            f"Put the secret back, here or into {VARIABLE}: a new one would open nothing in this "
            "store. To begin anew instead, move the store away first."
        )
        raise InputError([Problem(str(secret), what, mend)])


@click.command()
@click.option(
    "--as",
    "user",
    metavar="NAME",
    type=AccountName(),
    help="Publish gadget, templates and pages with this account of the password file.",
)
@click.option(
    "--overwrite",
    metavar="TITLE",
    multiple=True,
    help="Put the release's text on this page, whatever others made of it. Can be repeated.",
)
@click.option(
    "--paste",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write what the account may not edit into files here, for somebody to paste.",
)
@click.pass_obj
def publish(
    config_file: str | None, user: str | None, overwrite: tuple[str, ...], paste: Path | None
) -> None:
    """Publish the key page, the gadget and its pages.

    Pages that the account may not edit are listed, with who may.
    """
    with open_network(config_file, working=True, beside=True) as network:
        from bot.cli.publishing import (  # noqa: PLC0415 - loads Pywikibot
            be_possible,
            leave_keys,
            publish_keys,
            publish_pages,
        )
        from bot.steps.rotate import rotate  # noqa: PLC0415

        be_possible(network, user, overwrite, paste)
        if is_worker_elsewhere(network):
            click.echo(f"key page: {leave_keys(network)}")
        else:
            rotate(network)
            click.echo(f"key page: {publish_keys(network)}")
        publish_pages(network, user, overwrite, paste)


@click.command()
@click.pass_obj
def run(config_file: str | None) -> None:
    """Work until stopped: read, match, mail, follow up.

    A second worker waits for the first.
    """
    work_until_stopped(config_file)


@click.command()
@click.option("--dry-run", is_flag=True, help="List the mails that would go, and send none.")
@click.pass_obj
def once(config_file: str | None, dry_run: bool) -> None:
    """Do every step until no work is left, then end."""
    if dry_run:
        _rehearse(config_file)
        return
    with open_network(config_file, working=True) as network:
        from bot.schedule import once as do_once  # noqa: PLC0415 - loads Pywikibot

        well = do_once(network)
        requests = network.wiki.requests
    if not well:
        what = "Not every step could be done; the lines above say which."
        mend = "What is left is kept for the next time. `peer-support check` looks closer."
        raise OutOfReachError(Problem("once", what, mend))
    click.echo(f"Nothing left to do. Requests to the wiki: {requests}")


def _rehearse(config_file: str | None) -> None:
    with open_network(config_file, working=False) as network:
        from bot.rehearsal import rehearse  # noqa: PLC0415 - loads Pywikibot

        mails = rehearse(network)
        from bot.cli.showing import show_mails  # noqa: PLC0415 - loads Rich

    show_mails(mails)
    count = len(mails) or "No"
    say(f"{count} mails would go now. Nothing was changed, and nothing sent.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--watch", is_flag=True, help="Look again every five seconds, until Ctrl-C.")
@click.option("--check", is_flag=True, help="Exit with 1 while an alarm stands.")
@click.pass_context
def status(context: click.Context, as_json: bool, watch: bool, check: bool) -> None:
    """Show how the network does: counts, and alarms that stand."""
    if watch and not as_json:
        from bot.cli.showing import watch as show_again  # noqa: PLC0415 - loads Rich

        show_again(lambda: _seen(context.obj))
        return
    seen = _seen(context.obj)
    if as_json:
        click.echo(json.dumps(seen.plain(), indent=2))
    else:
        from bot.cli.showing import show_overview  # noqa: PLC0415 - loads Rich

        show_overview(seen)
    context.exit(1 if check and seen.alarms else 0)


def _seen(config_file: str | None) -> Overview:
    with open_store(config_file) as (config, store), store.read() as tx:
        return look(tx, app.clock(), config)


@click.command()
@click.pass_context
def health(context: click.Context) -> None:
    """Say whether the worker is at work.

    Ends with 1 where it is not, for a health check.
    """
    with open_store(context.obj) as (_config, store), store.read() as tx:
        beat, kept = get_setting(tx, HEARTBEAT), get_setting(tx, LOG_IN)
    found = health_of(beat, kept, app.clock())
    click.echo("at work" if found.well else found.value)
    context.exit(0 if found.well else 1)


@click.command()
@click.pass_obj
def pause(config_file: str | None) -> None:
    """Stop taking requests and making offers.

    At once; nothing is lost, and `resume` goes on.
    """
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
@click.option(
    "--port", type=Whole(1, 65535), default=8300, show_default=True, help="The port to listen at."
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; 0.0.0.0 for all of this machine.",
)
@click.pass_obj
def desk(config_file: str | None, port: int, host: str) -> None:
    """Serve the desk: the pages where supporters answer."""
    from bot.desk.server import serve  # noqa: PLC0415

    path = app.config_path(config_file, variables())
    with store_told(load_config(path, variables())):
        serve(Path(path), host, port)


COMMANDS = (init, publish, run, once, status, health, pause, resume, desk)
