"""The worker looks quickly while something happens and slowly at rest, within its bounds."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.config.model import Schedule
from bot.rhythm import Rhythm, interval

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCHEDULE = Schedule(quick_seconds=3, intake_seconds=15, rest_seconds=60)


@pytest.mark.parametrize(
    ("quiet", "seconds"),
    [
        (timedelta(), 3),
        (timedelta(minutes=2, seconds=59), 3),
        (timedelta(minutes=3), 15),
        (timedelta(minutes=59), 15),
        (timedelta(hours=1), 60),
        (timedelta(days=9), 60),
    ],
)
def test_slows_down_in_steps(quiet: timedelta, seconds: int) -> None:
    """Quick for three minutes, as usual for an hour, then at rest."""
    assert interval(SCHEDULE, quiet) == timedelta(seconds=seconds)


@pytest.mark.parametrize("given", [{"intake_seconds": 1}, {"intake_seconds": 120}])
def test_a_usual_interval_alone_bounds_the_others(given: dict[str, int]) -> None:
    """Who set only `intake_seconds` waits no longer than that while something happens."""
    schedule = Schedule(**given)
    usual = timedelta(seconds=given["intake_seconds"])
    assert interval(schedule, timedelta()) <= usual <= interval(schedule, timedelta(days=1))


def _looks(rhythm: Rhythm, seconds: int, store: object = None) -> list[int]:
    """Give the seconds at which it looks, asked every three of them."""
    looks = []
    for second in range(0, seconds, 3):
        now = NOW + timedelta(seconds=second)
        if rhythm.is_due(now, store):
            looks.append(second)
            rhythm.looked(now, store, worked=False)
    return looks


def test_a_quiet_day_costs_few_looks() -> None:
    """Two hours of quiet: sixty quick looks, then one in 15 s, then one a minute."""
    looks = _looks(Rhythm(SCHEDULE, active_at=NOW), 7200)
    assert len(looks) == 180 // 3 + (3600 - 180) // 15 + 3600 // 60


def test_a_shade_too_early_is_in_time() -> None:
    """Timers are never exact: asked some milliseconds early or late, it looks as often as said."""
    late = (0, 7, -4, 2, -9, 5, -1, 8)  # milliseconds
    for quiet, every in ((timedelta(), 1), (timedelta(minutes=5), 5), (timedelta(days=1), 20)):
        rhythm = Rhythm(SCHEDULE, active_at=NOW - quiet)
        looks = []
        for tick in range(41):
            now = NOW + timedelta(seconds=3 * tick, milliseconds=late[tick % len(late)])
            if rhythm.is_due(now, None):
                looks.append(tick)
                rhythm.looked(now, None, worked=False)
        assert looks == list(range(0, 41, every)), f"after {quiet} of quiet"


def test_what_the_desk_leaves_is_not_kept_waiting() -> None:
    """At rest, something new in the store makes it look at once, and once."""
    rhythm = Rhythm(SCHEDULE, active_at=NOW - timedelta(days=1))
    now = NOW
    assert rhythm.is_due(now, "before")
    rhythm.looked(now, "before", worked=False)
    now += timedelta(seconds=3)
    assert not rhythm.is_due(now, "before")
    assert rhythm.is_due(now, "a mail was queued")
    rhythm.looked(now, "a mail was queued", worked=False)
    assert not rhythm.is_due(now + timedelta(seconds=3), "a mail was queued")


def test_work_makes_it_quick_again() -> None:
    """After a night of rest a request comes: the next looks follow quickly."""
    rhythm = Rhythm(SCHEDULE, active_at=NOW - timedelta(days=1))
    rhythm.looked(NOW, None, worked=True)
    assert _looks(rhythm, 12) == [3, 6, 9]
