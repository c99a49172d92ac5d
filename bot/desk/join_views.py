"""Signing up as a supporter, while that is open; training comes before any case."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, request, session
from flask.typing import ResponseReturnValue

from bot.casework.effects import Door, MailKind
from bot.casework.profile_form import ProfileForm, with_said
from bot.casework.roster import USUAL_CHANNELS, Supporter, SupporterStatus
from bot.desk import choices, profiles
from bot.desk.account_doors import AccountVisit, press_account, visit_account, was_inside
from bot.desk.context import page, said, the_desk, visitor_language
from bot.desk.doors import form_token, is_open, open_session
from bot.desk.enter_views import closed_to_new
from bot.network import published
from bot.request.typed import Trouble
from bot.store import accounts, outbox, roster
from bot.store.store import Tx

join_pages = Blueprint("join", __name__)


@join_pages.get("/join/<token>")
def join(token: str) -> ResponseReturnValue:
    """Show one button; in an open session, what supporters do and the form."""
    with the_desk().store.read() as tx:
        here = visit_account(tx, token, Door.JOIN)
        if not is_open(here):
            return page("door.html", here.reader, form=form_token(here))
        if (closed := _closed(tx, here)) is not None:
            return closed
    return _form_page(here, profiles.filled_in(_nobody_yet(here), here.reader))


@join_pages.post("/join/<token>")
def act_on_join(token: str) -> ResponseReturnValue:
    """Open the door, or take the application."""
    return press_account(token, Door.JOIN, _take, _gone)


def _take(tx: Tx, here: AccountVisit) -> ResponseReturnValue:
    if (closed := _closed(tx, here)) is not None:
        return closed
    form, new = profiles.typed(), _nobody_yet(here)
    read = profiles.read(form, new, here.reader)
    troubles = read if isinstance(read, tuple) else ()
    if not request.form.get("read"):
        troubles = (*troubles, Trouble("read", "read"))
    if troubles or isinstance(read, tuple):
        return _form_page(here, form, troubles)
    if not accounts.end_links(tx, Door.JOIN, here.link.account):
        return _gone()
    now = the_desk().clock()
    roster.put(tx, with_said(new, read), now)
    outbox.tell_coordinators(tx, MailKind.APPLIED, "applied", now)
    session.pop(here.link_id, None)
    return said("join-thanks", here.reader)


def _gone() -> ResponseReturnValue:
    if not was_inside():
        abort(404)
    return said("join-gone", visitor_language())


def _closed(tx: Tx, here: AccountVisit) -> tuple[str, int] | None:
    if roster.get(tx, here.link.account) is not None:
        return said("join-already", here.reader)
    return closed_to_new(here.reader)


def _nobody_yet(here: AccountVisit) -> Supporter:
    """Give the profile of somebody who has said nothing yet."""
    usual = Supporter(
        user_id=here.link.account,
        name=here.link.name,
        languages=(here.reader,),
        status=SupporterStatus.APPLIED,
    )
    return replace(usual, channels=USUAL_CHANNELS & set(published(the_desk().config).channels))


def _form_page(
    here: AccountVisit, form: ProfileForm, troubles: tuple[Trouble, ...] = ()
) -> tuple[str, int]:
    if not is_open(here):
        open_session(here)  # they were inside, and go on with what they wrote
    return page(
        "join_form.html",
        here.reader,
        422 if troubles else 200,
        form=form_token(here),
        account=choices.isolated(here.link.name),
        has_read=bool(request.form.get("read")),
        **profiles.on_the_page(form, troubles, here.reader),
    )
