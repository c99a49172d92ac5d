"""The hours of the day in which a supporter likes to be asked, by their own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.zones import zone_of


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` up to, but without, `end`, on a wall clock; an earlier end is the next day's."""

    start: time
    end: time

    def __post_init__(self) -> None:
        for wall in (self.start, self.end):
            if wall != time(wall.hour, wall.minute):
                raise ValueError("Hours are whole minutes on a wall clock without a time zone.")
        if self.start == self.end:
            raise ValueError("Hours that end when they start are either none or all of the day.")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def is_open(self, now: datetime, timezone: str) -> bool:
        """Say whether the clock on the wall there shows one of these hours now."""
        return self._holds(now.astimezone(zone_of(timezone)).time())

    def next_opening(self, now: datetime, timezone: str) -> datetime:
        """Return the first moment from now on (UTC) at which these hours are open."""
        zone = zone_of(timezone)
        if self._holds(now.astimezone(zone).time()):
            return now.astimezone(UTC)
        # When clocks change, the wall can jump into the hours without ever showing their start.
        moments = {*self._starts(now, zone), *_clock_changes(now, zone)}
        return min(
            moment
            for moment in moments
            if moment > now and self._holds(moment.astimezone(zone).time())
        )

    def _holds(self, wall: time) -> bool:
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def _starts(self, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield the moments at which the wall shows `start`, twice where an hour comes twice."""
        today = now.astimezone(zone).date()
        for days in range(_DAYS_AHEAD + 1):
            start = datetime.combine(today + timedelta(days=days), self.start, zone)
            yield start.astimezone(UTC)
            yield start.replace(fold=1).astimezone(UTC)


# Hours that fall into the gap when clocks go forward are missed once, so tomorrow is not enough.
_DAYS_AHEAD = 3


def _clock_changes(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the moments of the next days (UTC, to the second) at which clocks there are changed."""
    step = timedelta(hours=6)
    before = now.astimezone(UTC).replace(microsecond=0)
    for _ in range(_DAYS_AHEAD * 4):
        after = before + step
        if _offset(before, zone) != _offset(after, zone):
            yield _change_between(before, after, zone)
        before = after


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
