"""Keeping the intake page small: what was read is taken off it, in one edit."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.network import Network
from bot.publishing.release import intake_header
from bot.request.templates import find_templates
from bot.store import intake
from bot.store.store import get_setting, put_setting
from bot.wiki import pages

SUMMARY = "Bot: tidying messages that have been read"
LARGE = 1024 * 1024
"""A page of so many bytes is tidied before anything else, and alarmed."""
REFUSED = "tidy-refused"
TIDIED_OTHERS = "tidied-others"
NOT_AGAIN_FOR = timedelta(hours=1)

_NOT_LET = frozenset({pages.Saving.NOT_ALLOWED, pages.Saving.REFUSED})


def header_of(_network: Network) -> str:
    """Give the text of the intake page when no message is on it."""
    return intake_header()


def tidy(network: Network) -> bool:
    """Put the page back to its header, over nothing newer than what was read.

    Messages are taken off at once. What else others wrote or took away goes once an hour at most:
    their words were told to the coordinators when they were read, and nobody is fought over them.
    """
    newest = network.memory.newest
    if newest is None or newest.text is None:
        return False
    header = header_of(network)
    # As JSON, or as a script, it takes no message: that keeps everybody out, so it does not wait.
    changed = not network.memory.page_is_wikitext
    if newest.text.strip() == header.strip() and not changed:
        return False
    now = network.clock()
    large = network.memory.page_length > LARGE
    pressing = changed or large or any(find_templates(newest.text))
    waits = [REFUSED] if pressing else [REFUSED, TIDIED_OTHERS]
    with network.store.read() as tx:
        if newest.revid not in intake.seen_revisions(tx, [newest.revid]):
            return False
        times = [at for at in (get_setting(tx, name) for name in waits) if at]
    if any(now < datetime.fromisoformat(at) + NOT_AGAIN_FOR for at in times):
        return False
    saving, _code = pages.save(
        network.wiki, network.intake.title, header, SUMMARY, base_revid=newest.revid
    )
    network.memory.newest = None  # the next look says how the page stands
    if saving in _NOT_LET or (saving is pages.Saving.SAVED and not pressing):
        with network.store.write() as tx:
            put_setting(tx, REFUSED if saving in _NOT_LET else TIDIED_OTHERS, now.isoformat())
    return saving is pages.Saving.SAVED
