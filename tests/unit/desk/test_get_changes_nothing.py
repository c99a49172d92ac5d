"""Mail scanners follow links: looking, by GET or HEAD, changes and tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.store.cases import Story

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Browser, Scene

UNSAID = Story("unsaid", (("signal", "unsaid"),), ("unsaid", "unsaid", "unsaid"))


def _links(scene: Scene) -> list[str]:
    case_id, case = scene.supported(1)
    _, offer = scene.offered(2)
    return [offer, case, scene.link(case_id, Door.STATUS)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_changes_nothing(scene: Scene, method: str) -> None:
    """Every link followed, more than once, leaves every row of every table as it was."""
    paths = _links(scene)
    before = scene.dump()
    scanner = scene.browser()
    for path in paths * 2:
        assert scanner.send(method, path).status == 200
    assert scene.dump() == before


def test_a_scanner_gets_no_cookie(scene: Scene) -> None:
    """Nothing is opened, and nobody is marked, by looking."""
    scanner = scene.browser()
    for path in _links(scene):
        assert "Set-Cookie" not in scanner.get(path).headers


def test_looking_after_opening_changes_nothing_either(scene: Scene) -> None:
    """What is seen in an open session is seen without a trace in the store."""
    case_id, case = scene.supported()
    status = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    browser.open(case)
    browser.press(case, "take")
    browser.open(status)
    before = scene.dump()
    for path in (case, status):
        browser.get(path)
        browser.send("HEAD", path)
    assert scene.dump() == before


def test_opening_changes_nothing_in_the_store(scene: Scene) -> None:
    """The button opens a session in the browser, and moves no case."""
    _, case = scene.supported()
    before = scene.dump()
    scene.browser().open(case)
    assert scene.dump() == before


def _everything_sent(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    return f"{answer.headers}{answer.text}"


def test_case_and_status_show_the_reference_only(scene: Scene) -> None:
    """Before the button: the reference, the button, and the same page for both."""
    case_id, case = scene.supported(story=UNSAID)
    status = scene.link(case_id, Door.STATUS)
    pages = []
    for path in (case, status):
        sent = _everything_sent(scene.browser(), path)
        for told in (*scene.told, "Deutsch", "Signal", "I feel", "Supporter 1", "2026", "unsaid"):
            assert told not in sent
        pages.append(scene.browser().get(path).page)
        assert "K7QF-9M2D" in pages[-1].text
        assert list(pages[-1].forms) == ["open"]
    texts = {page.text for page in pages}
    assert len(texts) == 1


def test_head_answers_as_get_does_without_its_body(scene: Scene) -> None:
    """A scanner that asks by HEAD learns no more than one that asks by GET."""
    for path in _links(scene):
        got = scene.browser().get(path)
        head = scene.browser().send("HEAD", path)
        assert (head.status, head.text) == (got.status, "")
        assert set(head.headers.keys()) == set(got.headers.keys())
