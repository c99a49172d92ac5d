"""What the coordinators' pages share: who may come in, what a press goes through, what is said."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from bot.casework.effects import Door
from bot.desk.account_doors import AccountVisit, visit_account
from bot.desk.context import MOST_DIGITS, page, the_desk
from bot.desk.doors import check_form, form_token, is_open, open_session, to_opened
from bot.store.coordinators import coordinates
from bot.store.store import Tx


@enum.unique
class Said(enum.Enum):
    """What the page that comes after a press says; each has a message `coordinate-said-…`."""

    ASKED = "asked"
    NOT_THEM = "not-them"
    NOBODY_CHOSEN = "nobody-chosen"
    CHANGED = "changed"  # the case is not as it was on the page that was pressed
    ENDED = "ended"
    CLOSED = "closed"
    MISUSE = "misuse"
    BARRED = "barred"
    DECIDED = "decided"
    DECIDED_BEFORE = "decided-before"
    TRAINING = "training"
    WRONG_COHORT = "wrong-cohort"
    ACTIVE = "active"
    DECLINED = "declined"
    ASKED_AGAIN = "asked-again"
    PEOPLE_CHANGED = "people-changed"  # somebody else has decided about them
    PAUSED = "paused"
    RESUMED = "resumed"
    STATE_BEFORE = "state-before"


@enum.unique
class Sure(enum.Enum):
    """What is asked once more before it is done; `coordinate-sure-…`, `…-more` and `…-yes`."""

    MOVE = "move"  # offered to somebody else while it is supported
    CLOSE = "close"
    MISUSE = "misuse"
    BAR = "bar"
    DECLINE = "decline"
    PAUSE = "pause"
    RESUME = "resume"


CONFIRMED = "-yes"
"""The end of a button's value that was asked about before."""

Act: TypeAlias = Callable[[], ResponseReturnValue]


def coordinator(tx: Tx, token: str) -> AccountVisit:
    """Let in whom the link is for, as long as they coordinate; all others find nothing here."""
    here = visit_account(tx, token, Door.DESK)
    ours = the_desk().coordinators()
    if not coordinates(tx, here.link.account, here.link.name, ours):
        abort(404)
    return here


def door(here: AccountVisit) -> ResponseReturnValue:
    """Show the one button that opens; before it nothing is told, not even what there is."""
    return page("door.html", here.reader, form=form_token(here))


def show(
    here: AccountVisit, token: str, template: str, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """Render a page behind the door."""
    told = values.pop("told", None) or _told()
    return page(
        template,
        here.reader,
        status,
        form=form_token(here),
        root=_root(token),
        told=None if told is None else told.value,
        **values,
    )


def press(here: AccountVisit, acts: Mapping[str, Act]) -> ResponseReturnValue:
    """Open the door, or do what was pressed; half an hour later the button comes again."""
    do = request.form.get("do", "")
    check_form(here, do)
    if do == "open":
        if not is_open(here):  # once: the half hour is not prolonged
            open_session(here)
        return to_opened()
    if do not in acts:
        abort(400)
    if not is_open(here):
        return redirect(request.script_root + request.path, 303)
    return acts[do]()


def are_you_sure(here: AccountVisit, token: str, sure: Sure, **kept: str | list[str]) -> Act:
    """Give the act that asks once more; what was filled in goes along with the second press."""
    fields = [
        (name, one)
        for name, value in kept.items()
        for one in (value if isinstance(value, list) else [value])
    ]

    def ask() -> ResponseReturnValue:
        return show(
            here,
            token,
            "coordinate_sure.html",
            sure=sure.value,
            do=sure.value + CONFIRMED,
            fields=fields,
        )

    return ask


def go(token: str, place: str, told: Said | None = None) -> ResponseReturnValue:
    """Lead to another of these pages (`case/K7QF9M2D`; the first one is empty), which says this."""
    path = _root(token) + (f"/{place}" if place else "")
    return redirect(path if told is None else f"{path}?said={told.value}", 303)


def numbers(name: str) -> list[int]:
    """Read the numbers that were ticked in a form; what is no number is nobody's."""
    return [int(one) for one in request.form.getlist(name)[:MOST_TICKED] if _is_number(one)]


MOST_TICKED = 500


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _root(token: str) -> str:
    return f"{request.script_root}/{Door.DESK.value}/{token}"


def _told() -> Said | None:
    if request.method != "GET":
        return None  # the address is that of the page before, and so is what it says
    given = request.args.get("said")
    return next((said for said in Said if said.value == given), None)
