"""What every page of the desk asks for: the network behind it, and its own rendering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template, request
from itsdangerous import URLSafeTimedSerializer

from bot.config import Config
from bot.config.coordinators import Coordinators
from bot.desk.dead_links import DeadLinks
from bot.i18n import Messages
from bot.languages import direction, is_language_code
from bot.store.store import Store

SESSION_LIVES = timedelta(minutes=30)
OPENED = "opened"
"""Argument of the address that a press on "Open" leads to: when it was pressed, in Unix time."""
SEEN_WITHIN = timedelta(minutes=1)
MOST_DIGITS = 15
MOST_DIGITS = 15
"""Of a number in an address or a form: a database has room for 18."""


@dataclass(frozen=True)
class Desk:
    """What the pages work with."""

    config: Config
    store: Store
    messages: Messages
    clock: Callable[[], datetime]
    forms: URLSafeTimedSerializer
    dead_links: DeadLinks
    coordinators: Coordinators


def the_desk() -> Desk:
    """Give the desk that serves this request."""
    desk: Desk = current_app.extensions["desk"]
    return desk


def visitor_language() -> str:
    """Give the language for a page that nobody's link opened: as asked for, or as browsers say."""
    desk = the_desk()
    for named in (request.args.get("uselang", ""), *request.accept_languages.values()):
        code = named.lower()
        if not is_language_code(code):
            continue
        spoken = desk.messages.spoken("desk-title", code)
        # Everything falls back to English: that is no answer to who asked for something else.
        if spoken != "en" or code.split("-")[0] == "en":
            return spoken
    return desk.messages.spoken("desk-title", desk.config.locale)


def page(template: str, reader: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Render a page in the reader's language; `say` in a template gives a message."""
    messages = the_desk().messages

    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, reader, *parameters)

    # Marked as the language that is really shown, where a message is not translated yet.
    shown = messages.spoken("desk-title", reader)
    text = render_template(
        template,
        say=say,
        language=shown,
        direction=direction(shown),
        cookies_refused=_cookies_refused(),
        **values,
    )
    return text, status


def _cookies_refused() -> bool:
    """Return whether somebody has opened a door a moment ago: where it is shown, it stayed shut."""
    pressed = request.args.get(OPENED, "")
    if not (pressed.isascii() and pressed.isdecimal() and len(pressed) < MOST_DIGITS):
        return False
    since = the_desk().clock().timestamp() - int(pressed)
    return 0 <= since < SEEN_WITHIN.total_seconds()


def said(key: str, reader: str, status: int = 200) -> tuple[str, int]:
    """Render a page that says one thing."""
    return page("said.html", reader, status, key=key)
