"""How soon the worker looks again: quick while something happens, slow at rest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config.model import Schedule

QUICK_FOR = timedelta(minutes=3)
REST_AFTER = timedelta(hours=1)


def interval(schedule: Schedule, quiet: timedelta) -> timedelta:
    """Give the time between two looks at the intake page, by how long nothing has happened."""
    usual = schedule.intake_seconds
    if quiet < QUICK_FOR:
        seconds = min(schedule.quick_seconds, usual)
    elif quiet < REST_AFTER:
        seconds = usual
    else:
        seconds = max(schedule.rest_seconds, usual)
    return timedelta(seconds=seconds)


@dataclass
class Rhythm:
    """When the worker looked last, when there was work last, and what the store looked like.

    `store` changes with whatever desk and commands leave for the worker: a link that somebody waits
    for at the screen is not kept waiting by a quiet page.
    """

    schedule: Schedule
    active_at: datetime
    looked_at: datetime | None = None
    store: object = None

    def is_due(self, now: datetime, store: object) -> bool:
        """Say whether it is time for a round; to be asked as often as the quickest looks come.

        It is at the one of these moments that is nearest: they come some milliseconds early or
        late, and who waited for the next one after a shade too early would look half as often.
        """
        if self.looked_at is None or store != self.store:
            return True
        nearest = interval(self.schedule, timedelta()) / 2
        return now - self.looked_at + nearest >= interval(self.schedule, now - self.active_at)

    def looked(self, now: datetime, store: object, *, worked: bool) -> None:
        """Note a round that began now, on a store that looked like this."""
        self.looked_at, self.store = now, store
        if worked:
            self.active_at = now
