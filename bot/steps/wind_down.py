"""Winding down: intake stops, everybody is told, everything is erased, the pages say so.

Each part can be done again: whoever is killed in between begins anew and goes on where it stopped.
The erasing is last, so that nobody is left untold because their name is gone already.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from bot.network import Network
from bot.network_state import DONE, ENDING, NetworkState, network_state
from bot.publishing.release import farewell, says_ended
from bot.steps.apart import Apart
from bot.steps.deliver import deliver
from bot.steps.publish import look_at_key_page, publish
from bot.steps.take_in import take_in
from bot.store import aside, ending
from bot.store.aside import Kind
from bot.store.store import Tx, put_setting
from bot.wiki import pages

SUMMARY = "Bot: the peer support network has ended"
ROUNDS_AT_MOST = 100


@enum.unique
class Wound(enum.Enum):
    """How far it came."""

    DOWN = "down"
    WAITING = "waiting"  # for mails that cannot go yet
    UNREADABLE = "unreadable"  # what is left can be told to nobody
    STOPPED = "stopped"  # the wiki has said stop: nobody may be written to


@dataclass(frozen=True)
class Came:
    """What came of it: mails still to go, and pages that the bot may not edit.

    `unreadable` counts requests and letters that went wrong: nobody can be told of these, unless
    what was damaged is mended.
    """

    how: Wound
    untold: int = 0
    left: tuple[str, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True)
class _Left:
    """The cases that could not be closed, and the goodbyes without an outcome, by numbers."""

    cases: frozenset[int]
    untold: frozenset[int]
    broken: frozenset[int]
    """Of the goodbyes those that could not be written."""


def wind_down(network: Network, *, leave_unreadable: bool = False) -> Came:
    """End the network as far as it can be ended now.

    Nothing is erased before everybody was told; `leave_unreadable` gives up those who cannot be,
    because what is stored of them does not open.
    """
    with network.store.write() as tx:
        if network_state(tx) is NetworkState.ENDED:
            return Came(Wound.DOWN)
        put_setting(tx, ENDING, "begun")
    # First of all, whatever others made of the page: nobody is to begin writing any more.
    look_at_key_page(network)
    publish(network)
    left = _tell_everybody(network)
    untold, unreadable = len(left.untold - left.broken), len(left.cases) + len(left.broken)
    with network.store.read() as tx:
        if network_state(tx) is NetworkState.SHUT_OFF:
            return Came(Wound.STOPPED, untold, unreadable=unreadable)
    if untold:
        return Came(Wound.WAITING, untold, unreadable=unreadable)
    if unreadable and not leave_unreadable:
        return Came(Wound.UNREADABLE, unreadable=unreadable)
    pages_left = _say_so(network)
    with network.store.write() as tx:
        ending.erase_everything(tx, ENDING, DONE)
    return Came(Wound.DOWN, left=pages_left, unreadable=unreadable)


def _tell_everybody(network: Network) -> _Left:
    """Close what came in, also at the last moment, and mail until nothing more can go."""
    broken = set[int]()
    for _ in range(ROUNDS_AT_MOST):
        came = take_in(network)
        now = network.clock()
        _close(network, broken, now)
        with network.store.write() as tx:
            ending.tell_supporters(tx, now)
        mailed = deliver(network)
        if not (came or mailed):
            break
    with network.store.read() as tx:
        untold = ending.untold(tx)
        return _Left(frozenset(broken), untold, untold & _set_aside(tx, network.clock()))


def _close(network: Network, broken: set[int], now: datetime) -> None:
    """Close each case on its own; one that cannot be joins the `broken`, and the others are."""
    apart = Apart(network, Kind.CASE, now)
    with network.store.read() as tx:
        wanting = [case_id for case_id in ending.open_cases(tx) if case_id not in broken]
    for case_id in wanting:
        broken.add(case_id)
        with apart.one(case_id):
            with network.store.write() as tx:
                ending.close(tx, case_id, network.config.policy, now)
            broken.discard(case_id)


def _set_aside(tx: Tx, now: datetime) -> frozenset[int]:
    return frozenset(one.number for one in aside.everything(tx, now) if one.kind is Kind.LETTER)


def _say_so(network: Network) -> tuple[str, ...]:
    """Leave a notice instead of the intake page's text, and above the landing page's.

    What comes back are the titles of those that the wiki did not let us save.
    """
    notice = farewell(network.config, network.wiki.language())
    landing = network.wiki.full_title(network.config.wiki.landing)
    titles = [network.intake.title, landing]
    found = pages.read(network.wiki, titles)
    left = []
    for title in titles:
        there = found[title].text if title in found else ""
        if says_ended(there):
            continue
        text = notice if title == network.intake.title else f"{notice}\n\n{there}"
        saving, _code = pages.save(network.wiki, title, text, SUMMARY)
        if saving not in {pages.Saving.SAVED, pages.Saving.UNCHANGED}:
            left.append(title)
    return tuple(left)
