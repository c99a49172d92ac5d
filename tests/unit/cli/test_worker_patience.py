"""How long `run` waits for what is out of reach, and how often it says so."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.working import _Worker
from bot.health import SILENT_AFTER
from bot.problems import Problem

AWAY = Problem("the wiki", "It is away.", "Look whether it opens.")


class _Time:
    """A time that passes while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 11, 1, 12, tzinfo=UTC)
        self.slept: list[float] = []
        monkeypatch.setattr("bot.app.clock", lambda: self.now)
        monkeypatch.setattr("bot.cli.working.time.sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> _Time:
    """Let no test sleep."""
    return _Time(monkeypatch)


def test_longer_each_time_and_told_less_and_less(
    time: _Time, caplog: pytest.LogCaptureFixture
) -> None:
    """Two minutes at most, well before the worker would count as silent; a day is a page of log."""
    caplog.set_level(logging.INFO)
    worker = _Worker()
    end = time.now + timedelta(days=1)
    while time.now < end:
        worker.fails(AWAY)
    assert time.slept[:6] == [10, 20, 40, 80, 120, 120]
    assert timedelta(seconds=max(time.slept)) < SILENT_AFTER / 2
    said = [one.getMessage() for one in caplog.records]
    assert said[0] == "run: It is away. Look whether it opens. Trying again in 10 s."
    assert 24 <= len(said) <= 40
    worker.starts()
    assert "works again, after " in caplog.records[-1].getMessage()
    worker.fails(AWAY)
    assert time.slept[-1] == 10, "the next time it begins anew"


def test_a_refused_log_in_is_looked_at_often_and_asked_about_rarely(
    time: _Time, caplog: pytest.LogCaptureFixture
) -> None:
    """The file is looked at every ten seconds; the log names the time of the next try."""
    worker = _Worker(asks_at=time.now + timedelta(minutes=4))
    for _ in range(5):
        worker.fails(AWAY)
    assert time.slept == [10] * 5
    said = [one.getMessage() for one in caplog.records]
    assert said == ["run: It is away. Look whether it opens. Trying again at 12:04 UTC."]
