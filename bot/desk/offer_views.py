"""The offer page: what its mail told, and the three answers to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from bot.casework import events as on
from bot.casework.case import Answer
from bot.casework.choosing import time_to_answer
from bot.casework.effects import Door
from bot.casework.matching import Load, has_room
from bot.dates import date_text, moment_text
from bot.desk.context import page, said, the_desk
from bot.desk.doors import Visit, check_form, visit
from bot.desk.shown import common, tell
from bot.languages import language_name, shared_language
from bot.network import channel_labels, topic_labels
from bot.store import cases, complaints, roster

offer_pages = Blueprint("offer", __name__)

PAUSE = timedelta(days=14)


@offer_pages.get("/offer/<token>")
def offer(token: str) -> ResponseReturnValue:
    """Show an offer: no more than its mail told."""
    with the_desk().store.read() as tx:
        here = visit(tx, token, Door.OFFER)
        channels = cases.ways_to_reach(tx, here.stored)
    return _offer_page(here, channels)


@offer_pages.post("/offer/<token>")
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
            if supporter.user_id in complaints.held_back(tx):
                # Asked before a coordinator could decide: somebody else is, and this says no more.
                tell(tx, here, on.Declined(supporter.user_id))
                return said(_ACCEPTED[Answer.TOO_LATE], here.reader)
            answer = tell(tx, here, on.Accepted(supporter.user_id, room))
            return said(_ACCEPTED[answer], here.reader)
        if do not in _DECLINED:
            abort(400)
        tell(tx, here, on.Declined(supporter.user_id))
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


def _offer_page(here: Visit, channels: tuple[str, ...]) -> ResponseReturnValue:
    config, asked, supporter = the_desk().config, here.stored.asked, here.supporter
    mine = None if supporter is None else here.stored.case.offer_to(supporter.user_id)
    if supporter is None or mine is None or not mine.live:
        abort(404)
    spoken = shared_language(asked.languages, supporter.languages) or asked.languages[0]
    # Whoever comes before the worker has written down that the mail went has as long.
    by = mine.answer_by or time_to_answer(the_desk().clock(), config.policy.answer_within_hours)
    return page(
        "offer.html",
        here.reader,
        **common(here),
        spoken=language_name(spoken, here.reader),
        topics=topic_labels(config, asked.topics, here.reader),
        channels=channel_labels(config, channels, here.reader),
        received=date_text(here.stored.case.received_at, here.reader),
        answer_by=moment_text(by, supporter.timezone, here.reader),
    )
