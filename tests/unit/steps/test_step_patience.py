"""A step that breaks as a whole is tried again less and less often, told, and stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.casework.alarms import Alarm
from bot.overview import look
from bot.repeats import Repeats
from bot.schedule import EVERY_STEP, OFTEN, RARELY, Did, do_round, once
from bot.signs import known
from bot.steps import publish, take_in, watch
from bot.store import aside, cases
from bot.store.store import HEARTBEAT, READ_UNTIL, WIKI_AWAY_SINCE, get_setting, put_setting
from bot.wiki import pages
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError
from tests.fakes.network import FakeNetwork, make

WORD = "MARKER of somebody"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network that has begun."""
    return make(tmp_path)


def raising(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, error: Callable[[], Exception]
) -> list[int]:
    """Let a function of a step raise; give a list that grows with each time."""
    times: list[int] = []

    def fails(*_: object, **__: object) -> None:
        times.append(1)
        raise error()

    monkeypatch.setattr(module, name, fails)
    return times


def rounds(fake: FakeNetwork, minutes: int) -> list[Did]:
    """Do a round each 15 seconds, and give what came of the last one."""
    came: list[Did] = []
    for _ in range(minutes * 4):
        fake.clock.forward(seconds=15)
        came = do_round(fake.network, OFTEN, lambda: False)
    return came


def seen(fake: FakeNetwork) -> tuple[list[str], bool]:
    """Give what `status` shows as set aside, and whether that was told."""
    with fake.store.read() as tx:
        shown = look(tx, fake.clock(), fake.network.config).set_aside
        return shown, Alarm.SET_ASIDE in known(tx)


def test_each_step_has_its_number() -> None:
    """Numbers are stored: a step that is missing here would be tried all the time."""
    assert {step.__name__ for step in (*EVERY_STEP, *OFTEN, *RARELY)} == set(aside.STEPS)
    assert len(set(aside.STEPS)) == len(aside.STEPS)


def test_a_step_with_a_fault_of_ours(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In two hours it is tried seven times, not 480; the rest works, and people hear of it."""
    caplog.set_level(logging.INFO)
    times = raising(monkeypatch, watch, "look", lambda: KeyError(WORD))
    fake.clock.forward(minutes=15)
    rounds(fake, 120)
    assert len(times) == 7
    fake.ask()
    rounds(fake, 1)
    assert len(fake.wiki.mails("Salma")) == 1
    shown, told = seen(fake)
    assert told
    assert shown[0].startswith("step watch: KeyError at test_step_patience:")
    assert any("was set aside" in mail["text"] for mail in fake.wiki.mails("Coral"))
    assert WORD not in caplog.text + str(shown)
    monkeypatch.undo()
    rounds(fake, 61)
    assert seen(fake) == ([], False)


def test_reading_that_breaks_lets_nobody_be_asked(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits the wiki may have said stop: what depends on it waits as well."""
    fake.ask()
    rounds(fake, 1)
    before = len(fake.wiki.mails("Salma"))
    fake.ask(8)
    fake.network.memory.newest = None
    times = raising(monkeypatch, take_in, "_note_state", lambda: KeyError(WORD))
    with fake.store.write() as tx:
        for stored in cases.load_where(tx):
            assert stored.case.open
    rounds(fake, 10)
    assert len(times) == 4
    assert len(fake.wiki.mails("Salma")) == before
    with fake.store.read() as tx:
        assert get_setting(tx, HEARTBEAT) == fake.clock().isoformat()
        read_until = get_setting(tx, READ_UNTIL)
    monkeypatch.undo()
    rounds(fake, 10)
    with fake.store.read() as tx:
        assert get_setting(tx, READ_UNTIL) != read_until
    assert len(fake.wiki.mails("Salma")) == before + 1


def test_waiting_says_nothing_of_the_wiki(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round in which nobody asked the wiki leaves it away as it was."""
    raising(monkeypatch, take_in, "_note_state", lambda: KeyError(WORD))
    rounds(fake, 1)
    with fake.store.write() as tx:
        put_setting(tx, WIKI_AWAY_SINCE, fake.clock().isoformat())
    do_round(fake.network, OFTEN, lambda: False)
    with fake.store.read() as tx:
        assert get_setting(tx, WIKI_AWAY_SINCE)


@pytest.mark.parametrize(
    "error",
    [
        lambda: WikiDownError("no-connection"),
        lambda: NoAnswerError("http-503"),
        lambda: ApiError("internal_api_error_DBQueryError"),
        lambda: OperationalError("select", {}, Exception("gone")),
    ],
)
def test_what_is_away_is_tried_in_each_round(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]
) -> None:
    """Wiki or store out of reach is no fault of the step: it works as soon as they are back."""
    times = raising(monkeypatch, take_in, "_note_state", error)
    rounds(fake, 5)
    assert len(times) == 20
    assert seen(fake)[0] == []


def test_a_key_page_that_cannot_be_saved(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wiki refuses each time: it is asked less and less often."""
    times: list[int] = []

    def refused(*_: object, **__: object) -> tuple[pages.Saving, str]:
        times.append(1)
        return pages.Saving.REFUSED, "protectedpage"

    monkeypatch.setattr(pages, "save", refused)
    with fake.store.write() as tx:
        put_setting(tx, publish.PUBLISHED, "")
    rounds(fake, 30)
    assert len(times) == 5
    assert seen(fake)[0][0].startswith("step publish: KeyPageError")


def test_once_says_that_something_waits(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A new process tells of it, too, and ends as after any failure."""
    raising(monkeypatch, take_in, "_note_state", lambda: KeyError(WORD))
    assert not once(fake.network)
    caplog.clear()
    fake.network.memory.repeats = Repeats()
    assert not once(fake.network)
    assert "take_in: set aside: KeyError" in caplog.text
    assert WORD not in caplog.text
    monkeypatch.undo()
    fake.clock.forward(minutes=2)
    assert once(fake.network)
