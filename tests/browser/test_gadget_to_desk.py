"""From the tools menu to the closed case, in a real Chromium, with worker and desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request

from stage import browser as browsers
from stage.asking import INTAKE, SUMMARY
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People

MESSAGE = "MARKER-message-Xw3 <b>not bold</b>"


@pytest.fixture
def worker(network: StagedNetwork) -> Iterator[None]:
    """Let the worker run; at the end it is asked to stop, and must."""
    process = network.start("run")
    yield
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.mark.usefixtures("desk", "worker")
def test_from_the_gadget_to_a_closed_case(
    network: StagedNetwork, people: People, mailbox: Mailbox, chromium: Browser
) -> None:
    """Rosa asks in the browser; Salma is rung, accepts, reads and closes; nothing else is told."""
    traffic: list[str] = []

    def note(request: Request) -> None:
        traffic.append(request.url + (request.post_data or ""))

    page = chromium.new_context(viewport={"width": 1200, "height": 900}).new_page()
    page.on("request", note)
    browsers.log_in(page, network.sandbox, "Rosa")
    gadget = browsers.Gadget(page)
    gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
    gadget.ask(languages=("de",), topics=("I feel alone with this",), message=MESSAGE)
    assert "the account Rosa" in page.inner_text("#ps-review-public")
    sent = gadget.send()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", sent.ref)

    # Nothing of it left the browser but sealed, and the history shows the account and the time.
    assert not [one for one in traffic if "MARKER" in one or sent.words in one]
    history = people["Iface"].get(
        action="query", titles=INTAKE, prop="revisions", rvprop="user|comment", rvlimit=5
    )["query"]["pages"][0]["revisions"]
    assert ("Rosa", SUMMARY) in [(one["user"], one["comment"]) for one in history]

    offer = mailbox.wait_for("Salma", sent.ref)
    desk = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    desk.goto(offer.link)
    assert "Rosa" not in desk.content()
    browsers.press(desk, "accept")
    assert "/case/" not in desk.content()
    desk.goto(mailbox.wait_for("Salma", sent.ref, number=2).link)
    browsers.press(desk, "open")
    assert "Rosa" in desk.inner_text("main")
    assert "MARKER" not in desk.content()
    browsers.press(desk, "take")
    assert desk.inner_text(".message") == MESSAGE
    assert all(word in desk.inner_text("main") for word in sent.words.split())

    # Rosa sees on her page that somebody said yes.
    page.goto(sent.status_link)
    browsers.press(page, "open")
    assert "Somebody has said yes" in page.inner_text("h1")

    browsers.press(desk, "close")
    mailbox.wait_for("Rosa", "this has ended")
    page.goto(sent.status_link)
    assert "This has ended" in page.inner_text("h1")
    assert "MARKER" not in page.content()
    assert page.context.cookies()  # the wiki's; the desk's own cookie is HttpOnly and short


@pytest.mark.usefixtures("desk")
def test_the_supporters_pages_at_phone_size(
    network: StagedNetwork, people: People, mailbox: Mailbox, chromium: Browser
) -> None:
    """At 320 px nothing is wider than the screen, and every button is large enough to press."""
    people.ask("Rosa", languages=["de"], message="x" * 500)
    network.run("once")
    page = chromium.new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(mailbox.to("Salma")[0].link)
    for _ in range(4):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for button in page.locator("button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
        if page.locator("button[value=accept]").count():
            browsers.press(page, "accept")
            network.run("once")
            page.goto(mailbox.to("Salma")[-1].link)
        elif page.locator("button[value=open]").count():
            browsers.press(page, "open")
        elif page.locator("button[value=take]").count():
            browsers.press(page, "take")
    assert page.locator(".message").count() == 1
