"""The landing page and the way without a script, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from stage import browser as browsers
from stage.network import StagedNetwork
from tests.browser.watching import picture
from tests.conftest import People

LANDING, INTAKE = "Project:Peer_support", "Project:Peer_support/Intake"
SCREENS = {"vector-2022": (1200, 900), "minerva": (390, 844)}


def shown(page: Page, network: StagedNetwork, title: str, skin: str) -> None:
    """Open a page of the wiki in a skin."""
    page.goto(f"{network.sandbox.url}/index.php?title={title}&useskin={skin}")


def keep(page: Page, name: str) -> None:
    """Keep a picture of the whole page, with everything on it loaded."""
    page.wait_for_load_state("networkidle")
    picture(page, name, whole=True)


@pytest.mark.parametrize("skin", SCREENS)
@pytest.mark.parametrize("title", [LANDING, INTAKE])
def test_pages_as_people_see_them(
    network: StagedNetwork, people: People, chromium: Browser, skin: str, title: str
) -> None:
    """No link leads nowhere, no markup is left over, and nothing is wider than the screen."""
    people.ask("Rosa")
    width, height = SCREENS[skin]
    page = chromium.new_context(viewport={"width": width, "height": height}).new_page()
    shown(page, network, title, skin)
    content = page.locator(".mw-parser-output").first
    assert content.locator("a.new").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    text = content.inner_text()
    for left_over in ("<", "{{", "[[", "@", "'''"):
        assert left_over not in text.replace("@wikimedia.org", "")
    if title == INTAKE:
        assert "A sealed message to the peer support network." in text
    else:
        button = page.locator(".peer-support-ask button")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    keep(page, f"{'intake' if title == INTAKE else 'landing'}-{skin}")


def test_the_link_to_the_form(network: StagedNetwork, chromium: Browser) -> None:
    """What stands in the button's place without a script leads with one to the button itself."""
    plain = chromium.new_context(java_script_enabled=False).new_page()
    shown(plain, network, LANDING, "vector-2022")
    address = plain.locator(".peer-support-ask a").get_attribute("href")
    assert address is not None
    page = chromium.new_context().new_page()
    browsers.log_in(page, network.sandbox, "Rosa")
    page.goto(network.sandbox.url + address if address.startswith("/") else address)
    page.locator(".peer-support-ask button:focus").press("Enter")
    browsers.Gadget(page).step("opening")


@pytest.mark.parametrize("skin", SCREENS)
def test_by_hand_without_a_script(
    network: StagedNetwork, people: People, chromium: Browser, skin: str
) -> None:
    """Rosa presses, reads the warning, fills in, saves; the worker makes a case of it."""
    people["Rosa"].call(action="options", optionname="skin", optionvalue=skin)
    network.run("once")
    width, height = SCREENS[skin]
    signed_in = chromium.new_context()
    browsers.log_in(signed_in.new_page(), network.sandbox, "Rosa")
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=False,
        storage_state=signed_in.storage_state(),
    )
    page = context.new_page()
    shown(page, network, LANDING, skin)
    with page.expect_navigation():
        page.click("text=Write in public")
    assert page.is_visible("text=What you save here is public for good.")
    keep(page, f"by-hand-{skin}")
    form = page.input_value("#wpTextbox1")
    page.fill("#wpTextbox1", form.replace("|languages = ", "|languages = German"))
    with page.expect_navigation():
        page.click("#wpSave")
    assert page.is_visible("text=A request to the")
    network.run("once")
    assert "1 offered" in network.run("status").stdout
