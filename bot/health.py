"""Whether the network works, judged from its store: pure, for a check that is run often."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(minutes=10)
"""A worker that has noted nothing for so long is not at work."""


@enum.unique
class Health(enum.Enum):
    """How a network does, by the words that the desk answers with."""

    WORKS = "ok"
    ENDED = "the network has ended"  # after `wind-down` no worker is missed
    SILENT = "the worker is silent"
    SHUT_OUT = "the worker cannot log in to the wiki"
    NO_STORE = "the store is out of reach"

    @property
    def well(self) -> bool:
        """Return whether nobody has to do anything."""
        return self in {Health.WORKS, Health.ENDED}


def is_at_work(beat: str | None, now: datetime) -> bool:
    """Return whether a worker finished a round lately, by the time it noted (ISO 8601) or None."""
    # Either way: a beat that is yet to come is of a worker with another clock.
    return beat is not None and abs(now - datetime.fromisoformat(beat)) < SILENT_AFTER


def health_of(beat: str | None, shut_out: str | None, now: datetime) -> Health:
    """Return how the worker does, by its heartbeat and by what keeps it from logging in.

    A worker that is shut out is told as that, alive or not: a new start mends nothing.
    """
    if shut_out:
        return Health.SHUT_OUT
    return Health.WORKS if is_at_work(beat, now) else Health.SILENT
