"""How many links were tried that open nothing: a number for the operator's log, and no more.

A token cannot be guessed, so nothing is locked and nobody is kept out: behind a proxy that hides
addresses that would be everybody.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock

WITHIN = timedelta(hours=1)
MANY = 100
"""More than people open by mistake within an hour, with their mail scanners."""

log = logging.getLogger("peer-support")


class DeadLinks:
    """Counts in this process alone, and tells the log at 100, 1,000, 10,000 within an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: datetime | None = None
        self._count = 0
        self._tell_at = MANY

    def one_more(self, now: datetime) -> None:
        """Count a link that opened nothing."""
        with self._lock:
            if self._since is None or not timedelta() <= now - self._since < WITHIN:
                self._since, self._count, self._tell_at = now, 0, MANY
            self._count += 1
            if self._count < self._tell_at:
                return
            told, self._tell_at = self._count, self._tell_at * 10
        log.warning(
            "desk: %d links within an hour opened nothing: somebody may be guessing, in vain", told
        )
