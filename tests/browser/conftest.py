"""What tests in a browser share: one Chromium, and people who are logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from stage import browser as browsers
from stage.network import StagedNetwork
from tests.browser.watching import Watcher
from tests.conftest import People

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a Chromium."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def nobody_stays(chromium: Browser) -> Iterator[None]:
    """Close whatever a test has opened: pages that stay go on working, and slow the next ones."""
    yield
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def visit(chromium: Browser, network: StagedNetwork, people: People) -> Visit:
    """Give a page of a context of its own, where somebody is logged in, or nobody."""

    def visited(name: str | None, **how: Any) -> Page:
        how = {"viewport": {"width": 1200, "height": 900}, "locale": "en"} | how
        context = chromium.new_context(**how)
        if name is not None:
            context.add_cookies(people[name].cookies(network.sandbox.url))
        return context.new_page()

    return visited


@pytest.fixture
def watch() -> Callable[[Page], Watcher]:
    """Give something that notes all that a page sends."""
    return Watcher
