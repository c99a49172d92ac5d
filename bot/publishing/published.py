"""The pages of the release as they stand on the wiki now: one look for `publish` and `check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.config import Config
from bot.publishing.release import Facts, Part, ReleasePage, pages
from bot.publishing.standing import (
    Record,
    Records,
    Standing,
    has_our_choices,
    record_of,
    standing,
)
from bot.wiki.session import Wiki
from bot.wiki.survey import StandingPage, survey

_JSON_DEFINITIONS = "Gadgets/peer-support"
"""How the pages begin that, on a wiki which reads such, define our gadgets before any line does."""


@dataclass(frozen=True)
class Seen:
    """A page of the release, how it stands, and what was published last."""

    page: ReleasePage
    there: StandingPage
    how: Standing
    before: Record | None

    def record(self, known: Record | None) -> Record:
        """Return what to remember of it, as it is now; `known` is what was remembered so far."""
        lines = "" if known is None else known.lines
        there = self.there
        return record_of(self.page, there.text or "", there.revid, there.user_id, lines)

    @property
    def choices(self) -> list[str]:
        """What the wiki has chosen for itself, where a line of ours is right."""
        if self.how is not Standing.AS_RELEASED or self.page.part is not Part.LINES:
            return []
        return self.page.our_lines.choices_in(self.there.text or "")

    def text_to_save(self, *, overwriting: bool) -> str:
        """Return the text as it should be; `overwriting` also what the wiki may choose itself."""
        there = self.there.text or ""
        keep = not overwriting and not has_our_choices(self.page, there, self.before)
        return self.page.put_into(there, keep_choices=keep)


@dataclass(frozen=True)
class Look:
    """Every page of the release, in the order to save them in, and the wiki's extensions.

    `beside` is the one other page that was asked for, `twice` are pages that define a gadget of
    ours a second time.
    """

    seen: tuple[Seen, ...]
    extensions: frozenset[str]
    bot_id: int = 0
    beside: StandingPage | None = None
    twice: tuple[str, ...] = ()

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
    found = survey(wiki, titles, facts.bot_name, _JSON_DEFINITIONS)
    facts = replace(
        facts, bot_id=found.bot_id, extensions=found.extensions, language=found.language
    )
    seen = []
    for page in pages(facts):
        there, before = found.pages[page.title], records.get(page.title)
        seen.append(Seen(page, there, _how(page, there, before), before))
    other = None if beside is None else found.pages[beside]
    ours = {f"Gadgets/{name}.json" for one in seen for name in one.page.our_lines.names}
    twice = tuple(f"MediaWiki:{name}" for name in sorted(ours & found.others))
    return Look(tuple(seen), found.extensions, found.bot_id, other, twice)


def _how(page: ReleasePage, there: StandingPage, before: Record | None) -> Standing:
    if there.text is not None and there.model != page.model and page.part is not Part.BEGINNING:
        return Standing.CHANGED  # the same words as another kind of page do and allow other things
    return standing(page, there.text, before)


def address_of_changes(wiki: Wiki, seen: Seen) -> str:
    """Say where people can look at what was done to a page since it was published."""
    if seen.before is not None and 0 < seen.before.revid < seen.there.revid:
        title = f"Special:Diff/{seen.before.revid}/{seen.there.revid}"
    else:
        title = f"Special:PageHistory/{seen.page.title}"
    # As people read it; and some web servers refuse a slash that is written otherwise.
    return wiki.address_of(title).replace("%3A", ":").replace("%2F", "/")
