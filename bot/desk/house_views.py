"""The pages for everybody: what this place is, and what becomes of what is told here."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config
from bot.desk.context import page, the_desk, visitor_language
from bot.desk.the_end import ended_page, has_it_ended
from bot.desk.turns import turns
from bot.network import sign_up_is_open
from bot.store.lifetimes import GRACE_HOURS, OUTBOX_DAYS
from bot.store.marks import MET_DAYS, REQUEST_DAYS
from bot.store.store import MAIL_PAGE, get_setting

house_pages = Blueprint("house", __name__)


@house_pages.get("/")
def home() -> ResponseReturnValue:
    """Say what this is, and where one asks, looks after one's own affairs, or joins."""
    desk, reader = the_desk(), visitor_language()
    if has_it_ended():
        return ended_page(reader)
    return page(
        "home.html",
        reader,
        sign_up=sign_up_is_open(desk.config, desk.clock()),
        turns=turns(reader),
    )


@house_pages.get("/leave")
def leave() -> ResponseReturnValue:
    """Lead to the wiki at once; nothing of the desk stays in the browser but its history."""
    session.clear()
    answer = redirect(_wiki_address() or f"{request.script_root}/", 303)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def _wiki_address() -> str:
    """Return the wiki's own address, which leads to its main page; empty where none is known."""
    try:
        with the_desk().store.read() as tx:
            mail_page = get_setting(tx, MAIL_PAGE) or ""
    except SQLAlchemyError:
        return ""  # leaving works whatever else does not
    parts = urlsplit(mail_page)
    script = parts.path.partition("index.php")
    path = script[0] + script[1] if script[1] else "/"
    return f"{parts.scheme}://{parts.netloc}{path}" if parts.netloc else ""


@house_pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say who is responsible, who reads what, how long it is kept, and what one can ask for."""
    config, reader = the_desk().config, visitor_language()
    return page(
        "privacy.html",
        reader,
        operator=config.operator,
        lifetimes=list(_lifetimes(config, reader)),
    )


def _lifetimes(config: Config, reader: str) -> Iterator[tuple[str, str]]:
    """Give, for each thing that is kept, how long; the figures are those that the network obeys."""

    def say(key: str, *parameters: int) -> str:
        return the_desk().messages.text(key, reader, *parameters)

    retention, policy = config.retention, config.policy
    yield "envelope", say("desk-privacy-hours", retention.page_key_hours + GRACE_HOURS)
    yield "story", say("desk-privacy-story", policy.story_hours)
    yield "conversation", say("desk-privacy-conversation")
    yield "name", say("desk-privacy-while-open")
    yield "case", say("desk-privacy-days-after", retention.closed_case_days)
    yield "pair", say("desk-privacy-days-after", retention.complaint_days)
    yield "complaint", say("desk-privacy-until-decided", retention.complaint_days)
    yield "marks", say("desk-privacy-marks", REQUEST_DAYS, MET_DAYS)
    yield "mails", say("desk-privacy-days", OUTBOX_DAYS)
    yield "supporter", say("desk-privacy-supporter")
