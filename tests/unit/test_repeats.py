"""The log repeats itself less and less, and says how often what it left out came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.repeats import Repeats

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = "the wiki: no-connection"


def _hours(repeats: Repeats, hours: float, every: int = 15) -> list[tuple[int, str]]:
    """Fail every so many seconds; give the minute of each line, and the line."""
    lines = []
    for second in range(0, int(hours * 3600), every):
        told = repeats.again("take_in", SAID, NOW + timedelta(seconds=second))
        if told is not None:
            lines.append((second // 60, told))
    return lines


def test_it_is_told_at_once_and_then_less_and_less() -> None:
    """Eight hours of four failures a minute are a dozen lines, each with the count so far."""
    lines = _hours(Repeats(), 8)
    assert [minute for minute, _ in lines] == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423]
    assert lines[0][1] == SAID
    assert lines[2][1] == f"{SAID} (13 times since 2026-11-25 12:00 UTC)"


def test_something_else_is_told_at_once() -> None:
    """Another failure of the same step, and the same failure of another step."""
    repeats = Repeats()
    assert _hours(repeats, 0.1)
    assert repeats.again("take_in", "the wiki: readonly", NOW) == "the wiki: readonly"
    assert repeats.again("publish", SAID, NOW) == SAID


def test_the_end_is_told_once_with_the_count() -> None:
    """Who failed once says nothing of it; who failed often says how often, and begins anew."""
    repeats = Repeats()
    assert repeats.well("take_in") is None
    repeats.again("take_in", SAID, NOW)
    assert repeats.well("take_in") is None
    _hours(repeats, 1)
    assert repeats.well("take_in") == "works again, after 240 times since 2026-11-25 12:00 UTC"
    assert repeats.well("take_in") is None
    assert repeats.again("take_in", SAID, NOW) == SAID
