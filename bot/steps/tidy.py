"""Keeping the intake page small: what was read is taken off it, in one edit."""

from __future__ import annotations

from bot.network import Network
from bot.release import intake_header
from bot.store import intake
from bot.wiki import pages

SUMMARY = "Bot: tidying messages that have been read"


def tidy(network: Network) -> bool:
    """Put the page back to its header, over nothing newer than what was read."""
    newest = network.memory.newest
    if newest is None or newest.text is None:
        return False
    header = intake_header(
        landing=network.wiki.full_title(network.config.wiki.landing),
        intake=network.intake.title,
        bot_name=network.wiki.user,
    )
    if newest.text.strip() == header.strip():
        return False
    with network.store.read() as tx:
        if newest.revid not in intake.seen_revisions(tx, [newest.revid]):
            return False
    saving, _code = pages.save(
        network.wiki, network.intake.title, header, SUMMARY, base_revid=newest.revid
    )
    network.memory.newest = None  # the next look says how the page stands
    return saving is pages.Saving.SAVED
