"""The operator's page: whether store and worker are alive."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bot import heartbeat
from bot.desk.context import the_desk

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def health() -> ResponseReturnValue:
    """Say whether store and worker are alive, and nothing else."""
    with the_desk().store.read() as tx:
        alive = heartbeat.alive(tx, the_desk().clock())
    return ("ok", 200) if alive else ("the worker is silent", 503)
