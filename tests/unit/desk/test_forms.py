"""A press counts only from a page that we gave to whoever presses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from itsdangerous import URLSafeTimedSerializer

from bot.casework.effects import Door
from bot.desk.app import LARGEST_FORM

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Browser, Scene


def _foreign(_scene: Scene, path: str, browser: Browser) -> str:
    """Sign what is right with another network's key."""
    forms = URLSafeTimedSerializer("00" * 32, salt="form")
    return str(forms.dumps([path, None]))


def _of_another_link(scene: Scene, path: str, browser: Browser) -> str:
    """Take the form of another open link of the same kind, in the same browser."""
    if path.startswith("/offer/"):
        return browser.get(scene.offered(2)[1]).page.forms["accept"]
    case_id, other = scene.supported(2)
    if path.startswith("/status/"):
        other = scene.link(case_id, Door.STATUS)
    return next(iter(browser.open(other).forms.values()))


def _altered(_scene: Scene, path: str, browser: Browser) -> str:
    form = next(iter(browser.get(path).page.forms.values()))
    signed, dot, signature = form.rpartition(".")
    # Not at its end: the last character of base64 holds bits that do not count.
    return signed + dot + ("A" if signature[0] != "A" else "B") + signature[1:]


WRONG: dict[str, Callable[[Scene, str, Browser], str | None]] = {
    "none": lambda *_: None,
    "empty": lambda *_: "",
    "nonsense": lambda *_: "nonsense",
    "not ASCII": lambda *_: "ключ.ключ.ключ",
    "a nought": lambda *_: "\0.\0",
    "foreign": _foreign,
    "of another link": _of_another_link,
    "altered": _altered,
    "the session cookie": lambda _scene, _path, browser: _cookie(browser),
}


def _cookie(browser: Browser) -> str:
    cookie = browser.client.get_cookie("desk")
    return "" if cookie is None else cookie.value


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("door", ["offer", "case", "status"])
def test_a_press_without_the_right_form_does_nothing(scene: Scene, door: str, wrong: str) -> None:
    """A missing, made-up, altered or borrowed form token is refused and changes nothing."""
    browser = scene.browser()
    if door == "offer":
        _, path = scene.offered()
        presses = ["accept", "decline", "pause"]
    else:
        case_id, path = scene.supported()
        presses = ["take", "hand-back"]
        if door == "status":
            path = scene.link(case_id, Door.STATUS)
            presses = ["withdraw", "close", "somebody-else", "contacted"]
        browser.open(path)
    form = WRONG[wrong](scene, path, browser)
    before = scene.dump()
    for do in presses:
        answer = browser.post(path, do, form)
        assert answer.status == 400
        assert scene.says("desk-try-again-more") in answer.page.text
        assert not answer.page.forms
    assert scene.dump() == before


def test_a_form_of_the_door_opens_it_and_does_nothing_else(scene: Scene) -> None:
    """What anybody with the link can get without the button is no form for what lies behind."""
    case_id, _ = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    door = browser.get(path).page.forms["open"]
    browser.open(path)
    before = scene.dump()
    assert browser.post(path, "withdraw", door).status == 400
    assert scene.dump() == before


def test_another_visitor_s_form_is_no_form(scene: Scene) -> None:
    """Two who hold the same link cannot press for each other."""
    case_id, _ = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    first, second = scene.browser(), scene.browser()
    form = first.open(path).forms["withdraw"]
    scene.clock.pass_(seconds=1)
    second.open(path)
    before = scene.dump()
    assert second.post(path, "withdraw", form).status == 400
    assert scene.dump() == before


def test_a_form_of_an_older_session_is_no_form(scene: Scene) -> None:
    """A page left open from an hour ago does nothing in the session of now."""
    case_id, _ = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    old = browser.open(path).forms["withdraw"]
    scene.clock.pass_(minutes=31)
    browser.open(path)
    before = scene.dump()
    assert browser.post(path, "withdraw", old).status == 400
    assert scene.dump() == before


@pytest.mark.parametrize("door", ["case", "status"])
def test_a_press_that_no_page_has_does_nothing(scene: Scene, door: str) -> None:
    """What is no button of this door is refused, with the best of form tokens."""
    case_id, path = scene.supported()
    if door == "status":
        path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    form = next(iter(browser.open(path).forms.values()))
    before = scene.dump()
    foreign = {"case": ["withdraw", "somebody-else"], "status": ["take", "hand-back", "more-time"]}
    for do in ["accept", "", "Close", "looked", *foreign[door]]:
        assert browser.post(path, do, form).status == 400
    assert scene.dump() == before


def test_a_form_in_the_address_is_no_form(scene: Scene) -> None:
    """What stands in the query is not read: a link alone never presses a button."""
    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    before = scene.dump()
    assert browser.send("GET", f"{path}?do=accept&form={form}").status == 200
    assert browser.send("POST", f"{path}?do=accept&form={form}").status == 400
    json = {"do": "accept", "form": form}
    assert browser.send("POST", path, json=json).status == 400
    assert scene.dump() == before


def test_a_form_that_is_too_large_is_not_read(scene: Scene) -> None:
    """Over the limit: a plain page, the same for every link, and nothing done."""
    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    before = scene.dump()
    fields = {"form": form, "do": "accept", "more": "x" * LARGEST_FORM}
    answers = [browser.send("POST", to, data=fields) for to in (path, "/offer/unknown")]
    assert answers[0] == answers[1]
    assert answers[0].status == 413
    assert answers[0].page.elements["h1"] == 1
    assert scene.dump() == before
