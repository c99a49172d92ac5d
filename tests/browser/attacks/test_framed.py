"""A page of somebody else has the wiki in a frame, and guides presses to where it wants them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from playwright.sync_api import Frame, Page

from stage import browser as browsers
from stage.asking import INTAKE
from stage.network import StagedNetwork
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

LANDING = "Project:Peer_support"
BY_ADDRESS = f"title={LANDING}&withgadget=peer-support"
FORCED = """() => mw.loader.using('ext.gadget.peer-support-dialog').then(
    require => require('ext.gadget.peer-support-dialog').open()
).then(() => 'opened', () => 'refused')"""
NEST = "<iframe id=outer srcdoc=\"<iframe id=inner src='{}'></iframe>\"></iframe>"


@contextmanager
def page_of_somebody(html: str) -> Iterator[str]:
    """Serve a page of another origin, and give its address, on the wiki's own site by name."""

    class Serves(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serves)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def deepest(page: Page) -> Frame:
    """Give the frame that holds the wiki, once the gadget has done what it does."""
    page.wait_for_load_state("networkidle")
    frame = page.frames[-1]
    frame.wait_for_selector("#t-peer-support a", state="attached")
    return frame


def nothing_opens(page: Page) -> None:
    """Press whatever is ours in the frame, and force the dialog: it is not there."""
    frame = deepest(page)
    name = frame.evaluate("() => mw.config.get('wgUserName')")
    assert name == "Rosa", "framed as who is logged in, or the attack is none"
    assert frame.locator("[data-action=open]").count() == 0
    with page.expect_popup() as opening:  # a page of its own, where further presses are needed
        frame.locator("#t-peer-support a").dispatch_event("click")
    assert opening.value.evaluate("() => window.top === window")
    with page.expect_event("framenavigated"):
        frame.locator(".peer-support-ask a").dispatch_event("click")
    frame = deepest(page)
    assert frame.evaluate(FORCED) == "refused"
    assert frame.locator("#peer-support-dialog").count() == 0


def test_three_guided_presses(
    network: StagedNetwork, people: People, visit: Visit, tell: Callable[[str], None]
) -> None:
    """In a frame of another origin, of the wiki itself, and one in another nothing opens."""
    before = people["Iface"].page(INTAKE)["text"]
    wiki = f"{network.sandbox.url}/index.php"
    framed = 0
    for html in (
        f"<iframe src='{wiki}?{BY_ADDRESS}'></iframe>",
        NEST.format(f"{wiki}?{BY_ADDRESS}"),
    ):
        with page_of_somebody(html) as elsewhere:
            page = visit("Rosa")
            page.goto(elsewhere)
            nothing_opens(page)
            framed += 1
    page = visit("Rosa")
    page.goto(f"{wiki}?title=Main_Page")
    page.evaluate(
        "address => { const frame = document.createElement('iframe');"
        "frame.src = address; document.body.append(frame); }",
        f"{wiki}?{BY_ADDRESS}",
    )
    nothing_opens(page)
    assert people["Iface"].page(INTAKE)["text"] == before
    tell(f"safety row 24: in {framed + 1} kinds of frames nothing opened, and no address opens it")


def test_no_address_opens_it(network: StagedNetwork, visit: Visit) -> None:
    """Somebody is sent there, also in a window of its own: a press on the page itself is needed."""
    address = f"{network.sandbox.url}/index.php?{BY_ADDRESS}"
    page = visit("Rosa")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.locator("#peer-support-dialog").count() == 0
    with page_of_somebody(
        f"<button onclick=\"window.open('{address}')\">A game</button>"
    ) as elsewhere:
        page.goto(elsewhere)
        with page.expect_popup() as opening:
            page.click("button")
        window = opening.value
        window.wait_for_load_state("networkidle")
        assert window.locator("#peer-support-dialog").count() == 0
        window.locator(".peer-support-ask button").click()
        browsers.Gadget(window).step("opening")


def test_the_desk_is_in_no_frame(network: StagedNetwork, desk: None, visit: Visit) -> None:
    """Its pages refuse, whoever asks."""
    for path in ("/", "/ask", "/me"):
        with page_of_somebody(f"<iframe src='{network.desk_url}{path}'></iframe>") as elsewhere:
            page = visit(None)
            page.goto(elsewhere)
            page.wait_for_load_state("networkidle")
            assert page.frames[-1].url.startswith("chrome-error:")
