"""The conversation as the pages show it: up to where somebody has pressed to see it.

A GET changes nothing, so it cannot tell the case that a message was read. It shows no more than
was there at the last press; whatever has come since takes another one (docs/decisions/0013).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request, session

from bot.casework import events as on
from bot.casework.events import Side
from bot.casework.states import Case, State
from bot.dates import moment_text
from bot.desk.context import the_desk
from bot.desk.doors import Visit
from bot.desk.shown import tell
from bot.desk.typed import MOST_CHARACTERS, NotSent, is_blank, typed
from bot.store import roster, talk
from bot.store.store import Tx

CHANNEL = "desk"


@dataclass(frozen=True)
class Place:
    """A place in a conversation: which one it is, by when it could begin, and how far into it."""

    began: int
    count: int

    def __str__(self) -> str:
        return f"{self.began}.{self.count}"


@dataclass(frozen=True)
class Line:
    """One message as it is shown."""

    mine: bool
    at: str
    text: str | None = field(repr=False)


@dataclass(frozen=True)
class Conversation:
    """What a page shows; `more` have come since, and `place` goes along with what is written.

    `heard` says that the other has written anything.
    """

    lines: tuple[Line, ...]
    more: int
    place: str
    full: bool
    heard: bool


def conversation(tx: Tx, here: Visit, side: Side) -> Conversation | None:
    """Give the conversation as far as it has been seen; None where there is none to be had."""
    case = here.stored.case
    if case.supporter is None or not _is_there(here, side):
        return None
    said = talk.of(tx, here.stored.id, case.supporter)
    seen = _seen(here, _began(case))
    zone = "UTC" if here.supporter is None else here.supporter.timezone
    lines = tuple(
        Line(one.by is side, moment_text(one.at, zone, here.reader), one.text)
        for one in said[:seen]
    )
    place = str(Place(_began(case), seen))
    return Conversation(
        lines,
        more=len(said) - len(lines),
        place=place,
        full=len(said) >= talk.MOST,
        heard=any(one.by is not side for one in said),
    )


def read(tx: Tx, here: Visit, side: Side) -> None:
    """Note that somebody has pressed to see all there is; it is a sign of life as well."""
    case = here.stored.case
    if case.state is not State.SUPPORTED or (side is Side.SUPPORTER and not case.taken):
        return
    tell(tx, here, on.ReadAll(side))
    if _is_there(here, side):
        _see_all(tx, here)


def write(tx: Tx, here: Visit, side: Side) -> NotSent | None:
    """Keep what was written and ring the other; None when it is kept, now or by a press before."""
    case, text = here.stored.case, typed()
    if case.supporter is None or not _is_there(here, side):
        return NotSent.GONE
    place = _place(request.form.get("place", ""))
    if place is None or place.began != _began(case):
        return NotSent.CHANGED
    if is_blank(text):
        return NotSent.EMPTY
    if len(text) > MOST_CHARACTERS:
        return NotSent.TOO_LONG
    said = talk.of(tx, here.stored.id, case.supporter)
    # The same words out of the same page are a second press, not a second message.
    if not any(one.by is side and one.text == text for one in said[place.count :]):
        if len(said) >= talk.MOST:
            return NotSent.FULL
        talk.put(tx, here.stored.id, case.supporter, side, text, the_desk().clock())
        tell(tx, here, _wrote(tx, case, side))
    # The page that comes now shows everything.
    if case.supporter_rung if side is Side.SUPPORTER else case.requester_rung:
        tell(tx, here, on.ReadAll(side))
    _see_all(tx, here)
    return None


def _wrote(tx: Tx, case: Case, side: Side) -> on.Wrote:
    """Say who wrote, and until when the supporter, if it is their night, is not rung."""
    if side is Side.SUPPORTER or case.supporter is None:
        return on.Wrote(side)
    supporter = roster.get(tx, case.supporter)
    if supporter is None or supporter.hours is None:
        return on.Wrote(side)
    now = the_desk().clock()
    opening = supporter.hours.next_opening(now, supporter.timezone)
    return on.Wrote(side, opening if opening > now else None)


def _is_there(here: Visit, side: Side) -> bool:
    # A way to talk that the requester did not choose is never used.
    case = here.stored.case
    chosen = CHANNEL in here.stored.asked.channels
    may_read = side is Side.REQUESTER or case.taken
    return chosen and may_read and case.state is State.SUPPORTED


def _began(case: Case) -> int:
    """Tell the conversations of one case apart, without saying with whom they are."""
    return 0 if case.accepted_at is None else int(case.accepted_at.timestamp() * 1_000_000)


def _place(text: str) -> Place | None:
    began, _, count = text.partition(".")
    if not (began.isascii() and began.isdecimal() and count.isascii() and count.isdecimal()):
        return None
    if len(text) > 30:
        return None
    return Place(int(began), int(count))


def _seen(here: Visit, began: int) -> int:
    place = _place(str(session.get(f"{here.link_id}-seen", "")))
    return 0 if place is None or place.began != began else place.count


def _see_all(tx: Tx, here: Visit) -> None:
    case = here.stored.case
    if case.supporter is None:
        return
    place = str(Place(_began(case), talk.count(tx, here.stored.id, case.supporter)))
    if session.get(f"{here.link_id}-seen") != place:  # each change is sent as a cookie
        session[f"{here.link_id}-seen"] = place
