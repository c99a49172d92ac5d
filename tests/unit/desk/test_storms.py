"""A storm of wrong tokens: it opens nothing, keeps nobody out, and is told as a number."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

DOORS = ("offer", "case", "status", "me", "ask", "join", "desk")


def _storm(scene: Scene, times: int) -> list[str]:
    tokens = [secrets.token_urlsafe(16) for _ in range(times)]
    browser = scene.browser()
    for number, token in enumerate(tokens):
        path = f"/{DOORS[number % len(DOORS)]}/{token}"
        method = ("GET", "HEAD", "POST")[number % 3]
        data = {"do": "open", "form": token} if method == "POST" else None
        assert browser.send(method, path, data=data).status == 404
    return tokens


def test_a_storm_of_wrong_tokens_changes_nothing_and_is_counted(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """A thousand leave no row; the log says two numbers and no token; who has a link comes in."""
    _, path = scene.supported()
    before = scene.dump()
    tokens = _storm(scene, 1000)
    assert scene.dump() == before
    assert [record.getMessage().split(" links")[0] for record in caplog.records] == [
        "desk: 100",
        "desk: 1000",
    ]
    assert not [token for token in tokens if token in caplog.text]
    page = scene.browser().open(path)
    assert "take" in page.forms


def test_a_few_wrong_links_an_hour_are_nobody_s_business(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """Old mails and scanners: below a hundred an hour nothing is logged; an icon is no link."""
    for _ in range(3):
        _storm(scene, 99)
        for _ in range(99):
            assert scene.browser().get("/favicon.ico").status == 404
        scene.clock.pass_(minutes=61)
    assert caplog.text == ""
