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


@pytest.fixture
def visit(chromium: Browser, network: StagedNetwork, people: People) -> Iterator[Visit]:
    """Give a page of a context of its own, where somebody is logged in, or nobody."""
    contexts = []

    def visited(name: str | None, **how: Any) -> Page:
        how = {"viewport": {"width": 1200, "height": 900}, "locale": "en"} | how
        context = chromium.new_context(**how)
        contexts.append(context)
        if name is not None:
            context.add_cookies(people[name].cookies(network.sandbox.url))
        return context.new_page()

    yield visited
    for context in contexts:
        context.close()


@pytest.fixture
def watch() -> Callable[[Page], Watcher]:
    """Give something that notes all that a page sends."""
    return Watcher
