"""A whole request at the desk, with no edit on the wiki by anybody."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, request, session
from flask.typing import ResponseReturnValue

from bot.casework.effects import Door
from bot.casework.limits import Refusal, refusal
from bot.casework.mails import shown
from bot.desk import choices
from bot.desk.account_doors import AccountVisit, press_account, visit_account, was_inside
from bot.desk.context import page, said, the_desk, visitor_language
from bot.desk.doors import form_token, is_open, open_session
from bot.desk.the_end import ended_page
from bot.desk.turns import turns
from bot.languages import shared_language
from bot.network import published
from bot.network_state import is_ending, network_state
from bot.request import ask_form
from bot.request.ask_form import AskForm, Drawn
from bot.request.request import Request
from bot.request.typed import Trouble
from bot.request.words import three_words
from bot.store import accounts, asking, cases
from bot.store.store import Tx

ask_pages = Blueprint("ask", __name__)


@ask_pages.get("/ask/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Show one button; in an open session, the form of a request."""
    with the_desk().store.read() as tx:
        here = visit_account(tx, token, Door.ASK)
        if not is_open(here):
            return page("door.html", here.reader, form=form_token(here))
        if (closed := _closed(tx, here)) is not None:
            return closed
        return _form_page(tx, here, _empty(tx, here))


@ask_pages.post("/ask/<token>")
def act_on_ask(token: str) -> ResponseReturnValue:
    """Open the door, or take the request."""
    return press_account(token, Door.ASK, _take, _gone)


def _take(tx: Tx, here: AccountVisit) -> ResponseReturnValue:
    desk, say = the_desk(), the_desk().messages.text
    offered, now = published(desk.config), desk.clock()
    form = ask_form.typed(request.form, offered)
    if is_ending(tx):
        return _form_page(tx, here, form, notice=say("desk-network-ended", here.reader))
    if not network_state(tx).acts:
        return _form_page(tx, here, form, notice=say("ask-paused-now", here.reader))
    if (closed := _closed(tx, here)) is not None:
        return closed
    drawn = Drawn(
        ref=asking.draw_ref(),
        words=three_words(secrets.choice),
        status_token=tx.keyring.new_token(),
        locale=here.reader,
    )
    with_address = frozenset(one.id for one in desk.config.channels if one.address)
    asked = ask_form.read(form, offered, with_address, drawn)
    if not isinstance(asked, Request):
        return _form_page(tx, here, form, asked)
    # Before the case is made: of two presses at the same moment only one finds the link.
    if not accounts.end_links(tx, Door.ASK, here.link.account):
        return _gone()
    who = cases.Identity(here.link.account, here.link.name, asked.avoid)
    policy = desk.config.policy
    case_id = asking.open_case(tx, asked, who, by_hand=False, policy=policy, now=now)
    session.pop(here.link_id, None)
    return _sent_page(tx, here, asked, case_id)


def _gone() -> ResponseReturnValue:
    """Answer a press on a link that has done its work; others learn nothing of it."""
    if not was_inside():
        abort(404)
    return said("ask-gone", visitor_language())


def _closed(tx: Tx, here: AccountVisit) -> tuple[str, int] | None:
    """Give the page that says why this account cannot ask now; None where it can."""
    if is_ending(tx):
        return ended_page(here.reader)
    if not network_state(tx).acts:
        return page("paused.html", here.reader, turns=turns(here.reader))
    why = _refusal(tx, here)
    if why is None:
        return None
    return page("ask_refused.html", here.reader, reason=why.value, turns=turns(here.reader))


def _refusal(tx: Tx, here: AccountVisit) -> Refusal | None:
    link, desk = here.link, the_desk()
    standing = asking.standing_of(tx, link.account, blocked=link.blocked, now=desk.clock())
    return refusal(standing, desk.config.policy)


def _empty(tx: Tx, here: AccountVisit) -> AskForm:
    """Give the form with what is likely: the reader's language, and the desk itself."""
    codes = [one.id for one in choices.languages(tx, here.reader)]
    own = shared_language(codes, [here.reader])
    channels = [one.id for one in the_desk().config.channels if one.id == "desk"]
    return AskForm(languages=(own,) if own else (), channels=tuple(channels))


def _form_page(
    tx: Tx,
    here: AccountVisit,
    form: AskForm,
    troubles: tuple[Trouble, ...] = (),
    notice: str = "",
) -> tuple[str, int]:
    config, reader = the_desk().config, here.reader
    if not is_open(here):
        open_session(here)  # they were inside, and go on with what they wrote
    languages = choices.languages(tx, reader)
    return page(
        "ask_form.html",
        reader,
        422 if troubles else 200,
        form=form_token(here),
        account=choices.isolated(here.link.name),
        given=form,
        troubles=choices.in_words(troubles, reader),
        notice=notice,
        languages=languages,
        topics=choices.topics(config, reader),
        channels=choices.channels(config, reader),
        backgrounds=choices.backgrounds(config, reader),
        message_characters=config.message_characters,
    )


def _sent_page(tx: Tx, here: AccountVisit, asked: Request, case_id: int) -> tuple[str, int]:
    stored = cases.load(tx, case_id)
    ref = asked.ref if stored is None else stored.case.ref
    return page(
        "ask_sent.html",
        here.reader,
        shown_ref=shown(ref),
        words=asked.words,
        link=f"{the_desk().config.desk.url}/{Door.STATUS.value}/{asked.status_token}",
        wait=choices.wait(tx),
        notify=asked.notify,
    )
