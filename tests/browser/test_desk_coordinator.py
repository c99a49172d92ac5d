"""A coordinator at the desk, in a real Chromium without JavaScript, with real Wikimail."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from stage import browser as browsers
from stage.asking import KEY_PAGE
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.browser.watching import axe_finds, picture
from tests.conftest import People

SPRING = """\
- user: Ravi
  languages: [de, en]
  status: applied
- user: Rosa
  languages: [fr]
  status: training
  cohort: Spring
- user: Sven
  languages: [en]
  status: paused
"""


class Desk:
    """Coral at the coordinators' pages; she has no JavaScript, unless something looks for her."""

    def __init__(
        self, chromium: Browser, network: StagedNetwork, mailbox: Mailbox, **how: Any
    ) -> None:
        how = {"java_script_enabled": False} | how
        self.page: Page = chromium.new_context(**how).new_page()
        self.network, self.mailbox = network, mailbox
        self.root = ""

    def sign_in(self, language: str = "en") -> None:
        """Enter her name, and open the link that comes by Wikimail."""
        base = f"http://127.0.0.1:{self.network.desk_port}/desk"
        self.page.goto(f"{base}?uselang={language}")
        self.page.fill("#name", "coral")  # as people type it
        browsers.press(self.page, "ask-for-link")
        self.network.run("once")
        [self.root] = [mail.link for mail in self.mailbox.to("Coral") if "/desk/" in mail.text]
        assert self.root.startswith(base + "/")
        self.page.goto(self.root)
        browsers.press(self.page, "open")

    def look(self, place: str = "") -> str:
        """Go to one of the pages, and give its words."""
        self.page.goto(self.root + place)
        return self.page.inner_text("main")

    def press(self, *buttons: str) -> str:
        """Press buttons, one page after the other; give the words of the last."""
        for do in buttons:
            browsers.press(self.page, do)
        return self.page.inner_text("main")


@pytest.mark.usefixtures("desk")
def test_a_case_offered_a_complaint_decided_a_network_paused(
    network: StagedNetwork, people: People, mailbox: Mailbox, chromium: Browser
) -> None:
    """Coral asks Sven, who is rung; Rosa complains; Coral pauses him, and then the network."""
    asked = people.ask(
        "Rosa", languages=["de"], locale="en", message="MARKER-story", channels=["desk"]
    )
    shown = f"{asked['ref'][:4]}-{asked['ref'][4:]}"
    network.run("once")
    desk = Desk(chromium, network, mailbox)
    desk.sign_in()
    front = desk.look()
    assert f"{shown}\nGerman\nsomebody is being asked" in front

    # Sven speaks no German; she chooses him all the same.
    desk.page.click(f"text={shown}")
    desk.page.select_option("#supporter", label="\u2068Sven\u2069: English (0 of 2)")
    assert "Asked, as soon as" in desk.press("offer")
    network.run("once")
    offer = Visitor(mailbox.wait_for("Sven", shown).link)
    offer.press("accept")
    network.run("once")
    Visitor(mailbox.wait_for("Sven", shown, number=2).link).press("open").press("take")
    assert "supported" in desk.look(f"/case/{shown}")

    # Something is wrong, says Rosa, and allows his name to be told, not hers.
    status = f"http://127.0.0.1:{network.desk_port}/status/{asked['status_token']}"
    hers = chromium.new_context(java_script_enabled=False).new_page()
    hers.goto(status)
    browsers.press(hers, "open")
    hers.locator("details", has=hers.locator("#names-supporter")).locator("summary").click()
    hers.check("#names-supporter")
    browsers.press(hers, "report")
    network.run("once")
    told = mailbox.wait_for("Coral", "something needs your decision")
    assert "Sven" not in told.text + told.subject
    assert 'complaints_undecided": 1' in network.run("status", "--json").stdout

    desk.look()
    desk.page.click("text=A requester says that something is wrong")  # no link: nothing happens
    desk.page.click(f".cards >> text={shown} >> nth=0")
    words = desk.page.inner_text("main")
    assert "Sven" in words
    desk.page.check("#hand-back")
    assert "Decided." in desk.press("pause")
    network.run("once")
    mailbox.wait_for("Sven", "we are not asking you for now")
    assert "paused" in network.run("roster", "list").stdout
    assert mailbox.wait_for("Rosa", "somebody else")

    # The network stops at the second press, and goes on.
    desk.look("/network")
    assert "The network is paused" in desk.press("pause", "pause-yes")
    network.run("once")
    assert '"paused"' in people["Rosa"].page(KEY_PAGE)["text"]
    assert "is open again" in desk.press("resume", "resume-yes")
    network.run("once")
    assert '"open"' in people["Rosa"].page(KEY_PAGE)["text"]

    # At the end the request was made to do harm: closed, barred, and told.
    desk.look(f"/case/{shown}")
    assert "barred for a year" in desk.press("bar", "bar-yes")
    network.run("once")
    mailbox.wait_for("Rosa", "your request has been closed")
    people.ask("Rosa", languages=["de"], locale="en")
    network.run("once")
    assert "decided to take no requests" in mailbox.to("Rosa")[-1].text

    # Nothing that coordinators got or saw held a story or her name.
    for mail in mailbox.to("Coral"):
        assert "MARKER" not in mail.text + mail.subject
        assert "Rosa" not in mail.text + mail.subject
    for place in ("", "/people", "/needs", "/network"):
        assert "Rosa" not in desk.look(place)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("en", {"viewport": {"width": 1200, "height": 900}}),
        ("de", {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}),
        ("ar", {"viewport": {"width": 320, "height": 640}}),
    ],
    ids=["wide", "narrow and dark", "from right to left"],
)
def test_every_page_fits_and_can_be_used_by_everybody(
    network: StagedNetwork,
    people: People,
    mailbox: Mailbox,
    chromium: Browser,
    language: str,
    how: dict[str, Any],
) -> None:
    """Nothing is wider than the screen, buttons are large enough, and axe finds nothing."""
    roster = network.folder / "spring.yaml"
    roster.write_text(SPRING, encoding="utf-8")
    network.run("roster", "import", str(roster))
    asked = people.ask("Rosa", languages=["de"], channels=["desk"])
    network.run("once")
    Visitor(mailbox.to("Salma")[0].link).press("accept")
    network.run("once")
    Visitor(mailbox.to("Salma")[-1].link).press("open").press("take").press("report")
    desk = Desk(chromium, network, mailbox, java_script_enabled=True, **how)
    desk.sign_in(language)
    assert desk.page.get_attribute("html", "lang") == language
    assert desk.page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    case = f"/case/{asked['ref']}"
    for place in ("", "/people", "/needs", "/network", case, "/complaint/1"):
        desk.look(place)
        _fits(desk.page, f"{language}{place.replace('/', '-')}")
    desk.look(case)
    desk.press("bar")
    _fits(desk.page, f"{language}-sure")


def _fits(page: Page, name: str) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    for control in page.locator("button, select, input[type=text], input[type=date]").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, name
    picture(page, name, whole=True)
    found = axe_finds(page)
    assert found == [], (name, found)
