"""A real Chromium, and the gadget as somebody walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from stage.sandbox import Sandbox

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
        """Open the dialog from the tools menu of a page."""
        self.page.goto(address)
        self.page.locator('[data-action="open"]').first.click()
        self.step("opening")

    def step(self, name: str) -> None:
        """Wait until a step is shown."""
        self.page.wait_for_selector(f'[data-step="{name}"]')

    def press(self, action: str) -> None:
        """Press a button of the dialog."""
        self.page.click(f'[data-step] [data-action="{action}"]')

    def ask(
        self,
        *,
        languages: tuple[str, ...],
        topics: tuple[str, ...] = (),
        channels: tuple[str, ...] = (),
        message: str = "",
    ) -> None:
        """Walk to the review; topics and channels are labels as shown, channels none for all."""
        self.press("next")
        self.step("languages")
        for box in self.page.locator('[id^="ps-language-"]:checked').all():
            box.uncheck()
        for code in languages:
            self.page.check(f"#ps-language-{code}")
        self.press("next")
        self.step("topics")
        for label in topics:
            self.page.get_by_label(label).check()
        self.press("next")
        self.step("channels")
        if channels:
            for box in self.page.locator('[id^="ps-channel-"]').all():
                box.uncheck()
            for label in channels:
                self.page.get_by_label(label).check()
        self.press("next")
        self.step("message")
        self.page.fill("#ps-message", message)
        self.press("next")
        self.step("review")

    def send(self) -> Sent:
        """Send, and give what is shown then."""
        self.press("send")
        self.step("sent")
        return Sent(
            ref=self.page.inner_text("#ps-ref"),
            words=self.page.inner_text("#ps-words"),
            status_link=self.page.input_value("#ps-status-link"),
        )
