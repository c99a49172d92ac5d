"""What every answer carries, whatever it is an answer to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.desk.app import LARGEST_FORM

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Answer, Scene


def _gone(scene: Scene) -> Answer:
    _, path = scene.offered()
    with scene.store.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE links RENAME TO elsewhere")
    return scene.browser().get(path)


def _broken(scene: Scene) -> Answer:
    _, path = scene.offered()
    with scene.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE supporters SET sealed = x'00'")
    return scene.browser().get(path)


def _opened(scene: Scene) -> Answer:
    _, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    return browser.get(path)


ANSWERS: dict[str, tuple[int, Callable[[Scene], Answer]]] = {
    "offer": (200, lambda scene: scene.browser().get(scene.offered()[1])),
    "door of a case": (200, lambda scene: scene.browser().get(scene.supported()[1])),
    "case": (200, _opened),
    "accepted": (200, lambda scene: scene.browser().press(scene.offered()[1], "accept")),
    "status": (200, lambda scene: scene.browser().get(scene.link(scene.case(), Door.STATUS))),
    "opened": (303, lambda scene: scene.browser().press(scene.supported()[1], "open")),
    "HEAD": (200, lambda scene: scene.browser().send("HEAD", scene.offered()[1])),
    "OPTIONS": (200, lambda scene: scene.browser().send("OPTIONS", "/offer/x")),
    "unknown link": (404, lambda scene: scene.browser().get("/offer/x")),
    "unknown page": (404, lambda scene: scene.browser().get("/nowhere")),
    "a slash too many": (404, lambda scene: scene.browser().get("/offer//x")),
    "no form token": (400, lambda scene: scene.browser().post(scene.offered()[1], "accept")),
    "no host": (400, lambda scene: scene.browser().send("GET", "/", headers={"Host": "a..b"})),
    "method": (405, lambda scene: scene.browser().send("DELETE", "/offer/x")),
    "too large": (
        413,
        lambda scene: scene.browser().post("/offer/x", "accept", "x" * LARGEST_FORM),
    ),
    "livez": (200, lambda scene: scene.browser().get("/livez")),
    "healthz": (503, lambda scene: scene.browser().get("/healthz")),
    "store gone": (503, _gone),
    "broken": (500, _broken),
    "no such style": (404, lambda scene: scene.browser().get("/static/none.css")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_kept_by_nobody_and_framed_by_nobody(scene: Scene, name: str) -> None:
    """No cache, no referrer, no index, no frame, no script, on success and failure alike."""
    status, ask = ANSWERS[name]
    answer = ask(scene)
    assert answer.status == status
    assert answer.headers["Cache-Control"] == "no-store"
    _is_guarded(answer)


def test_the_style_sheet_alone_may_be_kept(scene: Scene) -> None:
    """The style sheet holds nothing; it carries everything else all the same."""
    answer = scene.browser().get("/static/desk.css")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    _is_guarded(answer)


def _is_guarded(answer: Answer) -> None:
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert "form-action 'self'" in policy
    assert "unsafe" not in " ".join(policy)
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1


def test_only_https_is_promised_to_last(scene: Scene) -> None:
    """A desk on https tells browsers to come by https alone; one on a loopback does not."""
    assert "Strict-Transport-Security" not in scene.browser().get("/offer/x").headers
    scene.at("https://desk.example.org")
    assert "Strict-Transport-Security" in scene.browser().get("/offer/x").headers


def test_a_wrong_method_is_told_the_right_ones(scene: Scene) -> None:
    """The plain page of a 405 names what is allowed, as HTTP asks."""
    answer = scene.browser().send("PUT", "/case/x")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert answer.page.elements["h1"] == 1


def test_no_page_names_another_site(scene: Scene) -> None:
    """Nothing on a page is fetched from, sent to, or scripted by anybody else."""
    _, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    page = browser.get(path).page
    for tag, attributes in page.attributes:
        assert tag not in {"script", "img", "iframe", "style"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if "src" in attributes or (tag == "link"):
            assert (attributes.get("href") or "").startswith("/static/")
        if tag == "form":
            assert "action" not in attributes
