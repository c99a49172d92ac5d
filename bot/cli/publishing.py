"""Putting the release's pages on the wiki, and saying what is left to paste."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import click

from bot import app
from bot.network import Network
from bot.release import DEFINITIONS, defined
from bot.release import pages as release_pages
from bot.wiki import pages
from bot.wiki.session import Wiki


def publish_pages(network: Network, user: str | None) -> None:
    """Save what differs from the release, with the bot's account or another one."""
    wanted = wanted_pages(network)
    wiki = network.wiki
    if user is not None:
        wiki = app.open_network(network.config, network.store, user).wiki
    found = pages.read(wiki, [*wanted, DEFINITIONS])
    there = found.get(DEFINITIONS)
    wanted[DEFINITIONS] = ("wikitext", defined(there.text if there else ""))
    left = []
    for title, (model, text) in wanted.items():
        page = found.get(title)
        if page is not None and page.text.strip() == text.strip():
            click.echo(f"{title}: as it should be")
            continue
        if not _save(wiki, title, text, model):
            left.append(title)
    if left:
        click.echo("\nThis account may not edit these. Let an interface administrator run")
        click.echo("  peer-support publish --as NAME")
        click.echo("or paste the files of gadget/ into:")
        for title in left:
            click.echo(f"  {title}")


def wanted_pages(network: Network) -> dict[str, tuple[str, str]]:
    """Give (model, text) of every page of the release but the definitions, by title."""
    bot_id = network.people.by_name([network.wiki.user])[network.wiki.user].user_id
    release = release_pages(
        landing=network.wiki.full_title(network.config.wiki.landing),
        intake=network.intake.title,
        bot_name=network.wiki.user,
        bot_id=bot_id,
    )
    return {page.title: (page.model, page.text) for page in release}


def _save(wiki: Wiki, title: str, text: str, model: str) -> bool:
    saving, code = pages.save(wiki, title, text, _summary(), model=model)
    click.echo(f"{title}: {saving.value}" + ("" if code == "success" else f" ({code})"))
    return saving in {pages.Saving.SAVED, pages.Saving.UNCHANGED}


def _summary() -> str:
    """Say which release the page comes from, as `peer-support 0.1.0 @ commit`."""
    here = Path(__file__).resolve().parent
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git is installed
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    commit = f" @ {asked.stdout.strip()}" if asked.returncode == 0 else ""
    return f"peer-support {version('peer-support')}{commit}"
