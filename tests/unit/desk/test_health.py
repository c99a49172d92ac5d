"""The operator's pages: whether the process serves, whether the network works; no data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.network_state import DONE, ENDING
from bot.store import ending
from bot.store.store import HEARTBEAT, put_setting

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene


def _beat(scene: Scene) -> None:
    with scene.store.write() as tx:
        put_setting(tx, HEARTBEAT, scene.clock().isoformat())


def test_alive_is_200(scene: Scene) -> None:
    """Store and worker alive: 200, in a word."""
    _beat(scene)
    answer = scene.browser().get("/healthz")
    assert (answer.status, answer.text) == (200, "ok")


@pytest.mark.parametrize("minutes", [10, 60 * 24])
def test_a_silent_worker_is_503(scene: Scene, minutes: float) -> None:
    """A worker that has not been heard of for ten minutes counts as dead."""
    _beat(scene)
    scene.clock.pass_(minutes=minutes - 0.1)
    assert scene.browser().get("/healthz").status == (200 if minutes == 10 else 503)
    scene.clock.pass_(minutes=0.1)
    assert scene.browser().get("/healthz").status == 503


def test_a_worker_that_never_was_is_503(scene: Scene) -> None:
    """A fresh store has no heartbeat."""
    assert scene.browser().get("/healthz").status == 503


def test_it_holds_no_data(scene: Scene) -> None:
    """With cases in the store it says the same words as without, and sets no cookie."""
    empty = scene.browser().get("/healthz")
    scene.supported()
    assert scene.browser().get("/healthz") == empty
    _beat(scene)
    answer = scene.browser().get("/healthz")
    assert answer.text == "ok"
    assert "Set-Cookie" not in answer.headers


def test_it_changes_nothing(scene: Scene) -> None:
    """Asking, by GET or HEAD, leaves the store as it was; nothing else is answered."""
    _beat(scene)
    before = scene.dump()
    assert scene.browser().send("HEAD", "/healthz").status == 200
    scene.browser().get("/healthz")
    assert scene.browser().post("/healthz", "open").status == 405
    assert scene.dump() == before


@pytest.mark.parametrize("state", ["no worker", "no store", "ended"])
def test_a_process_that_serves_is_not_restarted(scene: Scene, state: str) -> None:
    """`/livez` is 200 whatever is away: what fails it is restarted, and that would help nobody."""
    if state == "no store":
        scene.store.engine.dispose()
        shutil.rmtree(Path(scene.store.engine.url.database or "").parent)
    if state == "ended":
        _end(scene)
    for path in ("/livez", "/livez?x=1"):
        answer = scene.browser().get(path)
        assert (answer.status, answer.text) == (200, "ok")
        assert "Set-Cookie" not in answer.headers
    assert scene.browser().send("HEAD", "/livez").status == 200
    assert scene.browser().post("/livez", "open").status == 405


def test_a_store_that_is_away_is_503(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Told apart from a silent worker, and in the log once more by its kind alone."""
    _beat(scene)
    scene.store.engine.dispose()
    shutil.rmtree(Path(scene.store.engine.url.database or "").parent)
    answer = scene.browser().get("/healthz")
    assert (answer.status, answer.text) == (503, "the store is out of reach")
    assert "Traceback" not in caplog.text


def test_while_it_ends_a_worker_is_missed(scene: Scene) -> None:
    """Goodbyes are still to go: a silent worker is told of until all is erased."""
    with scene.store.write() as tx:
        put_setting(tx, ENDING, "begun")
    assert scene.browser().get("/healthz").status == 503
    _beat(scene)
    assert scene.browser().get("/healthz").status == 200


@pytest.mark.parametrize("days", [0, 1, 30])
def test_after_the_end_nobody_misses_the_worker(scene: Scene, days: float) -> None:
    """In the month in which the desk has to answer, it is healthy without one."""
    _beat(scene)
    _end(scene)
    scene.clock.pass_(days=days)
    answer = scene.browser().get("/healthz")
    assert (answer.status, answer.text) == (200, "the network has ended")


def _end(scene: Scene) -> None:
    with scene.store.write() as tx:
        ending.erase_everything(tx, ENDING, DONE)
