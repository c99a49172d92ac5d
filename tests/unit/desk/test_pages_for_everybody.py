"""Every page for every reader: one heading, a language, a direction, buttons that say what."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.desk.app import OWN_WORDS

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Page, Scene


def _pages(scene: Scene) -> dict[str, Page]:
    """Give every page there is, by a name."""
    browser = scene.browser()
    case_id, case = scene.supported(1)
    status = scene.link(case_id, Door.STATUS)
    _, offer = scene.offered(2)
    pages = {"unknown": browser.get("/offer/x").page, "offer": browser.get(offer).page}
    pages["refused"] = browser.post(offer, "accept").page
    pages["declined"] = browser.press(offer, "decline").page
    pages["door"] = browser.get(case).page
    pages["know"] = browser.open(case)
    browser.press(case, "take")
    pages["case"] = browser.get(case).page
    pages["status"] = browser.open(status)
    pages["withdrawn"] = browser.press(status, "withdraw").page
    return pages


def test_every_page_is_whole(scene: Scene) -> None:
    """One h1, a title, a language and a direction; no button without words, no id, no script."""
    for name, page in _pages(scene).items():
        assert page.elements["h1"] == 1, name
        assert page.elements["title"] == 1, name
        assert page.elements["main"] == 1, name
        assert page.of("html") == {"lang": "en", "dir": "ltr"}, name
        assert all(button.strip() for button in page.buttons), name
        assert len(page.buttons) >= page.elements["form"], name
        assert page.elements["script"] == 0, name


def test_every_form_posts_to_where_it_is(scene: Scene) -> None:
    """Each action is a form of its own, sent to the same path, with `do` and a form token."""
    for name, page in _pages(scene).items():
        for tag, attributes in page.attributes:
            if tag == "form":
                assert attributes["method"] == "post", name
                assert "action" not in attributes, name
            if tag == "button":
                assert attributes["name"] in {"do", "answer"}, name
                assert attributes["value"], name
        assert len(page.forms) == page.elements["form"], name
        assert all(page.forms.values()), name


def test_nobody_is_kept_from_zooming(scene: Scene) -> None:
    """The page fits the device and may be made larger."""
    page = scene.browser().get("/offer/x").page
    views = [given for tag, given in page.attributes if given.get("name") == "viewport"]
    assert [view["content"] for view in views] == ["width=device-width, initial-scale=1"]


@pytest.mark.parametrize(
    "rule", [r"button \{[^}]*min-height: 44px", r":focus-visible \{[^}]*outline", "dark"]
)
def test_the_style_is_for_fingers_keys_and_eyes(scene: Scene, rule: str) -> None:
    """Buttons a finger can hit, a focus that is seen, and a dark page where one is wanted."""
    assert re.search(rule, scene.browser().get("/static/desk.css").text)


def test_no_browser_is_asked_to_check_what_is_typed() -> None:
    """Some check spelling at their maker's: every box for words, of every template, says no."""
    boxes = []
    for template in files("bot.desk").joinpath("templates").iterdir():
        text = template.read_text(encoding="utf-8")
        boxes += re.findall(r"<textarea[^>]*>", text)
        boxes += [
            one
            for one in re.findall(r"<input [^\n]*>", text)
            if not re.search(r'type="(hidden|checkbox|radio|date)"', one)
        ]
    assert len(boxes) > 6
    assert 'spellcheck="false"' in OWN_WORDS
    assert [one for one in boxes if "{{ own_words }}" not in one] == []
