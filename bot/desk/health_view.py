"""The operator's page: whether store and worker are alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bot.desk.context import the_desk
from bot.store.store import HEARTBEAT, get_setting

health_pages = Blueprint("health", __name__)

WORKER_SILENT = timedelta(minutes=10)


@health_pages.get("/healthz")
def health() -> ResponseReturnValue:
    """Say whether store and worker are alive, and nothing else."""
    with the_desk().store.read() as tx:
        beat = get_setting(tx, HEARTBEAT)
    # Either way: a beat that is yet to come is of a worker with another clock.
    alive = beat is not None and (
        abs(the_desk().clock() - datetime.fromisoformat(beat)) < WORKER_SILENT
    )
    return ("ok", 200) if alive else ("the worker is silent", 503)
