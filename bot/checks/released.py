"""The pages of the release on the wiki: a line for each that is not as it should be."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.check import Cause, Check, OnWiki, Verdict
from bot.publishing import gadget_settings
from bot.publishing.published import Seen, address_of_changes, facts_of, look
from bot.publishing.release import KeptBy, Part, is_interface
from bot.publishing.standing import PUBLISHED_PAGES, Standing, read_records
from bot.store.store import Store, get_setting
from bot.wiki.session import Wiki

NAME = "published pages"
BY_BOT = "Run `peer-support publish`."
BY_INTERFACE = "Let an interface administrator run `peer-support publish --as NAME`."


def released(on: OnWiki, store: Store | None) -> Iterator[Check]:
    """Compare gadget, templates and texts on the wiki with those of this release."""
    kept = None
    if store is not None:
        with store.read() as tx:
            kept = get_setting(tx, PUBLISHED_PAGES)
    facts = facts_of(on.config, on.wiki, on.intake.title)
    seen = look(on.wiki, facts, read_records(kept))
    lines = [line for one in seen for line in judge(on.wiki, one)]
    lines += [Check("gadget definition", Verdict.FAILED, *twice(title)) for title in seen.twice]
    if not seen.has_gadgets:
        mend = "Ask those who run the wiki to install it: without it nobody sees the form."
        lines.append(Check("gadgets", Verdict.FAILED, "the extension is not installed", mend))
    yield from lines
    if any(line.verdict is Verdict.FAILED for line in lines):
        return
    right = sum(one.how is Standing.AS_RELEASED for one in seen)
    by = sorted({one.there.user for one in seen if is_interface(one.page.title)})
    found = f"{right} of {len(seen.seen)} as in this release"
    yield Check(NAME, Verdict.PASSED, f"{found}; the gadget's saved last by {', '.join(by)}")


def twice(title: str) -> tuple[str, str]:
    """Say what a second definition of a gadget of ours is, and what to do about it."""
    return (
        f"{title} defines a gadget of ours a second time; where a wiki reads both, that one counts",
        "Look who made it, and ask why. Then let an interface administrator delete it.",
    )


def judge(wiki: Wiki, one: Seen) -> Iterator[Check]:
    """Say what is to be said of one page, which mostly is nothing."""
    title, mend, cause = one.page.title, BY_BOT, Cause.PUBLISH
    if is_interface(title):
        mend, cause = BY_INTERFACE, Cause.PUBLISH_AS
    differing = _where_else(one)
    if one.how is Standing.AS_RELEASED:
        yield from _unexpected_editor(wiki, one)
        yield from _for_whom(one)
    elif one.how is Standing.MISSING:
        yield Check(one.page.name, Verdict.FAILED, f"{title} does not exist", mend, cause)
    elif one.page.kept_by is KeptBy.OPERATOR:
        return
    elif one.how is Standing.EARLIER:
        found = f"{title} is of an earlier release, or of other settings{differing}"
        # What stops the form has a line of its own.
        yield Check(one.page.name, Verdict.FAILED, found, mend, None if differing else cause)
    elif one.page.part is Part.BEGINNING:
        more = (
            "The worker puts it back when it has read the page. If it does not: "
            f'`peer-support publish --overwrite "{title}"`.'
        )
        found = f"{title} does not begin with its header"
        yield Check(one.page.name, Verdict.FAILED, found, more)
    elif one.page.kept_by is KeptBy.COMMUNITY:
        # Theirs to change, as a translation or a local telephone number is; and no failure.
        found = f"{title}: somebody's own words by now, see {address_of_changes(wiki, one)}"
        yield Check(one.page.name, Verdict.PASSED, found)
    elif one.there.model != one.page.model:
        found = f"{title} is no {one.page.model} any more: its content model is {one.there.model}"
        more = "Let an administrator change it back at Special:ChangeContentModel, and ask why."
        yield Check(one.page.name, Verdict.FAILED, found, more, Cause.CHANGED)
    else:
        who = f", saved last by {one.there.user}" if is_interface(one.page.title) else ""
        more = f"Look what was changed and ask why: {address_of_changes(wiki, one)} . Then: {mend}"
        found = f"{title} is not as in this release{who}{differing}"
        yield Check(
            one.page.name, Verdict.FAILED, found, more, None if differing else Cause.CHANGED
        )


def _where_else(one: Seen) -> str:
    """Say what the gadget's settings name otherwise than the configuration."""
    if one.page.name != gadget_settings.PAGE:
        return ""
    differing = gadget_settings.disagreements(one.there.text or "", one.page.text)
    if not differing:
        return ""
    return f" ({'; '.join(differing)}): the form takes no request while they differ"


def _unexpected_editor(wiki: Wiki, one: Seen) -> Iterator[Check]:
    """Tell who saved a page of the gadget after it was published, although its text is right."""
    if not is_interface(one.page.title) or one.page.part is Part.LINES or one.before is None:
        return
    if one.there.user_id != one.before.user_id:
        found = (
            f"{one.page.title}: as in this release, but saved by {one.there.user} after it was "
            f"published, see {address_of_changes(wiki, one)}"
        )
        yield Check(one.page.name, Verdict.PASSED, found)


def _for_whom(one: Seen) -> Iterator[Check]:
    """Tell what the wiki has chosen itself, and an opt-in: many see no form then."""
    said = list(one.choices)
    if one.page.is_opt_in:
        said.insert(0, "for those alone who switch it on (gadget: default: false)")
    if said:
        found = f"{one.page.title}: {'; '.join(said)}"
        yield Check(one.page.name, Verdict.PASSED, found)
