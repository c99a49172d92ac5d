"""Opening a link: the token found, the session kept, the form token made and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from flask import abort, request, session
from itsdangerous import BadSignature

from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.desk.context import SESSION_LIVES, the_desk
from bot.store import cases, links, roster
from bot.store.cases import StoredCase
from bot.store.keyring import token_digest
from bot.store.links import Link
from bot.store.store import Tx


@dataclass(frozen=True)
class Visit:
    """A link that opens something, the case behind it, and who came (None: the requester)."""

    link: Link
    link_id: str
    stored: StoredCase
    supporter: Supporter | None

    @property
    def reader(self) -> str:
        """The language in which whoever came can be spoken to."""
        asked = self.stored.asked.locale if self.supporter is None else self.supporter.languages[0]
        # Labels, dates and names of languages in the language that the page itself is in.
        return the_desk().messages.spoken("desk-title", asked)


def visit(tx: Tx, token: str, door: Door, *, ended_too: bool = False) -> Visit:
    """Find what a token opens; unknown, spent and expired ones are answered alike."""
    link = links.find(tx, token, door, the_desk().clock())
    if link is None or (link.ended and not ended_too):
        _not_here()
    stored = cases.load(tx, link.case_id)
    if stored is None:
        _not_here()
    supporter = None
    if door is not Door.STATUS:
        supporter = None if link.supporter is None else roster.get(tx, link.supporter)
        if supporter is None:
            _not_here()
    if door is Door.CASE and stored.case.supporter != link.supporter:
        _not_here()  # the links end with the support; should one not, it still opens nothing
    return Visit(link, token_digest(token).hex()[:16], stored, supporter)


def open_session(here: Visit) -> None:
    """Open the door for half an hour; the cookie names the link by a part of its hash alone."""
    session.permanent = True
    session[here.link_id] = int(the_desk().clock().timestamp())


def is_open(here: Visit) -> bool:
    """Say whether the door was opened within the half hour."""
    opened = session.get(here.link_id)
    if not isinstance(opened, int):
        return False
    return 0 <= the_desk().clock().timestamp() - opened < SESSION_LIVES.total_seconds()


def form_token(here: Visit) -> str:
    """Make the token that each form of this page carries."""
    return str(the_desk().forms.dumps([request.path, session.get(here.link_id)]))


def check_form(here: Visit, do: str) -> None:
    """Refuse a POST that does not come from a page that we gave to this visitor.

    A form from before the half hour was over passes: it finds the door closed, and does nothing.
    """
    try:
        path, opened = the_desk().forms.loads(request.form.get("form", ""))
    except (BadSignature, ValueError, TypeError):
        _no_form(here)
    if path != request.path:
        _no_form(here)
    if do != "open" and is_open(here) and opened != session.get(here.link_id):
        _no_form(here)


def _no_form(here: Visit) -> NoReturn:
    # A spent link is answered to those alone who were on its page while it lived.
    abort(404 if here.link.ended else 400)


def _not_here() -> NoReturn:
    abort(404)
