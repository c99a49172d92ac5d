"""Somebody else has a private link, and sits down at the browser in which it was used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from stage import browser as browsers
from stage.network import StagedNetwork
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

NEW = "#new-link"


def test_a_status_link_leaked(
    network: StagedNetwork, desk: None, people: People, visit: Visit, tell: Callable[[str], None]
) -> None:
    """One press, and the thief's page is dead, also where it was open; the new link opens it."""
    _ = desk
    leaked = f"{network.desk_url}/status/{people.ask('Rosa')['status_token']}"
    network.run("once")
    thief, rosa = visit(None), visit(None)
    for page in (thief, rosa):
        page.goto(leaked)
        browsers.press(page, "open")
        assert page.locator("button[value=withdraw]").count() == 1
    rosa.click("details:has(button[value=new-link]) summary")
    browsers.press(rosa, "new-link")
    new = rosa.get_attribute(NEW, "href") or ""
    assert new.startswith(f"{network.desk_url}/status/")
    assert new != leaked
    with thief.expect_navigation():
        thief.click("button[value=withdraw]")
    for page in (thief, rosa):
        answer = page.goto(leaked)
        assert answer is not None
        assert answer.status == 404
    mine = visit(None)
    mine.goto(new)
    browsers.press(mine, "open")
    assert mine.locator("button[value=withdraw]").count() == 1, "nobody has taken it back"

    mine.click(".leave a")
    mine.wait_for_url(lambda url: url.startswith(network.sandbox.url))
    assert [one for one in mine.context.cookies() if one["name"] == "desk"] == []
    mine.go_back()
    assert mine.locator("button[value=withdraw]").count() == 0
    assert mine.locator("button[value=open]").count() == 1
    tell("safety row 16: with a new link every older one was dead, and leaving shut every door")
