"""The Flask application: what every page has in common, headers and failures included."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bot.config import Config
from bot.i18n import Messages
from bot.languages import direction
from bot.store.store import Store

SESSION_LIVES = timedelta(minutes=30)
LARGEST_FORM = 64 * 1024

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Desk:
    """What the pages work with."""

    config: Config
    store: Store
    messages: Messages
    clock: Callable[[], datetime]
    forms: URLSafeTimedSerializer


def create_app(
    config: Config, store: Store, messages: Messages, clock: Callable[[], datetime]
) -> Flask:
    """Make the application for one network."""
    from bot.desk.views import pages  # noqa: PLC0415 - the views ask for the desk made here

    app = Flask("bot.desk")
    key = store.keyring.derive("desk").hex()
    app.secret_key = key
    app.config.update(
        SESSION_COOKIE_NAME="desk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.desk.url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=SESSION_LIVES,
        # The cookie ends half an hour after it was given, whatever is looked at meanwhile.
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
    )
    # The library's own default here is SHA-1.
    forms = URLSafeTimedSerializer(
        key, salt="form", signer_kwargs={"digest_method": hashlib.sha256}
    )
    app.extensions["desk"] = Desk(config, store, messages, clock, forms)
    app.register_blueprint(pages)
    app.after_request(_protect)
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(SQLAlchemyError, _store_is_gone)
    app.register_error_handler(Exception, _broken)
    return app


def the_desk() -> Desk:
    """Give the desk that serves this request."""
    desk: Desk = current_app.extensions["desk"]
    return desk


def page(template: str, reader: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """Render a page in the reader's language; `say` in a template gives a message."""
    messages = the_desk().messages

    def say(key: str, *parameters: str | int) -> str:
        return messages.text(key, reader, *parameters)

    # Marked as the language that is really shown, where a message is not translated yet.
    shown = messages.spoken("desk-title", reader)
    text = render_template(template, say=say, language=shown, direction=direction(shown), **values)
    return text, status


def said(key: str, reader: str, status: int = 200) -> tuple[str, int]:
    """Render a page that says one thing."""
    return page("said.html", reader, status, key=key)


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        if request.endpoint == "static" and name == "Cache-Control":
            value = "public, max-age=3600"  # noqa: PLW2901 - the style sheet holds nothing
        response.headers[name] = value
    if the_desk().config.desk.url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _refuse(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    key = "desk-not-here" if status == 404 else "desk-try-again"
    return said(key, the_desk().config.locale, status)


def _store_is_gone(error: SQLAlchemyError) -> tuple[str, int]:
    current_app.logger.error("the store: %s", type(error).__name__)
    return said("desk-out-of-order", the_desk().config.locale, 503)


def _broken(error: Exception) -> tuple[str, int]:
    # Its kind and place, and no values: a traceback's last line can hold what somebody wrote.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "?" if trace is None else f"{trace.tb_frame.f_globals['__name__']}:{trace.tb_lineno}"
    current_app.logger.error("%s at %s", type(error).__name__, place)
    return said("desk-out-of-order", the_desk().config.locale, 500)
