"""The doors that prove an account: a name is entered, its link comes by Wikimail to the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature

from bot.casework.effects import Door
from bot.desk.context import the_desk
from bot.desk.doors import check_form, is_open, open_session, to_opened
from bot.request.usernames import normalise
from bot.store import accounts
from bot.store.accounts import AccountLink
from bot.store.keyring import token_digest
from bot.store.store import Tx, add_to_count

FORM_LIVES = 12 * 3600
"""Seconds for which the form for a name can be sent: it belongs to no session."""
_FOR_ANYBODY = "enter"


@dataclass(frozen=True)
class AccountVisit:
    """An account's own link, and the language in which its owner is spoken to."""

    link: AccountLink
    link_id: str
    ended: bool = False

    @property
    def reader(self) -> str:
        """The language of the page from which the link was asked for."""
        return the_desk().messages.spoken("desk-title", self.link.locale)


def visit_account(tx: Tx, token: str, door: Door) -> AccountVisit:
    """Find what a token opens; unknown and expired ones are answered alike."""
    here = find_account(tx, token, door)
    if here is None:
        abort(404)
    return here


def find_account(tx: Tx, token: str, door: Door) -> AccountVisit | None:
    """Find what a token opens, if it opens anything."""
    link = accounts.find_link(tx, token, door, the_desk().clock())
    return None if link is None else AccountVisit(link, token_digest(token).hex()[:16])


def press_account(
    token: str,
    door: Door,
    take: Callable[[Tx, AccountVisit], ResponseReturnValue],
    gone: Callable[[], ResponseReturnValue],
) -> ResponseReturnValue:
    """Open the door, or take the form that was sent; `gone` answers once the link has done it."""
    do = request.form.get("do", "")
    with the_desk().store.write() as tx:
        here = find_account(tx, token, door)
        if here is None:
            return gone()
        if do == "open":
            check_form(here, do)
            if not is_open(here):
                open_session(here)
            return to_opened()
        if do != "send" or not was_inside():
            abort(400)
        return take(tx, here)


def was_inside() -> bool:
    """Say whether a form was given out in an open session here, however long ago.

    Who fills in a long form may take more than half an hour, and what they wrote must not be lost.
    """
    try:
        path, opened = the_desk().forms.loads(request.form.get("form", ""))
    except (BadSignature, ValueError, TypeError):
        return False
    return path == request.path and isinstance(opened, int)


def token_for_anybody() -> str:
    """Make the token of a form that everybody can have: it needs no cookie, and gets old."""
    now = int(the_desk().clock().timestamp())
    return str(the_desk().forms.dumps([_FOR_ANYBODY, request.path, now]))


def is_fresh_form() -> bool:
    """Say whether a POST comes from such a form of this page, not too long ago."""
    try:
        what, path, made = the_desk().forms.loads(request.form.get("form", ""))
    except (BadSignature, ValueError, TypeError):
        return False
    if what != _FOR_ANYBODY or path != request.path or not isinstance(made, int):
        return False
    return 0 <= the_desk().clock().timestamp() - made < FORM_LIVES


def ask_for_link(tx: Tx, door: Door, locale: str) -> None:
    """Write down the name that was entered; what is answered never depends on it.

    A name that can be nobody's is dropped, and so is one too many: it is only counted.
    """
    name = normalise(request.form.get("name", ""))
    if name is None:
        return
    if not accounts.ask(tx, door, name, locale, the_desk().clock()):
        add_to_count(tx, accounts.REFUSED)
