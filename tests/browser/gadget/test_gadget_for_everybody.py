"""Every step of the gadget for everybody: axe, dark, right to left, 320 px, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page

from stage import browser as browsers
from stage.network import StagedNetwork
from tests.browser.watching import Watcher, everybody_can_use

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
LOOKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "light": ("vector-2022", "en", {}),
    "dark": ("vector-2022&vectornightmode=1", "de", {}),
    "small and dark": ("minerva&minervanightmode=1", "fr", SMALL),
    "right to left": ("minerva", "ar", SMALL),
}
FIRST_OPENING = 60_000
"""Bytes at most, gzipped, the wiki's own modules included."""


@pytest.mark.parametrize("look", LOOKS)
def test_every_step(network: StagedNetwork, visit: Visit, look: str) -> None:
    """No step has anything that axe finds, that is wider than the screen, or too small to press."""
    skin, language, how = LOOKS[look]
    page = visit("Rosa", **how)
    gadget = browsers.Gadget(page)
    gadget.open(
        f"{network.sandbox.url}/index.php?title=Main_Page&useskin={skin}&uselang={language}"
    )
    dialog = page.locator("#peer-support-dialog")
    assert dialog.get_attribute("lang") == language
    assert dialog.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    dark = page.evaluate(
        "getComputedStyle(document.querySelector('#peer-support-dialog')).backgroundColor"
    )
    assert (dark == "rgb(255, 255, 255)") is not ("dark" in look), dark

    def shown(step: str) -> None:
        gadget.step(step)
        everybody_can_use(page, f"{look}-{step}".replace(" ", "-"))

    page.locator(".ps-frame[data-reason='']").wait_for()
    page.wait_for_selector("[data-part=report]")
    for part in page.locator("summary").all():
        part.click()
    shown("opening")
    gadget.press("next")
    shown("fork")
    gadget.press("say-more")
    page.fill("#ps-language-search", "pl")
    gadget.press("add-language")
    shown("languages")
    gadget.press("next")
    dialog.locator("input[type=checkbox]").first.check()
    shown("topics")
    gadget.press("next")
    for box in page.locator('input[id^="ps-channel-"]:not(:disabled)').all():
        box.check()
    shown("channels")
    gadget.press("next")  # no address was given
    page.locator("[data-problem=address-missing]").first.wait_for()
    shown("channels")
    for field in page.locator(".ps-address input:visible").all():
        field.fill("someone@example.org")
    gadget.press("next")
    for name in ("Mallory", "<b>not a name</b>"):
        page.fill("#ps-avoid", name)
        gadget.press("add-name")
    shown("avoid")
    page.fill("#ps-avoid", "")
    gadget.press("next")
    shown("prefer")
    gadget.press("next")
    page.fill("#ps-message", "Ж" * 1600)
    shown("message")
    page.fill("#ps-message", "A few words.\n\nAnd more.")
    gadget.press("next")
    shown("review")
    page.context.set_offline(True)
    gadget.press("send")
    page.wait_for_selector("[data-outcome=offline]")
    shown("review")
    page.context.set_offline(False)
    gadget.press("send")
    shown("sent")


def test_what_a_first_opening_loads(
    network: StagedNetwork, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing but the small entry comes with a page; what opening loads is printed, and bounded."""
    page = visit("Rosa")
    watched = Watcher(page)
    page.goto(f"{network.sandbox.url}/index.php?title=Main_Page")
    page.wait_for_load_state("networkidle")
    assert "peer-support-dialog" not in watched.text()
    assert "peer-support-words" not in watched.text()
    watched.requests.clear()
    page.locator('#t-peer-support [data-action="open"]').click()
    browsers.Gadget(page).step("opening")
    page.wait_for_load_state("networkidle")
    loaded = watched.loaded()
    total = sum(size for _, size in loaded)
    with capsys.disabled():
        print("\nA first opening of the gadget loads, gzipped:")
        for url, size in loaded:
            print(f"{size:7} bytes  {url[:160]}")
        print(f"{total:7} bytes in {len(loaded)} requests, the wiki's own modules included")
    words = [url for url, _ in loaded if "peer-support-words" in url]
    assert words
    assert not [url for url in words if "words-de" in url or "words-ar" in url]
    assert not [url for url, _ in loaded if "vue" in url]
    assert total < FIRST_OPENING


def tabbed_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


def test_by_keyboard_alone(network: StagedNetwork, visit: Visit) -> None:
    """From the landing page's button to the copied link, without a pointer, and the focus stays."""
    page = visit("Rosa", permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{network.sandbox.url}/index.php?title=Project:Peer_support")
    page.wait_for_selector(".peer-support-ask button")
    tabbed_to(page, ".peer-support-ask button")
    page.keyboard.press("Enter")
    gadget = browsers.Gadget(page)
    gadget.step("opening")
    page.wait_for_selector("[data-part=report]")

    def go(action: str, step: str) -> None:
        tabbed_to(page, f'[data-action="{action}"]')
        page.keyboard.press("Enter")
        gadget.step(step)
        assert page.evaluate("document.activeElement.id") == "peer-support-title"

    go("next", "fork")
    go("say-more", "languages")
    go("next", "topics")
    tabbed_to(page, "input[type=checkbox]")
    page.keyboard.press("Space")
    go("next", "channels")
    go("next", "avoid")
    tabbed_to(page, "#ps-avoid")
    page.keyboard.type("mallory")
    page.keyboard.press("Enter")
    assert page.inner_text("#ps-avoid-list bdi") == "Mallory"
    go("next", "prefer")
    go("next", "message")
    tabbed_to(page, "#ps-message")
    page.keyboard.type("By keyboard.")
    go("next", "review")
    page.keyboard.press("Escape")  # asks first; nothing is lost
    tabbed_to(page, '[data-action="keep-writing"]')
    page.keyboard.press("Enter")
    gadget.step("review")
    assert "By keyboard." in page.inner_text("[data-row=message]")
    go("send", "sent")
    tabbed_to(page, '[data-action="copy"]')
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('ps-copied').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value("#ps-status-link")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || !!document.activeElement.closest('#peer-support-dialog')"
        )


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_leaving(network: StagedNetwork, visit: Visit, how: str) -> None:
    """One press, or Escape three times, leads away at once; Back does not bring the form back."""
    page = visit("Rosa")
    home = f"{network.sandbox.url}/index.php?title=Special:Version"
    page.goto(home)
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Project:Peer_support")
    control = page.locator('[data-action="leave"]').bounding_box()
    assert control is not None
    assert control["height"] >= 44
    assert control["width"] >= 44
    with page.expect_navigation():
        if how == "button":
            gadget.press("leave")
        else:
            for _ in range(3):
                page.keyboard.press("Escape")
    assert page.evaluate("mw.config.get('wgIsMainPage')") is True
    assert page.locator("#peer-support-dialog").count() == 0
    page.go_back()
    assert page.url == home  # the page with the form was replaced
