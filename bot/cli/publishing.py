"""Putting the release's pages on the wiki, and saying what is left to paste."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

import click

from bot import app
from bot.checks.released import twice
from bot.checks.wiki_pages import MOVED
from bot.cli.targets import be_folder
from bot.cli.words import say
from bot.network import Network
from bot.problems import InputError, Problem, quoted
from bot.publishing import gadget_settings
from bot.publishing.key_page_standing import KeyPageStanding
from bot.publishing.published import Look, Seen, address_of_changes, facts_of, look
from bot.publishing.release import Facts, KeptBy, Part, is_interface
from bot.publishing.release import pages as release_pages
from bot.publishing.standing import (
    PUBLISHED_PAGES,
    Standing,
    may_save,
    read_records,
    write_records,
)
from bot.steps.publish import KeyPageError, key_page_title, look_at_key_page, publish
from bot.steps.watch import WATCHED_AT
from bot.store.store import get_setting, put_setting
from bot.troubles import OutOfReachError
from bot.version import release_name
from bot.wiki import pages
from bot.wiki.intake import ask_where_moved
from bot.wiki.session import Wiki, be_known
from bot.wiki.survey import draw_anew

_DONE = frozenset({pages.Saving.SAVED, pages.Saving.UNCHANGED})
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w.-]+")


def publish_keys(network: Network) -> str:
    """Save the key page where it is not as it should be on the wiki, and return in words what was.

    Where the wiki does not let us, the words say so.
    """
    try:
        found = look_at_key_page(network)
        saved = publish(network)
    except KeyPageError as error:
        what = f"The wiki does not let the bot save its key page ({error.code})."
        mend = (
            "`peer-support check` says what it lacks. The keys are kept, and published as soon as "
            "it can save again."
        )
        raise OutOfReachError(Problem(key_page_title(network), what, mend)) from None
    if found.wants_saving:
        return f"saved anew: {found.value}"
    return "saved" if saved else KeyPageStanding.AS_SAVED.value


def leave_keys(network: Network) -> str:
    """Look at the key page beside a worker, which saves it; return in words what was found."""
    found = look_at_key_page(network)
    if found.wants_saving:
        return f"{found.value}; the worker, which is at work, saves it anew in its next round"
    return f"{KeyPageStanding.AS_SAVED.value}; the worker, which is at work, keeps it"


def be_possible(
    network: Network, user: str | None, overwrite: Collection[str], paste: Path | None
) -> None:
    """Refuse what was typed and cannot be, before anything is saved."""
    facts = facts_of(network.config, network.wiki, network.intake.title)
    _know([page.title for page in release_pages(facts)], _titled(network, facts, overwrite))
    if user is not None:
        be_known(network.wiki, user)
    if paste is not None:
        be_folder(paste)


def _titled(network: Network, facts: Facts, overwrite: Collection[str]) -> list[str]:
    """Give titles as the wiki writes them, for those that the configuration names."""
    configured = {
        network.config.wiki.landing: facts.landing,
        network.config.wiki.intake: facts.intake,
    }
    return [configured.get(title, title) for title in overwrite]


def publish_pages(
    network: Network,
    user: str | None,
    overwrite: Collection[str] = (),
    paste: Path | None = None,
) -> None:
    """Save what is missing or not as in the release, with the bot's account or another one.

    What others made of a page that is theirs stays, unless its title is among `overwrite`. Where
    the account may not edit, the text goes to a file in `paste`.
    """
    facts = facts_of(network.config, network.wiki, network.intake.title)
    with network.store.read() as tx:
        records = read_records(get_setting(tx, PUBLISHED_PAGES))
    wiki = network.wiki if user is None else app.open_wiki(network.config, user)
    seen = look(wiki, facts, records)
    publishing = _Publishing(wiki, _titled(network, facts, overwrite))
    if any(one.page.part is Part.BEGINNING and one.how is Standing.MISSING for one in seen):
        publishing.intake_moved_to = ask_where_moved(wiki, facts.intake)
    for one in seen:
        publishing.go_on(one)
    if publishing.made:
        draw_anew(wiki, [one.page.title for one in seen if not is_interface(one.page.title)])
    if publishing.saved:
        seen = look(wiki, facts, records)  # as it stands is what is remembered
    _remember(network, seen, look_again=publishing.saved)
    publishing.tell_rest(seen, paste)
    if publishing.refused:
        what = f"The wiki did not take these: {', '.join(publishing.refused)}."
        mend = "The codes above are the wiki's own. What is right is not saved again: run it anew."
        raise OutOfReachError(Problem("publish", what, mend))


class _Publishing:
    """One run: saves page by page, tells of each, and knows what is left."""

    def __init__(self, wiki: Wiki, overwrite: Collection[str]) -> None:
        self._wiki = wiki
        self._overwrite = overwrite
        self._summary = release_name()
        self._forbidden: list[Seen] = []
        self._kept: list[Seen] = []
        self.made = False
        """Whether an ordinary page is new."""
        self.saved = False
        self.refused: list[str] = []
        self.intake_moved_to = ""
        """Where the intake page is that is not in its place; made anew it would hide the other."""

    def go_on(self, one: Seen) -> None:
        """Save one page, or say why not."""
        title = one.page.title
        if one.how is Standing.AS_RELEASED and not (one.choices and title in self._overwrite):
            _tell(title, one.how.value)
            if one.choices:
                click.echo(f"  as this wiki has chosen: {'; '.join(one.choices)}")
        elif one.page.part is Part.BEGINNING and self._was_moved(one):
            _tell(title, f"not made anew, for it was moved to {self.intake_moved_to}")
            click.echo(f"  {MOVED}")
        elif title not in self._overwrite and not may_save(one.page, one.how):
            self._keep(one)
        elif not one.there.may_save:
            self._forbidden.append(one)
            _tell(title, "left to paste")
            self._tell_disagreements(one)
        else:
            self._save(one)

    def _tell_disagreements(self, one: Seen) -> None:
        """Say what the gadget's settings on the wiki name otherwise than the configuration."""
        if one.page.name == gadget_settings.PAGE and one.there.text is not None:
            for differing in gadget_settings.disagreements(one.there.text, one.page.text):
                click.echo(f"  {differing}: until it is pasted, the form takes no request")

    def _was_moved(self, one: Seen) -> bool:
        missing = one.how is Standing.MISSING and one.page.title not in self._overwrite
        return missing and bool(self.intake_moved_to)

    def _keep(self, one: Seen) -> None:
        if one.page.kept_by is KeptBy.OPERATOR:
            _tell(one.page.title, "yours, and left as it is")
            return
        self._kept.append(one)
        where = address_of_changes(self._wiki, one)
        _tell(one.page.title, f"left as somebody else wrote it: {where}")

    def _save(self, one: Seen) -> None:
        title = one.page.title
        text = self._text(one)
        saving, code = pages.save(
            self._wiki,
            title,
            text,
            self._summary,
            model=one.page.model,
            base_revid=one.there.revid,
        )
        if saving is pages.Saving.NOT_ALLOWED:
            self._forbidden.append(one)
        elif saving not in _DONE:
            self.refused.append(title)
        self.saved = self.saved or saving is pages.Saving.SAVED
        made = saving in _DONE and one.how is Standing.MISSING
        self.made = self.made or (made and not is_interface(title))
        said = saving.value + ("" if code == "success" else f" ({code})")
        if saving is pages.Saving.SAVED and one.how is Standing.CHANGED:
            said += f", over what somebody else wrote: {address_of_changes(self._wiki, one)}"
        _tell(title, said)

    def _text(self, one: Seen) -> str:
        return one.text_to_save(overwriting=one.page.title in self._overwrite)

    def tell_rest(self, seen: Look, paste: Path | None) -> None:
        """Say what this run could not or would not do, and who can."""
        if self._kept:
            click.echo("\nTo put this release's text there all the same (look first):")
            for one in self._kept:
                click.echo(f'  peer-support publish --overwrite "{one.page.title}"')
        if self._forbidden:
            self._tell_forbidden(paste)
        for title in seen.twice:
            found, mend = twice(title)
            click.echo()
            say(f"{found}. {mend}")
        if not seen.has_gadgets:
            click.echo("\nThis wiki has no extension Gadgets: without it nobody sees the form.")
        if self.made:
            click.echo("\nAsk an administrator to protect what was made, but the intake page and")
            click.echo("the shut-off page: these two have to stay open to everybody.")
        landing = next(one for one in seen if one.page.name == "landing page")
        if self.saved and "Translate" in seen.extensions:
            click.echo("\nWhat is new on the landing page can be translated once it is marked:")
            click.echo(f"  {self._wiki.address_of('Special:PageTranslation')}")
            click.echo(f"  {landing.page.title}")

    def _tell_forbidden(self, paste: Path | None) -> None:
        click.echo(f"\nThe account {self._wiki.user} may not edit these:")
        for needed, some in _by_right(self._forbidden).items():
            click.echo(f"  {needed}:")
            for one in some:
                click.echo(f"    {one.page.title}\n      {self._wiki.address_of(one.page.title)}")
        click.echo("Run `peer-support publish --as NAME` with an account that may (it has to be in")
        click.echo("the password file), or let somebody paste them:")
        if paste is None:
            click.echo("  peer-support publish --paste FOLDER    writes each as a file")
            return
        paste.mkdir(parents=True, exist_ok=True)
        for one in self._forbidden:
            file = paste / _NOT_IN_A_FILE_NAME.sub("_", one.page.title)
            file.write_text(self._text(one) + "\n", encoding="utf-8")
            click.echo(f"  {file}")


def needed_right(title: str) -> str:
    """Say who may edit a page, by its title, on a wiki as MediaWiki comes."""
    if not is_interface(title):
        return "protected, or not to be made by this account; ask an administrator"
    if title.endswith((".js", ".css")):
        kind = "editsitejs" if title.endswith(".js") else "editsitecss"
        return f"an interface administrator may (rights editinterface, {kind})"
    return "an administrator may (right editinterface)"


def _by_right(forbidden: Iterable[Seen]) -> dict[str, list[Seen]]:
    rights: dict[str, list[Seen]] = {}
    for one in forbidden:
        rights.setdefault(needed_right(one.page.title), []).append(one)
    return rights


def _tell(title: str, what: str) -> None:
    click.echo(f"{title}: {what}")


def _know(titles: Collection[str], overwrite: Collection[str]) -> None:
    """Refuse a title that is none of ours."""
    unknown = [title for title in overwrite if title not in titles]
    if unknown:
        mend = f"Write it as it stands here: {', '.join(titles)}."
        raise InputError(
            Problem(f"--overwrite {quoted(title)}", "This page is none of the release's.", mend)
            for title in unknown
        )


def _remember(network: Network, seen: Look, *, look_again: bool) -> None:
    """Keep what now stands as released, so that later changes of others are known as such.

    `look_again`: the watch of a worker beside this looks in its next round, and ends its pause.
    """
    with network.store.write() as tx:
        if look_again:
            put_setting(tx, WATCHED_AT, "")
        before = get_setting(tx, PUBLISHED_PAGES)
        records = read_records(before)
        for one in seen:
            if one.how is Standing.AS_RELEASED:
                records[one.page.title] = one.record(records.get(one.page.title))
        text = write_records(records)
        if text != before:
            put_setting(tx, PUBLISHED_PAGES, text)
