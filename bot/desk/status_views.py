"""The page of a case for its requester: what is happening, and all that they can say to it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.casework.states import Case
from bot.config.model import Channel
from bot.dates import date_text
from bot.desk import new_links
from bot.desk.context import page, the_desk
from bot.desk.doors import Visit, is_open, look_up, visit
from bot.desk.pressing import Act, answer_yes, ends, looks, press, tells, writes
from bot.desk.shown import common, door_page, draft_of, nothing_here, tell
from bot.desk.talking import conversation
from bot.desk.turns import turns
from bot.desk.typed import Draft, NotSent, is_blank, typed, typed_addresses
from bot.languages import pick_label
from bot.network import published
from bot.network_state import is_ending
from bot.request.limits import CONTACT_BYTES
from bot.request.payload import fits
from bot.request.words import three_words
from bot.store import cases
from bot.store.asking import published_as_spoken
from bot.store.cases import Story
from bot.store.store import Tx

status_pages = Blueprint("status", __name__)


@status_pages.get("/status/<token>")
def status(token: str) -> ResponseReturnValue:
    """Show the reference; in an open session, what is happening, in plain words."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.STATUS)
        return _page(tx, here) if is_open(here) else door_page(here)


@status_pages.post("/status/<token>")
def act_on_status(token: str) -> ResponseReturnValue:
    """Do what the requester pressed."""
    with the_desk().store.write() as tx:
        here = look_up(tx, token, Door.STATUS)
        if here is None:
            return nothing_here(tx)
        return press(tx, here, Side.REQUESTER, _ACTS, _page)


def _answer_contact(tx: Tx, here: Visit) -> None:
    tell(tx, here, on.Contacted() if answer_yes() else on.NotContacted())


def _rate(tx: Tx, here: Visit) -> None:
    tell(tx, here, on.Rated(answer_yes()))


def _report(tx: Tx, here: Visit) -> None:
    case = here.stored.case
    if not _can_report(case):
        return
    tell(
        tx,
        here,
        on.Complained(
            Side.REQUESTER,
            names_supporter="names_supporter" in request.form,
            # Of a closed case nobody knows any more who asked.
            names_requester=case.open and "names_requester" in request.form,
        ),
    )


def _tell_again(tx: Tx, here: Visit) -> Draft | None:
    """Take a few words anew, and draw the three by which the next supporter is known."""
    config = the_desk().config
    channels = {channel.id for channel in _with_address(here)}
    contact = tuple((channel, to) for channel, to in typed_addresses() if channel in channels)
    text = typed()
    most = config.message_characters
    if not _can_tell_again(here.stored.case):
        before = cases.story_of(tx, here.stored.id)
        again = before is not None and before.message == text
        return None if again else draft_of("tell-again", NotSent.GONE)
    if is_blank(text) and not contact and (most or channels):
        return Draft("tell-again", "", NotSent.EMPTY)
    if not fits(text, published(config)):
        return draft_of("tell-again", NotSent.TOO_LONG, most)
    if any(len(address.encode()) > CONTACT_BYTES for _, address in contact):
        return draft_of("tell-again", NotSent.ADDRESS_TOO_LONG)
    # As with words sent by hand, these three are shown here: no gadget has shown them.
    story = Story(text, contact, three_words(secrets.choice), by_hand=True)
    now = the_desk().clock()
    cases.tell_again(tx, here.stored.id, story, now=now, policy=config.policy)
    return None


_ACTS: dict[str, Act] = {
    "write": writes(Side.REQUESTER),
    "look": looks(Side.REQUESTER),
    "contacted": _answer_contact,
    "tell-again": _tell_again,
    "somebody-else": tells(on.SomebodyElse()),
    "report": _report,
    "close": tells(on.Closed(Side.REQUESTER)),
    "rate": _rate,
    "new-link": new_links.for_requester,
    "withdraw": ends("desk-withdrawn", on.Withdrawn()),
}


def _page(tx: Tx, here: Visit, draft: Draft | None = None) -> ResponseReturnValue:
    """Give the page.

    Until somebody has said yes, it says what the clock and the published bands say, and nothing of
    the search: not who was asked, nor whether anybody was.
    """
    config, case = the_desk().config, here.stored.case
    story = cases.story_of(tx, here.stored.id)
    talk = conversation(tx, here, Side.REQUESTER)
    ends_at = _complaints_end(case)
    boxes = {"write": talk is not None and not talk.full, "tell-again": _can_tell_again(case)}
    return page(
        "status.html",
        here.reader,
        200 if draft is None else draft.status,
        **common(here),
        case=case,
        spoken=published_as_spoken(tx, here.stored.asked.languages),
        received=date_text(case.received_at, here.reader),
        words=story.words if story is not None and story.by_hand else (),
        talk=talk,
        heard=talk is not None and talk.heard,
        draft=draft,
        kept=draft is not None and not boxes[draft.do],
        can_tell_again=boxes["tell-again"],
        most=config.message_characters,
        addresses=_address_fields(here, draft),
        ending=is_ending(tx),
        can_report=_can_report(case) and not is_ending(tx),
        report_until=None if ends_at is None else date_text(ends_at, here.reader),
        turns=turns(here.reader),
    )


def _can_tell_again(case: Case) -> bool:
    """Whether the first words are gone, and nobody is in contact who has read them."""
    return case.open and case.story_gone and case.contacted_at is None


def _can_report(case: Case) -> bool:
    if case.complained:
        return False
    if case.open:
        return case.last_supporter is not None
    until = _complaints_end(case)
    return case.pair_kept and until is not None and the_desk().clock() < until


def _complaints_end(case: Case) -> datetime | None:
    """Give until when something can still be said to be wrong; None while the case is open."""
    days = timedelta(days=the_desk().config.retention.complaint_days)
    return None if case.closed_at is None else case.closed_at + days


def _with_address(here: Visit) -> list[Channel]:
    """Give the channels that they chose for which an address is needed."""
    chosen = here.stored.asked.channels
    return [one for one in the_desk().config.channels if one.address and one.id in chosen]


def _address_fields(here: Visit, draft: Draft | None) -> list[tuple[str, str, str]]:
    """Give each address to be asked for: the channel's id, its name, and what was typed before."""
    before = dict(draft.contact) if draft is not None else {}
    return [
        (one.id, pick_label(one.labels, one.id, here.reader), before.get(one.id, ""))
        for one in _with_address(here)
    ]
