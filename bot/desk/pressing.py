"""A press on a page of a case: what it goes through, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from bot.casework import events as on
from bot.casework.events import Side
from bot.desk.context import said
from bot.desk.doors import Visit, check_form, is_open, open_session, to_opened
from bot.desk.new_links import NewLink
from bot.desk.shown import WITH_TEXT, door_page, draft_of, tell
from bot.desk.talking import read, write
from bot.desk.typed import Draft, NotSent
from bot.store.store import Tx


@dataclass(frozen=True)
class End:
    """After this the link opens nothing any more: the page says one last thing."""

    key: str


Outcome: TypeAlias = Draft | End | NewLink | None
"""Words to be shown again, a last page, a new link, or nothing but the page as it is now."""
Act: TypeAlias = Callable[[Tx, Visit], Outcome]
Show: TypeAlias = Callable[[Tx, Visit, Draft], ResponseReturnValue]


def press(
    tx: Tx, here: Visit, side: Side, acts: Mapping[str, Act], show: Show
) -> ResponseReturnValue:
    """Open the door, or do what was pressed, and show what comes of it."""
    do = request.form.get("do", "")
    ours = check_form(here, do, keeps_text=do in WITH_TEXT)
    if do == "open":
        if not is_open(here):  # once: the half hour is not prolonged
            open_session(here)
        read(tx, here, side)
        late = draft_of(request.form.get("of", ""), NotSent.CLOSED_DOOR)
        return to_opened() if late is None else show(tx, here, late)
    if do not in acts:
        abort(400)
    if not is_open(here):
        # Half an hour is over: the button again, and with it what was typed.
        late = draft_of(do, NotSent.CLOSED_DOOR)
        return redirect(request.path, 303) if late is None else door_page(here, late)
    outcome = acts[do](tx, here) if ours else draft_of(do, NotSent.OLD_PAGE)
    match outcome:
        case End(key):
            return said(key, here.reader)
        case NewLink():
            return outcome.shown(here.reader)
        case Draft():
            return show(tx, here, outcome)
    return redirect(request.path, 303)


def tells(event: on.Event) -> Act:
    """Give the act that tells the case something; the page then shows it."""

    def act(tx: Tx, here: Visit) -> None:
        tell(tx, here, event)

    return act


def ends(key: str, event: on.Event) -> Act:
    """Give the act that tells the case something after which the link is dead."""

    def act(tx: Tx, here: Visit) -> End:
        tell(tx, here, event)
        return End(key)

    return act


def looks(side: Side) -> Act:
    """Give the act that shows all there is by now."""

    def act(tx: Tx, here: Visit) -> None:
        read(tx, here, side)

    return act


def writes(side: Side) -> Act:
    """Give the act that takes a message."""

    def act(tx: Tx, here: Visit) -> Draft | None:
        why = write(tx, here, side)
        if why is None:
            return None
        return draft_of("write", why) or (Draft("write", "", why) if why is NotSent.EMPTY else None)

    return act


def answer_yes() -> bool:
    """Read the answer to a question of yes or no; anything else is no press of ours."""
    given = request.form.get("answer")
    if given not in {"yes", "no"}:
        abort(400)
    return given == "yes"
