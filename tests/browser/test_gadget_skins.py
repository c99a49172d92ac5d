"""The whole way from the link to Wikimail, in every skin, by both forks, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stage import browser as browsers
from stage.asking import INTAKE, SUMMARY
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.browser.watching import Watcher, picture
from tests.conftest import People

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SKINS: dict[str, dict[str, Any]] = {
    "vector-2022": {},
    "vector": {},
    "minerva": PHONE,
    "timeless": PHONE,
}
MARKED = "MARKER-words Ж ع 語 🦊"


@pytest.mark.parametrize("skin", SKINS)
def test_by_both_forks(
    network: StagedNetwork, people: People, mailbox: Mailbox, visit: Visit, skin: str
) -> None:
    """Rosa just asks, Ravi says more; both are rung for, and nothing readable was sent."""
    address = f"{network.sandbox.url}/index.php?title=Main_Page&useskin={skin}"
    page = visit("Rosa", **SKINS[skin])
    watched = [Watcher(page)]
    gadget = browsers.Gadget(page)
    gadget.open(address)
    picture(page, f"{skin}-opening")
    gadget.just_ask()
    picture(page, f"{skin}-review")
    asked = gadget.send()
    picture(page, f"{skin}-sent")

    page = visit("Ravi", **SKINS[skin])
    watched.append(Watcher(page))
    gadget = browsers.Gadget(page)
    gadget.open(address)
    gadget.ask(
        languages=("de",),
        topics=("I feel alone with this",),
        channels=("desk", "email"),
        address="MARKER@example.org",
        avoid=("user:MARKER_somebody",),
        message=MARKED,
    )
    told = gadget.send()

    for one, sent in zip(watched, (asked, told), strict=True):
        for secret in ("MARKER", sent.words, sent.ref, sent.ref.replace("-", "")):
            assert secret not in one.text()
        assert sent.status_link.rpartition("/")[2] not in one.text()
    envelopes = [text for one in watched for text in one.envelopes()]
    assert len(envelopes) == 2
    assert len({len(text) for text in envelopes}) == 1
    history = people["Iface"].get(
        action="query", titles=INTAKE, prop="revisions", rvprop="user|comment", rvlimit=2
    )["query"]["pages"][0]["revisions"]
    assert [(one["user"], one["comment"]) for one in history] == [
        ("Ravi", SUMMARY),
        ("Rosa", SUMMARY),
    ]

    network.run("once")
    assert mailbox.wait_for("Sven", asked.ref).link  # English was chosen for her
    assert mailbox.wait_for("Salma", told.ref).link
