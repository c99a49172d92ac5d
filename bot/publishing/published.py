"""The pages of the release as they stand on the wiki now: one look for `publish` and `check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.config import Config
from bot.publishing.release import Facts, ReleasePage, pages
from bot.publishing.standing import Record, Records, Standing, standing
from bot.wiki.session import Wiki
from bot.wiki.survey import StandingPage, survey


@dataclass(frozen=True)
class Seen:
    """A page of the release, how it stands, and what was published last."""

    page: ReleasePage
    there: StandingPage
    how: Standing
    before: Record | None


@dataclass(frozen=True)
class Look:
    """Every page of the release, in the order to save them in, and the wiki's extensions.

    `beside` is the one other page that was asked for.
    """

    seen: tuple[Seen, ...]
    extensions: frozenset[str]
    bot_id: int = 0
    beside: StandingPage | None = None

    def __iter__(self) -> Iterator[Seen]:
        """Go through the pages."""
        return iter(self.seen)

    @property
    def has_gadgets(self) -> bool:
        """Say whether the wiki knows gadgets at all."""
        return "Gadgets" in self.extensions


def facts_of(config: Config, wiki: Wiki, intake: str) -> Facts:
    """Give what the pages tell, as far as it is known without asking; `wiki` is the bot's."""
    return Facts(
        config=config,
        landing=wiki.full_title(config.wiki.landing),
        intake=intake,
        shutoff=wiki.full_title(config.wiki.shutoff),
        bot_name=wiki.user,
    )


def look(wiki: Wiki, facts: Facts, records: Records, beside: str | None = None) -> Look:
    """Compare everything with the release, in one request of the account that is logged in."""
    titles = [page.title for page in pages(facts)]
    if beside is not None:
        titles.append(beside)
    found = survey(wiki, titles, facts.bot_name)
    facts = replace(facts, bot_id=found.bot_id, extensions=found.extensions)
    seen = []
    for page in pages(facts):
        there, before = found.pages[page.title], records.get(page.title)
        seen.append(Seen(page, there, standing(page, there.text, before), before))
    other = None if beside is None else found.pages[beside]
    return Look(tuple(seen), found.extensions, found.bot_id, other)


def address_of_changes(wiki: Wiki, seen: Seen) -> str:
    """Say where people can look at what was done to a page since it was published."""
    if seen.before is not None and 0 < seen.before.revid < seen.there.revid:
        title = f"Special:Diff/{seen.before.revid}/{seen.there.revid}"
    else:
        title = f"Special:PageHistory/{seen.page.title}"
    # As people read it; and some web servers refuse a slash that is written otherwise.
    return wiki.address_of(title).replace("%3A", ":").replace("%2F", "/")
