"""A case for coordinators: what it needs and how it stands; offer it, close it, call it misuse."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from bot.casework.mails import shown
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import State
from bot.dates import date_text
from bot.desk.account_doors import AccountVisit
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
    numbers,
    press,
    show,
)
from bot.desk.coordinator_views import line_of
from bot.desk.doors import is_open
from bot.languages import language_name, shared_language
from bot.network import channel_labels, topic_labels
from bot.problems import printable
from bot.store import cases, decisions, roster
from bot.store.cases import StoredCase
from bot.store.decisions import Decided
from bot.store.store import Tx

desk_case_pages = Blueprint("desk_case", __name__)


@dataclass(frozen=True)
class Person:
    """Somebody who could be chosen: all who are active now, whatever stands against this case."""

    id: int
    name: str = field(repr=False)
    languages: list[str]
    cases: int
    capacity: int


@desk_case_pages.get("/desk/<token>/case/<ref>")
def coordinated_case(token: str, ref: str) -> ResponseReturnValue:
    """Show a case without its story, its requester or who was asked."""
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        stored = _find(tx, ref)
        if stored is None:
            abort(404)
        if not stored.case.open:
            return go(token, "", Said.ENDED)
        return _page(tx, here, token, stored)


@desk_case_pages.post("/desk/<token>/case/<ref>")
def act_on_coordinated_case(token: str, ref: str) -> ResponseReturnValue:
    """Do what the coordinator decided."""
    with the_desk().store.write() as tx:
        here = coordinator(tx, token)
        stored = _find(tx, ref)
        acts = _acts(tx, here, token, stored) if stored is not None else {}
        return press(here, acts)


def _acts(tx: Tx, here: AccountVisit, token: str, stored: StoredCase) -> dict[str, Act]:
    now, policy = the_desk().clock(), the_desk().config.policy

    def ended() -> ResponseReturnValue:
        return go(token, "", Said.ENDED)

    if not stored.case.open:
        return dict.fromkeys(_BUTTONS, ended)

    def close() -> ResponseReturnValue:
        decisions.close(tx, stored.id, now=now, policy=policy)
        return go(token, "", Said.CLOSED)

    def misuse() -> ResponseReturnValue:
        decisions.misuse(tx, stored.id, barred=False, now=now, policy=policy)
        return go(token, "", Said.MISUSE)

    def bar() -> ResponseReturnValue:
        decisions.misuse(tx, stored.id, barred=True, now=now, policy=policy)
        return go(token, "", Said.BARRED)

    def offer(*, sure: bool = False) -> ResponseReturnValue:
        return _offer(tx, here, token, stored, sure=sure)

    return {
        "offer": offer,
        "move" + CONFIRMED: lambda: offer(sure=True),
        "close": are_you_sure(here, token, Sure.CLOSE),
        "close" + CONFIRMED: close,
        "misuse": are_you_sure(here, token, Sure.MISUSE),
        "misuse" + CONFIRMED: misuse,
        "bar": are_you_sure(here, token, Sure.BAR),
        "bar" + CONFIRMED: bar,
    }


_BUTTONS = tuple(
    do + end for do in ("offer", "move", "close", "misuse", "bar") for end in ("", CONFIRMED)
)


def _offer(
    tx: Tx, here: AccountVisit, token: str, stored: StoredCase, *, sure: bool
) -> ResponseReturnValue:
    place = f"case/{stored.case.ref}"
    chosen = numbers("supporter")
    if not chosen:
        return go(token, place, Said.NOBODY_CHOSEN)
    if request.form.get("seen") != _seen(stored):
        # Pressed twice, or another coordinator was faster: nothing is done on an old picture.
        return go(token, place, Said.CHANGED)
    if stored.case.state is State.SUPPORTED and not sure:
        return are_you_sure(here, token, Sure.MOVE, supporter=str(chosen[0]), seen=_seen(stored))()
    decided = decisions.offer(
        tx,
        stored.id,
        chosen[0],
        any_language=True,  # the list shows who speaks none of them, and they chose
        now=the_desk().clock(),
        policy=the_desk().config.policy,
    )
    told = {
        Decided.DONE: Said.ASKED,
        Decided.NOT_THEM: Said.NOT_THEM,
        Decided.MOVED_ON: Said.CHANGED,
    }
    return go(token, place, told[decided])


def _page(tx: Tx, here: AccountVisit, token: str, stored: StoredCase) -> ResponseReturnValue:
    config, asked = the_desk().config, stored.asked
    people = _people(tx, here.reader)
    speak = {one.user_id for one, _ in people if shared_language(asked.languages, one.languages)}
    return show(
        here,
        token,
        "coordinate_case.html",
        ref=shown(stored.case.ref),
        line=line_of(stored, the_desk().clock(), here.reader),
        received=date_text(stored.case.received_at, here.reader),
        topics=topic_labels(config, asked.topics, here.reader),
        channels=channel_labels(config, cases.ways_to_reach(tx, stored), here.reader),
        live=len(stored.case.live_offers),
        speaking=[person for one, person in people if one.user_id in speak],
        others=[person for one, person in people if one.user_id not in speak],
        seen=_seen(stored),
    )


def _people(tx: Tx, reader: str) -> list[tuple[Supporter, Person]]:
    busy = roster.open_cases(tx)
    now = the_desk().clock()
    there = [
        one
        for one in roster.everybody(tx)
        if one.status is SupporterStatus.ACTIVE
        and (one.away_until is None or one.away_until <= now)
    ]
    return [
        (
            one,
            Person(
                one.user_id,
                _entry(one.name),
                [language_name(code, reader) for code in one.languages],
                busy.get(one.user_id, 0),
                one.capacity,
            ),
        )
        for one in sorted(there, key=lambda one: one.name.casefold())
    ]


_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"


def _entry(name: str) -> str:
    """Keep a name in its own direction in an entry of a list, which is plain text.

    By a mark behind it: an isolate begins before it, and whoever types a name's first letters to
    find it would find nothing.
    """
    directions = (unicodedata.bidirectional(letter) for letter in name)
    first = next((one for one in directions if one in {"L", "R", "AL"}), "L")
    return printable(name) + (_LEFT_TO_RIGHT if first == "L" else _RIGHT_TO_LEFT)


def _seen(stored: StoredCase) -> str:
    """Sum up what an offer changes, to know whether it was changed since the page was shown."""
    return f"{stored.case.state.value}-{len(stored.case.offers)}"


def _find(tx: Tx, ref: str) -> StoredCase | None:
    return cases.load_ref(tx, ref.replace("-", "").upper())
