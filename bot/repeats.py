"""How often the log says the same again: at once, then less and less, with how often it came.

Pure: a wiki that is away for an hour fails every step of every round, and whoever reads the log
afterwards looks for the one other line in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Between what is told and told again: doubled each time, up to the longest."""


@dataclass
class _Trouble:
    since: datetime
    told_at: datetime
    pause: timedelta = FIRST_PAUSE
    times: int = 1


@dataclass
class Repeats:
    """What goes on failing: by who failed, and what they said of it."""

    _troubles: dict[str, tuple[str, _Trouble]] = field(default_factory=dict)

    def again(self, who: str, said: str, now: datetime) -> str | None:
        """Return what to log of one more failure, with its count; None when it was told lately."""
        kept = self._troubles.get(who)
        if kept is None or kept[0] != said:
            self._troubles[who] = (said, _Trouble(now, now))
            return said
        trouble = kept[1]
        trouble.times += 1
        if now - trouble.told_at < trouble.pause:
            return None
        trouble.told_at = now
        trouble.pause = min(2 * trouble.pause, LONGEST_PAUSE)
        return f"{said} ({_count(trouble)})"

    def knows(self, who: str) -> bool:
        """Say whether somebody's failure was told and is not over."""
        return who in self._troubles

    def well(self, who: str) -> str | None:
        """Return what to log when somebody works again; None where they did not fail for long."""
        kept = self._troubles.pop(who, None)
        if kept is None or kept[1].times == 1:
            return None
        return f"works again, after {_count(kept[1])}"


def _count(trouble: _Trouble) -> str:
    return f"{trouble.times} times since {trouble.since:%Y-%m-%d %H:%M} UTC"
