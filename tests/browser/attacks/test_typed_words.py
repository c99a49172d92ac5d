"""Somebody sits down at the browser after it was closed; the browser's helpers want every word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page

from stage import browser as browsers
from stage.network import StagedNetwork
from tests.browser.watching import UNGUARDED

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

MARKER = "words that nobody else reads"
HELD = """marker => document.documentElement.outerHTML.includes(marker)
    || [...document.querySelectorAll('input, textarea')].some(one => one.value.includes(marker))"""
STEPS = ["languages", "topics", "channels", "avoid", "prefer", "message"]
"""In all of which somebody may have typed."""


def written(page: Page, network: StagedNetwork) -> browsers.Gadget:
    """Open the form and write, in every field on the way; each is guarded."""
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.press("next")
    gadget.step("fork")
    gadget.press("say-more")
    for step in STEPS:
        gadget.step(step)
        assert page.evaluate(UNGUARDED) == [], step
        if step == "avoid":
            page.fill("#ps-avoid", MARKER)
        if step == "message":
            page.fill("#ps-message", MARKER)
        else:
            gadget.press("next")
    assert page.evaluate(HELD, MARKER)
    return gadget


def closed_by_button(page: Page) -> None:
    """Press the cross, and yes."""
    page.click("[data-action=close]")
    assert "erased" in page.inner_text("#ps-said")
    page.click("[data-action=close-erase]")


def closed_by_escape(page: Page) -> None:
    """Press Escape twice; a third time would lead away."""
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-action=keep-writing]")
    page.keyboard.press("Escape")


@pytest.mark.parametrize("close", [closed_by_button, closed_by_escape])
def test_closed_and_nothing_is_left(
    network: StagedNetwork,
    visit: Visit,
    close: Callable[[Page], None],
    tell: Callable[[str], None],
) -> None:
    """Neither in the page nor in the form that is opened again; and it was asked about first."""
    page = visit("Rosa")
    gadget = written(page, network)
    page.click("[data-action=close]")
    page.click("[data-action=keep-writing]")
    assert page.input_value("#ps-message") == MARKER
    close(page)
    page.wait_for_selector("#peer-support-dialog", state="hidden")
    page.wait_for_function(f"marker => !({HELD})(marker)", arg=MARKER)
    page.evaluate("() => document.querySelector('[data-action=open]').click()")
    gadget.step("opening")
    gadget.just_ask()
    assert not page.evaluate(HELD, MARKER)
    tell("safety row 26: closed, left or gone back to, no field held a word, and each is guarded")


def test_gone_back_to(network: StagedNetwork, visit: Visit) -> None:
    """The page is left with everything in it: what a browser would keep of it is without it."""
    page = visit("Rosa")
    written(page, network)
    # What browsers say to a page before they keep it whole; the one of the tests keeps none.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert not page.evaluate(HELD, MARKER)
    assert page.locator("#peer-support-dialog[open]").count() == 0
    written(page, network)
    page.goto(f"{network.sandbox.url}/index.php?title=Special:Version")
    page.go_back()
    page.wait_for_selector("#t-peer-support", state="attached")
    assert not page.evaluate(HELD, MARKER)


def test_the_desk_gone_back_to(network: StagedNetwork, desk: None, visit: Visit) -> None:
    """What was typed at the desk and not sent is not there when somebody presses Back."""
    page = visit(None)
    page.goto(f"{network.desk_url}/ask")
    page.fill("#name", MARKER)
    assert page.evaluate(UNGUARDED) == []
    page.goto(f"{network.desk_url}/privacy")
    page.go_back()
    page.wait_for_selector("#name")
    assert not page.evaluate(HELD, MARKER)
