"""Who has the form: an opt-in, somebody's own script, the landing page's button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page

from stage import browser as browsers
from stage.network import ROOT, StagedNetwork
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

LINK = "#t-peer-support"
ONE_LINE = "mw.loader.load( 'ext.gadget.peer-support' );"


def has_the_form(page: Page, network: StagedNetwork) -> bool:
    """Open a page of the wiki, and say whether the link is there once everything has loaded."""
    page.goto(f"{network.sandbox.url}/index.php?title=Main_Page", wait_until="networkidle")
    return page.locator(LINK).count() == 1


@pytest.fixture
def opt_in(network: StagedNetwork) -> StagedNetwork:
    """Give a network whose form is for those alone who switch it on."""
    with network.config_file.open("a") as file:
        file.write("gadget: {default: false}\n")
    network.run("publish", "--as", "Iface")
    return network


def test_an_opt_in_is_for_who_wants_it(opt_in: StagedNetwork, people: People, visit: Visit) -> None:
    """Not for Ravi; for Rosa by her own script, for Rim by the preferences; by the landing page."""
    assert not has_the_form(visit("Ravi"), opt_in)
    people["Rosa"].save("User:Rosa/common.js", ONE_LINE)
    page = visit("Rosa")
    assert has_the_form(page, opt_in)
    browsers.Gadget(page).open(f"{opt_in.sandbox.url}/index.php?title=Main_Page")
    people["Rim"].call(action="options", optionname="gadget-peer-support", optionvalue="1")
    assert has_the_form(visit("Rim"), opt_in)
    page = visit("Ravi")
    page.goto(f"{opt_in.sandbox.url}/index.php?title=Project:Peer_support")
    page.locator(".peer-support-ask a").click()
    button = page.locator(".peer-support-ask button:focus")
    button.wait_for()
    assert page.locator("#peer-support-dialog").count() == 0, "an address alone opens nothing"
    button.press("Enter")
    browsers.Gadget(page).step("opening")


def test_the_line_is_the_one_in_the_documentation() -> None:
    """What was tried above is what people are told to write."""
    assert ONE_LINE in (ROOT / "docs" / "for-the-community.md").read_text(encoding="utf-8")
