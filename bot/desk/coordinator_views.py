"""The coordinators' first page: what waits for them, how the network stands, what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bot.casework.mails import shown
from bot.casework.needs import Need, Wanted, needs
from bot.casework.roster import SupporterStatus
from bot.casework.states import State
from bot.dates import date_text, moment_text
from bot.desk.context import the_desk
from bot.desk.coordinator import (
    CONFIRMED,
    Act,
    Said,
    Sure,
    are_you_sure,
    coordinator,
    door,
    go,
    press,
    show,
)
from bot.desk.doors import is_open
from bot.languages import language_name
from bot.network import channel_labels, topic_labels
from bot.network_state import (
    NetworkState,
    is_paused_by_hand,
    network_state,
    tampered_pages,
)
from bot.publishing.key_page import band
from bot.store import cases, complaints, decisions, roster
from bot.store.cases import OPEN_STATES, StoredCase
from bot.store.schema import cases as case_table

desk_pages = Blueprint("desk", __name__)

NOBODY = "nobody"
"""Beside the bands of the public page; coordinators see where there is nobody at all."""


STANDS: Mapping[NetworkState, str] = MappingProxyType(
    {
        NetworkState.OPEN: "open",
        NetworkState.PAUSED: "paused",
        NetworkState.TAMPERED: "tampered",
        NetworkState.WINDING_DOWN: "winding-down",
        NetworkState.SHUT_OFF: "stopped",
        NetworkState.ENDED: "winding-down",  # nobody is let in then any more
    }
)
"""The last word of the message that tells of each state."""


@dataclass(frozen=True)
class Line:
    """An open case as coordinators see it: no story, no name, and nobody who was asked."""

    ref: str
    languages: list[str]
    state: str
    days: int
    hours: int
    due: str
    offers: int


@dataclass(frozen=True)
class Waiting:
    """A complaint in the list of those to be decided."""

    id: int
    ref: str
    by: str
    since: str


@desk_pages.get("/desk/<token>")
def front(token: str) -> ResponseReturnValue:
    """Show what waits for a decision, and the open cases."""
    now = the_desk().clock()
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        reader = here.reader
        found = cases.list_where(tx, case_table.c.state.in_(OPEN_STATES))
        undecided = complaints.undecided(tx)
        applied = sum(one.status is SupporterStatus.APPLIED for one in roster.everybody(tx))
        state = network_state(tx)
    return show(
        here,
        token,
        "coordinate.html",
        lines=[line_of(stored, now, reader) for stored in found],
        waiting=[
            Waiting(one.id, shown(one.ref), one.by.value, date_text(one.made_at, reader))
            for one in undecided
        ],
        applied=applied,
        state=state.value,
        stands=STANDS[state],
    )


@desk_pages.post("/desk/<token>")
def open_front(token: str) -> ResponseReturnValue:
    """Open the door."""
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
    return press(here, {})


def line_of(stored: StoredCase, now: datetime, reader: str) -> Line:
    """Put a case into words."""
    case = stored.case
    waited = now - (case.accepted_at or case.waiting_since)
    due = stored.due_at
    return Line(
        ref=shown(case.ref),
        languages=[language_name(code, reader) for code in stored.asked.languages],
        state=case.state.value,
        days=waited.days,
        hours=max(0, int(waited.total_seconds() // 3600)),
        due="" if due is None else moment_text(due, "UTC", reader),
        offers=len(case.offers),
    )


# What is needed


@desk_pages.get("/desk/<token>/needs")
def needed(token: str) -> ResponseReturnValue:
    """Show which languages, topics and channels have too few supporters."""
    config = the_desk().config
    looking = (State.WAITING.value, State.OFFERED.value)
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        found = cases.list_where(tx, case_table.c.state.in_(looking))
        everybody = roster.everybody(tx)
    report = needs(
        [Wanted(one.asked.languages, one.asked.topics, one.asked.channels) for one in found],
        everybody,
        topics=[topic.id for topic in config.topics],
        channels=[channel.id for channel in config.channels],
    )
    return show(
        here,
        token,
        "coordinate_needs.html",
        languages=_rows(report.languages, lambda code: language_name(code, here.reader)),
        topics=_rows(report.topics, lambda one: topic_labels(config, (one,), here.reader)[0]),
        channels=_rows(report.channels, lambda one: channel_labels(config, (one,), here.reader)[0]),
    )


@desk_pages.post("/desk/<token>/needs")
def open_needs(token: str) -> ResponseReturnValue:
    """Open the door."""
    return open_front(token)


def _rows(found: tuple[Need, ...], name: Callable[[str], str]) -> list[tuple[str, int, str, bool]]:
    """Give name, waiting cases, band of supporters, and whether somebody more is needed."""
    return [
        (name(one.id), one.waiting, band(one.supporters) if one.supporters else NOBODY, one.short)
        for one in found
    ]


# The network


@desk_pages.get("/desk/<token>/network")
def network(token: str) -> ResponseReturnValue:
    """Show whether the network is open."""
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        state, pages, by_hand = network_state(tx), tampered_pages(tx), is_paused_by_hand(tx)
    return show(
        here,
        token,
        "coordinate_network.html",
        state=state.value,
        stands=STANDS[state],
        pages=pages,
        paused_by_hand=by_hand,
    )


@desk_pages.post("/desk/<token>/network")
def act_on_network(token: str) -> ResponseReturnValue:
    """Pause or resume, after asking once more."""
    with the_desk().store.write() as tx:
        here = coordinator(tx, token)

        def pause() -> ResponseReturnValue:
            done = decisions.pause_network(tx)
            return go(token, "network", Said.PAUSED if done else Said.STATE_BEFORE)

        def resume() -> ResponseReturnValue:
            done = decisions.resume_network(tx)
            if not network_state(tx).acts:
                return go(token, "network")  # it is held by something else, which the page says
            return go(token, "network", Said.RESUMED if done else Said.STATE_BEFORE)

        acts: dict[str, Act] = {
            "pause": are_you_sure(here, token, Sure.PAUSE),
            "pause" + CONFIRMED: pause,
            "resume": are_you_sure(here, token, Sure.RESUME),
            "resume" + CONFIRMED: resume,
        }
        return press(here, acts)
