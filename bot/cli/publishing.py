"""Putting the release's pages on the wiki, and saying what is left to paste."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import click

from bot import app
from bot.checks.wiki_pages import stands, wanted_pages
from bot.network import Network
from bot.problems import Problem
from bot.release import DEFINITIONS, defined
from bot.steps.publish import KeyPageError, key_page_title, publish
from bot.troubles import OutOfReachError
from bot.wiki import pages
from bot.wiki.session import Wiki


def publish_keys(network: Network) -> bool:
    """Save the key page where it differs, and say so in words where the wiki does not let us."""
    try:
        return publish(network)
    except KeyPageError as error:
        what = f"The wiki does not let the bot save its key page ({error.code})."
        mend = (
            "`peer-support check` says what it lacks. The keys are kept, and published as soon as "
            "it can save again."
        )
        raise OutOfReachError(Problem(key_page_title(network), what, mend)) from None


def publish_pages(network: Network, user: str | None) -> None:
    """Save what differs from the release, with the bot's account or another one."""
    wiki = network.wiki
    wanted = wanted_pages(network.config, wiki, network.people, network.intake.title)
    if user is not None:
        wiki = app.open_wiki(user)
    found = pages.read(wiki, [*wanted, DEFINITIONS])
    there = found.get(DEFINITIONS)
    wanted[DEFINITIONS] = ("wikitext", defined(there.text if there else ""))
    left = []
    for title, (model, text) in wanted.items():
        page = found.get(title)
        is_intake = title == network.intake.title
        if page is not None and stands(page.text, text, is_intake=is_intake):
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
