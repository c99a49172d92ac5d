"""Whether the worker is alive: it notes the time after each round, whatever came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store.store import HEARTBEAT, Tx, get_setting

SILENT = timedelta(minutes=10)
"""A worker that has noted nothing for so long is not at work."""


def alive(tx: Tx, now: datetime) -> bool:
    """Say whether a worker finished a round lately."""
    beat = get_setting(tx, HEARTBEAT)
    # Either way: a beat that is yet to come is of a worker with another clock.
    return beat is not None and abs(now - datetime.fromisoformat(beat)) < SILENT
