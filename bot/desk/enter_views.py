"""Where anybody enters a user name, and the link comes by Wikimail to that account alone."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.casework.effects import Door
from bot.dates import date_text
from bot.desk.account_doors import ask_for_link, is_fresh_form, token_for_anybody
from bot.desk.context import page, said, the_desk, visitor_language
from bot.desk.the_end import ended_page, has_it_ended
from bot.desk.turns import turns
from bot.languages import direction, language_name
from bot.network import sign_up_is_open
from bot.network_state import network_state

enter_pages = Blueprint("enter", __name__)

_DOORS = "/<any(me, ask, join, desk):door>"


@enter_pages.get(_DOORS)
def enter(door: str) -> ResponseReturnValue:
    """Show the form for a name, or say why there is none now."""
    reader = visitor_language()
    return _closed(Door(door), reader) or _form(Door(door), reader)


@enter_pages.post(_DOORS)
def entered(door: str) -> ResponseReturnValue:
    """Note the name, and answer the same whatever it was."""
    reader = visitor_language()
    closed = _closed(Door(door), reader)
    if closed is not None:
        return closed
    if not is_fresh_form():
        # Nothing is done; the name is still there, and one more press is enough.
        return _form(Door(door), reader, 400)
    with the_desk().store.write() as tx:
        ask_for_link(tx, Door(door), reader)
    return said("enter-sent", reader)


def _form(door: Door, reader: str, status: int = 200) -> tuple[str, int]:
    return page(
        "enter.html",
        reader,
        status,
        door=door.value,
        form=token_for_anybody(),
        name=request.form.get("name", ""),
        again=status != 200,
        turns=turns(reader) if door is Door.ASK else (),
        languages=_languages(),
        **join_facts(reader),
    )


def _languages() -> list[tuple[str, str, str]]:
    """Give the languages of the pages: code, own name and direction."""
    codes = the_desk().messages.languages
    return [(code, language_name(code, code), direction(code)) for code in codes]


def _closed(door: Door, reader: str) -> tuple[str, int] | None:
    """Give the page that says why nobody can enter here now; None where they can."""
    if has_it_ended():
        return ended_page(reader)
    if door is Door.JOIN:
        return closed_to_new(reader)
    if door is Door.ASK:
        with the_desk().store.read() as tx:
            is_paused = not network_state(tx).acts
        if is_paused:
            return page("paused.html", reader, turns=turns(reader))
    return None


def closed_to_new(reader: str) -> tuple[str, int] | None:
    """Give the page that says from when to when people can sign up; None where they can now."""
    if sign_up_is_open(the_desk().config, the_desk().clock()):
        return None
    return page("join_closed.html", reader, **join_facts(reader))


def join_facts(reader: str) -> dict[str, Any]:
    """Give the days on which sign-up opens and closes, and on which side of them today is."""
    sign_up, today = the_desk().config.sign_up, the_desk().clock().date()
    opens, closes = sign_up.opens, sign_up.closes
    when = "none"
    if opens is not None:
        when = "before" if today < opens else "after" if closes and closes < today else "open"
    return {
        "when": when,
        "opens": _day(opens, reader),
        "closes": _day(closes, reader),
    }


def _day(day: date | None, reader: str) -> str:
    return "" if day is None else date_text(datetime.combine(day, time()), reader)
