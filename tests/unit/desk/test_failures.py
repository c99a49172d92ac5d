"""When something is wrong on our side, the page says so, and neither page nor log says more."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.casework.effects import Door
from bot.store.engine import database_file, open_engine
from bot.store.store import put_setting

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Scene

MARKER = "canary-7781"


def _is_plain(scene: Scene, answer: Answer, status: int) -> None:
    assert answer.status == status
    page = answer.page
    assert scene.says("desk-out-of-order") in page.text
    assert page.elements["h1"] == 1
    assert not page.forms
    for told in ("sqlite", "Error", "Traceback", "database", ".py", MARKER):
        assert told not in answer.text


def _says_nothing(log: str, scene: Scene, *paths: str) -> None:
    assert log
    assert "Traceback" not in log
    assert MARKER not in log
    assert not [told for told in scene.told if told in log]
    assert not [path for path in paths if path.split("/")[-1] in log]


def test_without_its_folder_the_desk_says_so(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """The store gone, folder and all: 503 for every door and every press."""
    _, path = scene.offered()
    form = scene.browser().get(path).page.forms["accept"]
    scene.store.engine.dispose()
    shutil.rmtree(_folder(scene))
    browser = scene.browser()
    for where in (path, "/case/x", "/status/x"):
        _is_plain(scene, browser.get(where), 503)
    _is_plain(scene, browser.post(path, "accept", form), 503)
    _says_nothing(caplog.text, scene, path)


def test_without_its_tables_the_desk_says_so(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """An empty file in the store's place is no store."""
    _, path = scene.offered()
    scene.store.engine.dispose()
    for file in _folder(scene).iterdir():
        file.unlink()
    _is_plain(scene, scene.browser().get(path), 503)
    _says_nothing(caplog.text, scene, path)


def test_a_store_that_can_not_be_written_takes_no_answer(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """Read-only: pages are shown, a press says that nothing has been changed, and nothing is."""
    _, path = scene.offered()
    file = database_file(scene.store.engine)
    scene.store.engine.dispose()
    scene.store.engine = open_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    browser = scene.browser()
    before = scene.dump()
    form = browser.get(path).page.forms["accept"]
    answer = browser.post(path, "accept", form)
    _is_plain(scene, answer, 503)
    assert scene.says("desk-out-of-order-more") in answer.page.text
    assert scene.dump() == before
    _says_nothing(caplog.text, scene, path)


def test_a_press_that_fails_half_way_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What goes wrong after the first row was written takes that row back with it."""
    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    before = scene.dump()
    monkeypatch.setattr("bot.store.links.end", _fail)
    _is_plain(scene, browser.post(path, "accept", form), 500)
    assert scene.dump() == before
    _says_nothing(caplog.text, scene, path)
    assert "ValueError at " in caplog.text


def _folder(scene: Scene) -> Path:
    file = database_file(scene.store.engine)
    assert file is not None
    return file.parent


def _fail(*_: Any, **__: Any) -> None:
    message = f"{MARKER} in what somebody wrote"
    raise ValueError(message)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("door", [door.value for door in Door])
def test_what_nobody_expected_is_told_to_nobody(
    scene: Scene,
    door: str,
    method: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A plain page, and in the log the kind of error and its place: no text, no path, no trace."""
    monkeypatch.setattr("bot.store.links.find", _fail)
    monkeypatch.setattr("bot.store.accounts.find_link", _fail)
    answer = scene.browser().send(method, f"/{door}/{MARKER}")
    assert answer.status == 500
    if method != "HEAD":
        _is_plain(scene, answer, 500)
    _says_nothing(caplog.text, scene, f"/{door}/{MARKER}")
    assert "ValueError at " in caplog.text


def test_a_secret_that_does_not_open_is_told_to_nobody(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """A damaged row of a case ends in a plain page."""
    _, path = scene.supported()
    browser = scene.browser()
    browser.press(path, "open")
    with scene.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE case_secrets SET sealed = x'00'")
    _is_plain(scene, browser.get(path), 500)
    _says_nothing(caplog.text, scene, path)


def test_what_breaks_outside_the_pages_logs_no_path(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Flask's own last resort would log the path, and with it the token; ours does not."""
    _, path = scene.supported()
    monkeypatch.setattr(scene.app.session_interface, "save_session", _fail)
    _is_plain(scene, scene.browser().get(path), 500)
    _says_nothing(caplog.text, scene, path)


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".org", "a b", "é", "[::", ""])
def test_a_host_that_is_no_name_gets_a_page(
    scene: Scene, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A false Host header neither breaks the page nor brings a token into the log."""
    answer = scene.browser().send("GET", f"/offer/{MARKER}", headers={"Host": host})
    assert answer.status in {400, 404}
    assert answer.page.elements["h1"] == 1
    assert MARKER not in caplog.text


def test_a_debugger_is_never_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says, no page shows what went wrong, and no log what was sent."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    scene.at("http://127.0.0.1:8300")
    assert scene.app.debug is False


class _Slow(io.RawIOBase):
    """A body that comes in while somebody else writes into the store."""

    def __init__(self, data: bytes, scene: Scene) -> None:
        self._data = data
        self._scene = scene

    def readable(self) -> bool:
        """Say that there is something to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Let somebody write into the store, then give the next bytes."""
        with self._scene.store.write() as tx:
            put_setting(tx, "meanwhile", "written")
        some, self._data = self._data[: len(buffer)], self._data[len(buffer) :]
        buffer[: len(some)] = some
        return len(some)


@pytest.mark.parametrize("door", ["offer", "case", "status"])
def test_a_slow_sender_does_not_hold_the_store(scene: Scene, door: str) -> None:
    """A form is read to its end before its page begins a transaction."""
    case_id, path = scene.supported()
    if door == "status":
        path = scene.link(case_id, Door.STATUS)
    if door == "offer":
        _, path = scene.offered(2)
    body = b"do=accept&form=x"
    answer = scene.browser().send(
        "POST",
        path,
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": _Slow(body, scene), "CONTENT_LENGTH": str(len(body))},
    )
    assert answer.status == 400
    assert ("meanwhile", "written") in scene.dump()["settings"]
