"""The Flask application: what every page has in common, headers and failures included."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import IntegerConverter

from bot.config import Config
from bot.config.coordinators import Coordinators
from bot.desk.account_pages import account_pages
from bot.desk.case_views import case_pages
from bot.desk.context import MOST_DIGITS, SESSION_LIVES, Desk, said, the_desk, visitor_language
from bot.desk.coordinator_case_views import desk_case_pages
from bot.desk.coordinator_complaint_views import desk_complaint_pages
from bot.desk.coordinator_people_views import desk_people_pages
from bot.desk.coordinator_views import desk_pages
from bot.desk.dead_links import DeadLinks
from bot.desk.headers import HEADERS, OVER_HTTPS
from bot.desk.health_view import health_pages
from bot.desk.house_views import house_pages
from bot.desk.offer_views import offer_pages
from bot.desk.status_views import status_pages
from bot.desk.the_end import ended_page, has_it_ended
from bot.faults import kind_and_place
from bot.i18n import Messages
from bot.problems import printable
from bot.store.store import Store

LARGEST_FORM = 256 * 1024
"""Far more than any form takes, so that who pasted too much gets it back to shorten it."""

# What HTML may not hold: controls but tab and line ends, surrogates, noncharacters.
_NOT_SHOWN = dict.fromkeys(
    [
        *(set(range(0x20)) - {0x09, 0x0A, 0x0D}),
        *range(0x7F, 0xA0),
        *range(0xD800, 0xE000),
        *range(0xFDD0, 0xFDF0),
        *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
    ],
    "\N{REPLACEMENT CHARACTER}",
)


_BEHIND_A_LINK = " \t\r\n.,;:!?)]}>'\"*|\u00bb\u2019\u201d\u2026\u3002\u060c"
"""What mail programs take along as a part of a link; no token ends like that."""


def _showable(value: object) -> object:
    return value.translate(_NOT_SHOWN) if isinstance(value, str) else value


class Application(Flask):
    """Flask, whose pages hold no control characters."""

    jinja_options: ClassVar[dict[str, Any]] = {"finalize": _showable}  # type: ignore[misc]


OWN_WORDS = Markup(
    ' autocomplete="off" spellcheck="false" translate="no" writingsuggestions="false"'
)
"""On every field for people's own words: browsers send what is in a field to their makers, or to a
translator, to check its spelling, to go on writing, or to translate the page, and keep it."""


class _NumberConverter(IntegerConverter):
    """A row's number in an address: of no more digits than the database has room for."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


def create_app(
    config: Config,
    store: Store,
    messages: Messages,
    clock: Callable[[], datetime],
    coordinators: Coordinators | None = None,
) -> Flask:
    """Make the application for one network; its coordinators are the configured ones, or asked."""
    app = Application("bot.desk")
    app.jinja_env.globals["own_words"] = OWN_WORDS
    app.url_map.converters["number"] = _NumberConverter
    # An address with a slash too many is answered like any other that opens nothing.
    app.url_map.merge_slashes = False
    app.logger.addFilter(_without_traceback)
    # A name with marks of direction in it would turn what stands around it, isolated or not.
    app.jinja_env.filters["printable"] = printable
    key = store.keyring.derive("desk").hex()
    app.secret_key = key
    app.config.update(
        DEBUG=False,  # whatever the environment says: a debugger shows what was sent
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
    app.extensions["desk"] = Desk(
        config,
        store,
        messages,
        clock,
        forms,
        DeadLinks(),
        coordinators or (lambda: config.coordinators),
    )
    app.register_blueprint(offer_pages)
    app.register_blueprint(account_pages)
    app.register_blueprint(case_pages)
    app.register_blueprint(status_pages)
    app.register_blueprint(desk_pages)
    app.register_blueprint(desk_case_pages)
    app.register_blueprint(desk_complaint_pages)
    app.register_blueprint(desk_people_pages)
    app.register_blueprint(house_pages)
    app.register_blueprint(health_pages)
    app.before_request(_without_marks)
    app.before_request(_read_form)
    app.after_request(_protect)
    app.register_error_handler(HTTPException, _refuse)
    app.register_error_handler(SQLAlchemyError, _store_is_gone)
    app.register_error_handler(Exception, _broken)
    return app


def _without_traceback(record: logging.LogRecord) -> bool:
    # Flask's last resort logs the path, which holds a token, and a traceback.
    if record.exc_info:
        error = record.exc_info[1]
        record.msg, record.args = "%s", (kind_and_place(error),)
        record.exc_info = None
    return True


def _without_marks() -> ResponseReturnValue | None:
    """Lead on who follows a link with what stood behind it in a mail, whether it opens or not."""
    if request.method not in {"GET", "HEAD"} or "token" not in (request.view_args or {}):
        return None
    path = request.path.rstrip(_BEHIND_A_LINK)
    if path == request.path:
        return None
    asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(request.script_root + quote(path) + asked)


def _read_form() -> None:
    # Before a page begins its transaction: whoever sends slowly must not hold the store.
    request.form.get("do")


def _protect(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "static" and response.status_code < 400:
        # The style sheet holds nothing.
        response.headers["Cache-Control"] = "public, max-age=3600"
    if the_desk().config.desk.url.startswith("https:"):
        response.headers.update(OVER_HTTPS)
    return response


def _refuse(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    # An icon or a robots.txt that browsers and crawlers ask for is nobody's guess.
    if status == 404 and "token" in (request.view_args or {}):
        the_desk().dead_links.one_more(the_desk().clock())
    if status == 404 and has_it_ended():
        return ended_page(visitor_language(), status)
    key = "desk-not-here" if status == 404 else "desk-try-again"
    if status >= 500:
        key = "desk-out-of-order"
    allowed = (error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else ()
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return *said(key, visitor_language(), status), headers


def _store_is_gone(error: SQLAlchemyError) -> tuple[str, int]:
    current_app.logger.error("the store: %s", type(error).__name__)
    return said("desk-out-of-order", visitor_language(), 503)


def _broken(error: Exception) -> tuple[str, int]:
    current_app.logger.error("%s", kind_and_place(error))
    return said("desk-out-of-order", visitor_language(), 500)
