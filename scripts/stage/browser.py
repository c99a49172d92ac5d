"""A real Chromium, and the gadget as somebody walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from stage.sandbox import Sandbox

CHROMIUM = "/usr/lib/chromium/chromium-headless-shell"
"""The same engine without the windows that nobody sees: a third of the processor time."""
WITH_SETTINGS = "/usr/bin/chromium"
"""The one that people use, which heeds the settings of a profile."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MENUS = {
    ".vector-page-tools-dropdown": ".vector-page-tools-dropdown",
    ".navigation-drawer": "#mw-mf-main-menu-button",
    "#site-tools": "#site-tools h2",
    "#page-tools": "#ca-more",
}
"""Where a skin hides the gadget's link, and what opens that menu."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def log_in(page: Page, sandbox: Sandbox, name: str) -> None:
    """Log an account in at the wiki, as people do."""
    page.goto(f"{sandbox.url}/index.php?title=Special:UserLogin")
    page.fill("#wpName1", name)
    page.fill("#wpPassword1", sandbox.password(name))
    page.click("#wpLoginAttempt")
    page.wait_for_function("window.mw && mw.config && mw.config.get('wgUserName') !== null")


def press(page: Page, do: str) -> None:
    """Press a button of the desk, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.click(f"button[value={do}]")


@dataclass(frozen=True)
class Sent:
    """What the gadget shows after sending."""

    ref: str
    words: str
    status_link: str


class Gadget:
    """The gadget's dialog in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Open the dialog, and wait for its first step."""
        self.look(address)
        self.step("opening")

    def look(self, address: str) -> None:
        """Press the link in the tools menu of a page, wherever the skin has it."""
        self.page.goto(address)
        link = self.page.locator('#t-peer-support [data-action="open"]')
        link.wait_for(state="attached")
        for menu, opener in MENUS.items():
            inside = self.page.locator(f"{menu} #t-peer-support").count()
            if inside and not link.is_visible():
                self.page.click(opener)
        link.click()

    def step(self, name: str) -> None:
        """Wait until a step is shown."""
        self.page.wait_for_selector(f'[data-step="{name}"]')

    def press(self, action: str) -> None:
        """Press a button of the dialog."""
        self.page.click(f'[data-step] [data-action="{action}"]')

    def just_ask(self) -> None:
        """Go straight to the review: two presses."""
        self.press("next")
        self.step("fork")
        self.press("just-ask")
        self.step("review")

    def ask(
        self,
        *,
        languages: tuple[str, ...],
        topics: tuple[str, ...] = (),
        channels: tuple[str, ...] = (),
        address: str = "",
        avoid: tuple[str, ...] = (),
        prefer: tuple[str, ...] = (),
        message: str = "",
    ) -> None:
        """Say more first, and walk to the review; topics and wishes as they are shown."""
        self.press("next")
        self.step("fork")
        self.press("say-more")
        self.step("languages")
        for box in self.page.locator('[id^="ps-language-"]:checked').all():
            box.uncheck()
        for code in languages:
            self.page.check(f"#ps-language-{code}")
        self._next("topics")
        for label in topics:
            self.page.get_by_label(label).check()
        self._next("channels")
        if channels:
            for box in self.page.locator('input[id^="ps-channel-"]').all():
                box.uncheck()
            for channel in channels:
                self.page.check(f'[data-channel="{channel}"] input[type=checkbox]')
        for field in self.page.locator(".ps-address input:visible").all():
            field.fill(address)
        self._next("avoid")
        for name in avoid:
            self.page.fill("#ps-avoid", name)
            self.press("add-name")
        self._next("prefer")
        for label in prefer:
            self.page.get_by_label(label).check()
        self._next("message")
        self.page.fill("#ps-message", message)
        self._next("review")

    def _next(self, step: str) -> None:
        self.press("next")
        self.step(step)

    def send(self) -> Sent:
        """Send, and give what is shown then."""
        self.press("send")
        self.step("sent")
        return Sent(
            ref=self.page.inner_text("#ps-ref"),
            words=self.page.inner_text("#ps-words"),
            status_link=self.page.input_value("#ps-status-link"),
        )
