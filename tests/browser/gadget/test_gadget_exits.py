"""Every way out of a step takes what is half typed; no other account is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page

from stage import browser as browsers
from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.browser.gadget.test_gadget_refusals import FULL, Form
from tests.browser.watching import everybody_can_use, picture
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

KEPT = "userjs-peer-support-status"


class Walk:
    """Somebody's dialog, left in every way there is."""

    def __init__(self, page: Page, network: StagedNetwork) -> None:
        self.page = page
        self.gadget = browsers.Gadget(page)
        self.gadget.open(f"{network.sandbox.url}/index.php?title=Main_Page")
        self.gadget.press("next")
        self.gadget.press("say-more")

    def to(self, step: str) -> None:
        """Walk on to a step."""
        while self.page.get_attribute("[data-step]", "data-step") != step:
            self.gadget.press("next")

    def nearly_closed(self, how: str) -> None:
        """Close the form, and rather not when it asks."""
        if how == "Escape":
            self.page.locator("#peer-support-title").focus()
            self.page.keyboard.press("Escape")
        else:
            self.gadget.press("close")
        everybody_can_use(self.page, f"closing-{how}")
        self.gadget.press("keep-writing")

    def row(self, name: str) -> str:
        """Read a row of the review."""
        self.gadget.step("review")
        return self.page.inner_text(f"[data-row={name}]")


def test_half_typed_and_every_way_out(network: StagedNetwork, visit: Visit) -> None:
    """Next, Back, nearly closed, "Just ask", Send: nothing that was typed is passed over."""
    page = visit("Rosa")
    walk = Walk(page, network)

    page.fill("#ps-language-search", "Polish")
    walk.nearly_closed("Escape")
    walk.gadget.step("languages")
    assert page.is_checked("#ps-language-pl")
    page.fill("#ps-language-search", "Klingonish")
    walk.gadget.press("next")
    assert "Klingonish" in page.inner_text("[data-problem=language-unknown]")
    everybody_can_use(page, "half-language")
    assert page.evaluate("document.activeElement.id") == "ps-said"
    page.fill("#ps-language-search", "")

    walk.to("channels")
    page.locator('input[id^="ps-channel-"]:not(:disabled)').last.check()
    addresses = page.locator(".ps-address input:visible")
    for field in addresses.all():
        field.fill("half@example.org")
    walk.gadget.press("back")
    walk.to("avoid")

    page.fill("#ps-avoid", "harald K.")
    walk.nearly_closed("close")
    walk.gadget.step("avoid")
    assert page.inner_text("#ps-avoid-list bdi") == "Harald K."
    page.fill("#ps-avoid", "mallory")
    while page.get_attribute("[data-step]", "data-step") != "fork":
        walk.gadget.press("back")
    walk.gadget.press("just-ask")
    assert "Mallory" in walk.row("avoid")
    assert "Harald K." in walk.row("avoid")
    assert "Polish" in walk.row("languages")

    page.click('[data-action="change"][data-to="avoid"]')
    page.fill("#ps-avoid", "a<b")
    walk.nearly_closed("close")
    assert page.input_value("#ps-avoid") == "a<b"
    walk.gadget.press("next")
    assert "a<b" in page.inner_text("[data-problem=name-impossible]")
    picture(page, "half-name")
    page.fill("#ps-avoid", "trudy")
    walk.gadget.press("next")
    assert "Trudy" in walk.row("avoid")

    page.click('[data-action="change"][data-to="message"]')
    page.fill("#ps-message", "Half a sent")
    walk.nearly_closed("close")
    walk.gadget.press("next")
    assert "Half a sent" in walk.row("message")
    walk.gadget.send()


def become(page: Page, people: People, name: str, sandbox: Sandbox) -> None:
    """Log in as somebody else, as in another tab of the same browser."""
    page.context.clear_cookies()
    page.context.add_cookies(people[name].cookies(sandbox.url))


def test_another_account_meanwhile(
    visit: Visit,
    network: StagedNetwork,
    people: People,
    sandbox: Sandbox,
    different: Callable[[str], None],
) -> None:
    """Who changes accounts while a full page makes it wait publishes neither name unasked."""
    form = Form(visit("Rosa"), network)
    page = form.page
    page.clock.install()
    different(FULL)
    form.gadget.press("send")
    page.wait_for_function(
        "document.getElementById('ps-progress').textContent.includes('half a minute')"
    )
    become(page, people, "Ravi", sandbox)
    different("")
    page.clock.fast_forward(30_000)
    page.wait_for_selector('[data-outcome="other-account"]')
    everybody_can_use(page, "other-account")
    assert "Ravi" in page.inner_text("#ps-review-public")
    assert form.saved() == 0

    become(page, people, "Rosa", sandbox)
    form.send("other-account")
    assert "Rosa" in page.inner_text("#ps-review-public")
    form.sent()
    assert form.saved() == 1

    # "Keep this link" is Rosa's, whoever is logged in by now.
    become(page, people, "Ravi", sandbox)
    page.click("#ps-keep")
    page.wait_for_function("document.getElementById('ps-keep-said').textContent !== ''")
    assert "another account" in page.inner_text("#ps-keep-said")
    assert not page.is_checked("#ps-keep")
    ask = {"action": "query", "meta": "userinfo", "uiprop": "options"}
    for name in ("Rosa", "Ravi"):
        assert KEPT not in people[name].get(**ask)["query"]["userinfo"]["options"]


def test_a_page_that_changes_in_place(network: StagedNetwork, visit: Visit) -> None:
    """Content that comes later gets its button, the menu one link; calls of the API say whose."""
    page = visit("Rosa")
    agents: list[str] = []
    page.on(
        "request",
        lambda one: (
            agents.append(one.headers.get("api-user-agent", "")) if "api.php" in one.url else None
        ),
    )
    page.goto(f"{network.sandbox.url}/index.php?title=Project:Peer_support")
    page.wait_for_selector(".peer-support-ask button")
    buttons = page.locator(".peer-support-ask button")
    before = buttons.count()
    page.evaluate("""() => {
        const preview = document.createElement('div');
        preview.innerHTML = '<p class="peer-support-ask"></p>';
        document.getElementById('mw-content-text').append(preview);
        mw.hook('wikipage.content').fire($(preview));
        mw.hook('wikipage.content').fire($('#mw-content-text'));
    }""")
    assert buttons.count() == before + 1
    assert page.locator("#t-peer-support").count() == 1
    agents.clear()
    buttons.last.click()
    browsers.Gadget(page).step("opening")
    page.wait_for_selector("[data-action=next]:enabled")
    assert agents
    assert all(re.fullmatch(r"peer-support-gadget/\S+ \(User:\S+\)", one) for one in agents)
