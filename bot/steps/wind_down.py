"""Winding down: intake stops, everybody is told, everything is erased, the pages say so.

Each part can be done again: whoever is killed in between begins anew and goes on where it stopped.
The erasing is last, so that nobody is left untold because their name is gone already.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.network import ENDING, SHUT_OFF, Network
from bot.publishing.release import ENDED, farewell
from bot.steps.deliver import deliver
from bot.steps.publish import publish
from bot.steps.take_in import take_in
from bot.store import ending
from bot.store.store import get_setting, put_setting
from bot.wiki import pages

SUMMARY = "Bot: the peer support network has ended"
DONE = "done"
ROUNDS_AT_MOST = 100


@enum.unique
class Wound(enum.Enum):
    """How far it came."""

    DOWN = "down"
    WAITING = "waiting"  # for mails that can not go yet
    STOPPED = "stopped"  # the wiki has said stop: nobody may be written to


@dataclass(frozen=True)
class Came:
    """What came of it: mails still to go, and pages that the bot may not edit."""

    how: Wound
    untold: int = 0
    left: tuple[str, ...] = ()


def wind_down(network: Network) -> Came:
    """End the network as far as it can be ended now."""
    with network.store.write() as tx:
        if get_setting(tx, ENDING) == DONE:
            return Came(Wound.DOWN)
        put_setting(tx, ENDING, "begun")
    publish(network)  # first of all: nobody is to begin writing any more
    untold = _tell_everybody(network)
    with network.store.read() as tx:
        if get_setting(tx, SHUT_OFF) == "yes":
            return Came(Wound.STOPPED, untold)
    if untold:
        return Came(Wound.WAITING, untold)
    left = _say_so(network)
    with network.store.write() as tx:
        ending.erase_everything(tx, ENDING, DONE)
    return Came(Wound.DOWN, left=left)


def _tell_everybody(network: Network) -> int:
    """Close what came in, also at the last moment, and mail until nothing more can go."""
    for _ in range(ROUNDS_AT_MOST):
        came = take_in(network)
        now = network.clock()
        with network.store.write() as tx:
            closed = ending.close_everything(tx, network.config.policy, now)
            ending.tell_supporters(tx, now)
        mailed = deliver(network)
        if not (came or closed or mailed):
            break
    with network.store.read() as tx:
        return ending.untold(tx)


def _say_so(network: Network) -> tuple[str, ...]:
    """Leave a notice instead of the intake page's text, and above the landing page's.

    What comes back are the titles of those that the wiki did not let us save.
    """
    notice = farewell(network.config)
    landing = network.wiki.full_title(network.config.wiki.landing)
    titles = [network.intake.title, landing]
    found = pages.read(network.wiki, titles)
    left = []
    for title in titles:
        there = found[title].text if title in found else ""
        if ENDED in there:
            continue
        text = notice if title == network.intake.title else f"{notice}\n\n{there}"
        saving, _code = pages.save(network.wiki, title, text, SUMMARY)
        if saving not in {pages.Saving.SAVED, pages.Saving.UNCHANGED}:
            left.append(title)
    return tuple(left)
