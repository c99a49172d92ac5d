"""The pages: what each shows to whom, and which event each button tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from bot.casework import events as on
from bot.casework.case import Answer
from bot.casework.effects import Door
from bot.casework.mails import shown
from bot.casework.matching import Load, has_room
from bot.dates import date_text, moment_text
from bot.desk.context import page, said, the_desk
from bot.desk.doors import Visit, check_form, form_token, is_open, open_session, visit
from bot.languages import language_name
from bot.network import channel_labels, topic_labels, where_to_turn
from bot.store import cases, roster
from bot.store.store import HEARTBEAT, MAIL_PAGE, Tx, get_setting

pages = Blueprint("pages", __name__)

PAUSE = timedelta(days=14)
WORKER_SILENT = timedelta(minutes=10)


@pages.get("/offer/<token>")
def offer(token: str) -> ResponseReturnValue:
    """Show an offer: no more than its mail told."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.OFFER)
    return _offer_page(here)


@pages.post("/offer/<token>")
def answer_offer(token: str) -> ResponseReturnValue:
    """Take the answer to an offer."""
    with the_desk().store.write() as tx:
        here = visit(tx, token, Door.OFFER, ended_too=True)
        do = request.form.get("do", "")
        check_form(here, do)
        supporter = here.supporter
        if supporter is None:
            abort(404)
        if do == "accept":
            busy = roster.open_cases(tx, [supporter.user_id]).get(supporter.user_id, 0)
            room = has_room(supporter, Load(open_cases=busy))
            answer = _tell(tx, here, on.Accepted(supporter.user_id, room))
            return said(_ACCEPTED[answer], here.reader)
        if do not in _DECLINED:
            abort(400)
        _tell(tx, here, on.Declined(supporter.user_id))
        if do == "pause":
            now = the_desk().clock()
            # Whoever is away for longer already stays away as long as they said.
            back = max(now + PAUSE, supporter.away_until or now)
            roster.put(tx, replace(supporter, away_until=back), now)
            # In peace means from the other offers, too.
            policy = the_desk().config.policy
            cases.decline_all(tx, supporter.user_id, now=now, policy=policy)
        elif here.stored.case.supporter == supporter.user_id:
            # They said yes before, in another tab; the case's own page hands it back.
            return said("desk-accepted", here.reader)
        return said(_DECLINED[do], here.reader)


_DECLINED = {"decline": "desk-declined", "pause": "desk-paused"}
_ACCEPTED = {
    Answer.DONE: "desk-accepted",
    Answer.ALREADY: "desk-accepted",
    Answer.TOO_LATE: "desk-too-late",
    Answer.NO_ROOM: "desk-no-room",
}


@pages.get("/case/<token>")
def case(token: str) -> ResponseReturnValue:
    """Show the reference; in an open session, the name, and once taken the request."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.CASE)
        if not is_open(here):
            return _door_page(here)
        who = cases.identity_of(tx, here.stored.id)
        story = cases.story_of(tx, here.stored.id) if here.stored.case.taken else None
        mail_page = get_setting(tx, MAIL_PAGE) or ""
    name = "" if who is None else who.name
    return page(
        "case.html" if here.stored.case.taken else "know.html",
        here.reader,
        **_common(here),
        name=name,
        story=story,
        contacts=_contacts(here, story),
        mail_address=mail_page.replace("NAME", _in_address(name)) if name else "",
        case=here.stored.case,
        case_channels=here.stored.asked.channels,
        topics=topic_labels(the_desk().config, here.stored.asked.topics, here.reader),
        channels=channel_labels(the_desk().config, here.stored.asked.channels, here.reader),
        languages=[language_name(code, here.reader) for code in here.stored.asked.languages],
    )


@pages.post("/case/<token>")
def act_on_case(token: str) -> ResponseReturnValue:
    """Do what the supporter pressed."""
    with the_desk().store.write() as tx:
        here = visit(tx, token, Door.CASE)
        supporter = 0 if here.supporter is None else here.supporter.user_id
        acts: dict[str, tuple[on.Event, str | None]] = {
            "take": (on.Taken(supporter), None),
            "hand-back": (on.HandedBack(supporter), "desk-handed-back"),
        }
        if here.stored.case.taken:
            acts |= {
                "written": (on.Contacted(), None),
                "more-time": (on.MoreTime(supporter), None),
                "close": (on.Closed(on.Side.SUPPORTER), "desk-closed"),
            }
        return _act(tx, here, acts)


@pages.get("/status/<token>")
def status(token: str) -> ResponseReturnValue:
    """Show the reference; in an open session, what is happening, in plain words."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.STATUS)
    if not is_open(here):
        return _door_page(here)
    config = the_desk().config
    return page(
        "status.html",
        here.reader,
        **_common(here),
        case=here.stored.case,
        received=date_text(here.stored.case.received_at, here.reader),
        turn=where_to_turn(config, here.reader),
    )


@pages.post("/status/<token>")
def act_on_status(token: str) -> ResponseReturnValue:
    """Do what the requester pressed."""
    with the_desk().store.write() as tx:
        here = visit(tx, token, Door.STATUS)
        acts: dict[str, tuple[on.Event, str | None]] = {
            "withdraw": (on.Withdrawn(), "desk-withdrawn"),
            "close": (on.Closed(on.Side.REQUESTER), "desk-closed"),
            "somebody-else": (on.SomebodyElse(), None),
            "contacted": (on.Contacted(), None),
        }
        return _act(tx, here, acts)


@pages.get("/healthz")
def health() -> ResponseReturnValue:
    """Say whether store and worker are alive, and nothing else."""
    with the_desk().store.read() as tx:
        beat = get_setting(tx, HEARTBEAT)
    alive = beat is not None and (the_desk().clock() - datetime.fromisoformat(beat) < WORKER_SILENT)
    return ("ok", 200) if alive else ("the worker is silent", 503)


def _act(tx: Tx, here: Visit, acts: dict[str, tuple[on.Event, str | None]]) -> ResponseReturnValue:
    """Open the door, or tell the case what was pressed, and show what comes of it."""
    do = request.form.get("do", "")
    check_form(here, do)
    if do == "open":
        if not is_open(here):  # once: the half hour is not prolonged
            open_session(here)
        return redirect(request.path, 303)
    if do not in acts:
        abort(400)
    if not is_open(here):
        return redirect(request.path, 303)  # half an hour is over: the button again
    event, said_then = acts[do]
    _tell(tx, here, event)
    return redirect(request.path, 303) if said_then is None else said(said_then, here.reader)


def _tell(tx: Tx, here: Visit, event: on.Event) -> Answer:
    desk = the_desk()
    step = cases.happened(tx, here.stored.id, event, now=desk.clock(), policy=desk.config.policy)
    return Answer.TOO_LATE if step is None else step.answer


def _offer_page(here: Visit) -> ResponseReturnValue:
    config, asked, supporter = the_desk().config, here.stored.asked, here.supporter
    mine = None if supporter is None else here.stored.case.offer_to(supporter.user_id)
    if supporter is None or mine is None or not mine.live:
        abort(404)
    spoken = next((c for c in asked.languages if c in supporter.languages), asked.languages[0])
    until = ""
    if mine.answer_by is not None:
        until = moment_text(mine.answer_by, supporter.timezone, here.reader)
    return page(
        "offer.html",
        here.reader,
        **_common(here),
        spoken=language_name(spoken, here.reader),
        topics=topic_labels(config, asked.topics, here.reader),
        channels=channel_labels(config, asked.channels, here.reader),
        received=date_text(here.stored.case.received_at, here.reader),
        answer_by=until,
    )


def _door_page(here: Visit) -> ResponseReturnValue:
    return page("door.html", here.reader, **_common(here))


def _common(here: Visit) -> dict[str, Any]:
    return {"ref": shown(here.stored.case.ref), "form": form_token(here)}


def _contacts(here: Visit, story: cases.Story | None) -> list[tuple[str, str]]:
    """Give the addresses, each with the name of its channel."""
    if story is None:
        return []
    config = the_desk().config
    return [
        (channel_labels(config, (channel,), here.reader)[0], address)
        for channel, address in story.contact
    ]


def _in_address(name: str) -> str:
    # A name may hold `?` and `&`: unquoted, the mail would go to somebody else.
    return quote(name.replace(" ", "_"), errors="replace")
