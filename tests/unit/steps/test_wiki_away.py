"""A wiki that is away for minutes: a quiet log, and a status that alarms and says since when."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.overview import look
from bot.schedule import OFTEN, do_round
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError, WikiError
from tests.fakes.network import FakeNetwork, make


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network that has begun."""
    return make(tmp_path)


def _rounds(fake: FakeNetwork, minutes: int) -> None:
    for _ in range(minutes * 4):
        fake.clock.forward(seconds=15)
        do_round(fake.network, OFTEN, lambda: False)


def _seen(fake: FakeNetwork) -> tuple[str | None, bool]:
    with fake.store.read() as tx:
        seen = look(tx, fake.clock(), fake.network.config)
    return seen.wiki_away_since, "wiki-away" in seen.alarms


@pytest.mark.parametrize("error", [WikiDownError("no-connection"), NoAnswerError("http-503")])
def test_the_log_grows_quiet_and_status_alarms(
    fake: FakeNetwork, caplog: pytest.LogCaptureFixture, error: WikiError
) -> None:
    """An hour of failures is a few lines a step; after three minutes it alarms, until the end."""
    caplog.set_level(logging.INFO)
    assert _seen(fake) == (None, False)
    fake.wiki.does.before["query"] = error
    _rounds(fake, 2)
    since, alarms = _seen(fake)
    assert since is not None
    assert not alarms
    _rounds(fake, 2)
    assert _seen(fake) == (since, True)
    _rounds(fake, 56)
    assert _seen(fake) == (since, True)
    said = Counter(
        record.getMessage().partition(":")[0]
        for record in caplog.records
        if "the wiki:" in record.getMessage()
    )
    assert 0 < said["take_in"] <= 7
    assert max(said.values()) <= 7, said
    caplog.clear()
    fake.wiki.does.before.clear()
    _rounds(fake, 1)
    assert _seen(fake) == (None, False)
    assert "take_in: works again, after 240 times since" in caplog.text


def test_a_refusal_is_no_wiki_that_is_away(fake: FakeNetwork) -> None:
    """A wiki that answers is there, whatever it says."""
    fake.wiki.does.before["query"] = ApiError("permissiondenied")
    _rounds(fake, 5)
    assert _seen(fake) == (None, False)


def test_a_clock_that_is_wrong_is_told_less_and_less(
    fake: FakeNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    """It stops every round, by other seconds each time; an hour of it is a few lines."""
    clock, drift = fake.network.clock, iter(range(10_000))
    ahead = replace(fake.network, clock=lambda: clock() + timedelta(hours=3, seconds=next(drift)))
    for _ in range(240):
        fake.clock.forward(seconds=15)
        do_round(ahead, OFTEN, lambda: False)
    lines = [one.getMessage() for one in caplog.records if "clock is" in one.getMessage()]
    assert 2 < len(lines) <= 7, lines
    assert lines[0].endswith("seconds ahead of the wiki's: stopped")
    assert "times since" in lines[-1]


def test_another_worker_goes_on_counting(fake: FakeNetwork) -> None:
    """Since when is in the store: whoever starts in the middle of it does not begin anew."""
    fake.wiki.does.before["query"] = WikiDownError("no-connection")
    _rounds(fake, 2)
    since, _ = _seen(fake)
    fake.store.close()
    again = make(fake.wiki.folder, fake.clock)
    again.wiki.does.before["query"] = WikiDownError("no-connection")
    _rounds(again, 2)
    assert _seen(again) == (since, True)
