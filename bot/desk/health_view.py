"""The operator's pages: whether this process serves, and whether the network works.

Two questions, for who asks restarts what fails: a desk that serves must not be restarted because
the worker, or the database, is away.
"""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from bot.desk.context import the_desk
from bot.faults import kind_and_place
from bot.health import Health, health_of
from bot.network_state import NetworkState, network_state
from bot.store.store import HEARTBEAT, LOG_IN, get_setting

health_pages = Blueprint("health", __name__)


@health_pages.get("/livez")
def live() -> ResponseReturnValue:
    """Return 200 for as long as this process answers; store, worker and wiki are not asked."""
    return _answer(Health.WORKS)


@health_pages.get("/healthz")
def health() -> ResponseReturnValue:
    """Return whether store and worker work, and nothing else.

    After `wind-down` there is no worker any more, and the desk has to answer for a month.
    """
    try:
        return _answer(_look())
    except SQLAlchemyError as error:
        current_app.logger.error("healthz: the store: %s", kind_and_place(error))
        return _answer(Health.NO_STORE)


def _look() -> Health:
    with the_desk().store.read() as tx:
        if network_state(tx) is NetworkState.ENDED:
            return Health.ENDED
        beat, shut_out = get_setting(tx, HEARTBEAT), get_setting(tx, LOG_IN)
    return health_of(beat, shut_out, the_desk().clock())


def _answer(found: Health) -> ResponseReturnValue:
    status = 200 if found.well else 503
    return found.value, status, {"Content-Type": "text/plain; charset=utf-8"}
