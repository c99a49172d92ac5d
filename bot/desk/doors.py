"""Opening a link: the token found, the session kept, the form token made and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, Protocol

from flask import abort, redirect, request, session
from itsdangerous import BadSignature
from werkzeug.wrappers import Response

from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.desk.context import OPENED, SESSION_LIVES, the_desk
from bot.store import cases, links, roster
from bot.store.cases import StoredCase
from bot.store.keyring import token_digest
from bot.store.links import Link
from bot.store.store import Tx


class Opened(Protocol):
    """Whatever a token opened: sessions and forms are the same for all."""

    @property
    def link_id(self) -> str:
        """A part of the hash of the token."""

    @property
    def ended(self) -> bool:
        """Whether the link has died meanwhile."""


@dataclass(frozen=True)
class Visit:
    """A link that opens something, the case behind it, and who came (None: the requester)."""

    link: Link
    link_id: str
    stored: StoredCase
    supporter: Supporter | None

    @property
    def ended(self) -> bool:
        """Whether the link has died meanwhile."""
        return self.link.ended

    @property
    def reader(self) -> str:
        """The language in which whoever came can be spoken to."""
        asked, desk = self.stored.asked, the_desk()
        theirs = (
            (asked.locale, *asked.languages) if self.supporter is None else self.supporter.languages
        )
        # Labels, dates and names of languages in the language that the page itself is in.
        return desk.messages.best_for("desk-title", theirs, desk.config.locale)


def visit(tx: Tx, token: str, door: Door, *, ended_too: bool = False) -> Visit:
    """Find what a token opens; unknown, spent and expired ones are answered alike."""
    here = look_up(tx, token, door, ended_too=ended_too)
    if here is None:
        abort(404)
    return here


def look_up(tx: Tx, token: str, door: Door, *, ended_too: bool = False) -> Visit | None:
    """Find what a token opens, if it opens anything."""
    link = links.find(tx, token, door, the_desk().clock())
    if link is None or (link.ended and not ended_too):
        return None
    stored = cases.load(tx, link.case_id)
    if stored is None:
        return None
    supporter = None
    if door is not Door.STATUS:
        supporter = None if link.supporter is None else roster.get(tx, link.supporter)
        if supporter is None:
            return None
    if door is Door.CASE and stored.case.supporter != link.supporter:
        return None  # the links end with the support; should one not, it still opens nothing
    return Visit(link, token_digest(token).hex()[:16], stored, supporter)


def open_session(here: Opened) -> None:
    """Open the door for half an hour; the cookie names the link by a part of its hash alone."""
    session.permanent = True
    _forget_closed_doors()
    session[here.link_id] = int(the_desk().clock().timestamp())


def close_session(here: Opened) -> None:
    """Shut the door in this browser."""
    session.pop(here.link_id, None)
    session.pop(f"{here.link_id}-seen", None)


def to_opened() -> Response:
    """Lead to the page behind a door that was just opened.

    Where the browser refused the cookie the door is still shut there, and says so.
    """
    now = int(the_desk().clock().timestamp())
    return redirect(f"{request.script_root}{request.path}?{OPENED}={now}", 303)


def _forget_closed_doors() -> None:
    # A browser drops a cookie that grows without end, and every open door with it.
    since = the_desk().clock().timestamp() - SESSION_LIVES.total_seconds()
    # By its exact type: Flask keeps a bool of its own there, which is an int as well.
    for name in [name for name, at in session.items() if type(at) is int and at <= since]:
        session.pop(name)
        session.pop(f"{name}-seen", None)


def is_open(here: Opened) -> bool:
    """Say whether the door was opened within the half hour."""
    opened = session.get(here.link_id)
    if not isinstance(opened, int):
        return False
    return 0 <= the_desk().clock().timestamp() - opened < SESSION_LIVES.total_seconds()


def form_token(here: Opened) -> str:
    """Make the token that each form of this page carries."""
    return str(the_desk().forms.dumps([request.path, session.get(here.link_id)]))


def check_form(here: Opened, do: str, *, keeps_text: bool = False) -> bool:
    """Refuse a POST that does not come from a page that we gave to this visitor.

    A form from before the half hour was over passes: it finds the door closed, and does nothing.
    One that came with text, of an older session, is not refused here, for the text would be lost:
    False says that the page has to show it again instead.
    """
    form = _read_form()
    if form is None:
        _no_form(here)
    if do != "open" and is_open(here) and form[0] != session.get(here.link_id):
        if not keeps_text:
            _no_form(here)
        return False
    return True


def has_our_form() -> bool:
    """Say whether a POST comes from a page of this address, whatever has become of its link."""
    return _read_form() is not None


def _read_form() -> tuple[object] | None:
    """Give when the session of a form was opened; None where we gave out no such form here."""
    try:
        path, opened = the_desk().forms.loads(request.form.get("form", ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return (opened,) if path == request.path else None


def _no_form(here: Opened) -> NoReturn:
    # A spent link is answered to those alone who were on its page while it lived.
    abort(404 if here.ended else 400)
