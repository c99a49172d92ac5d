"""The operator's page: alive or not, and no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
