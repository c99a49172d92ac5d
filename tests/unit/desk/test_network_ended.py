"""The desk while a network ends, and when it has ended: whoever gets no mail learns it here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.casework.effects import Door
from bot.network_state import ENDING
from bot.store import accounts, ending
from bot.store.store import put_setting
from tests.unit.desk.conftest import NAME

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Page, Scene

ANYWHERE = "/status/AAAAAAAAAAAAAAAAAAAAAA"


def begin(scene: Scene) -> None:
    """Let the network begin to end: cases are closed, mails wait, nothing is erased yet."""
    with scene.store.write() as tx:
        put_setting(tx, ENDING, "begun")
        for case_id in ending.open_cases(tx):
            ending.close(tx, case_id, scene.config.policy, scene.clock())


def end(scene: Scene) -> None:
    """Let it have ended."""
    with scene.store.write() as tx:
        ending.erase_everything(tx, ENDING, "done")


def says_so(scene: Scene, page: Page) -> bool:
    """Whether a page says that the network has ended, and where else to turn."""
    words = ("desk-network-ended", "desk-network-ended-more", "mail-where-to-turn")
    assert "emergency@wikimedia.org" in page.text
    return all(scene.says(key) in page.text for key in words)


def test_who_wanted_no_mail_learns_it_on_their_page(scene: Scene) -> None:
    """At once when it begins, in the same words a month and a year after the end."""
    case_id, _ = scene.supported(notify=False)
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    browser.open(path)
    begin(scene)
    page = browser.get(path).page
    assert says_so(scene, page)
    assert page.buttons == [], "nobody is left who could decide"
    end(scene)
    for days in (0, 30, 365):
        scene.clock.pass_(days=days)
        for visitor in (browser, scene.browser()):
            answer = visitor.get(path)
            assert answer.status == 404
            assert says_so(scene, answer.page)
            assert NAME not in answer.text


def test_every_link_gets_the_same_page(scene: Scene) -> None:
    """What was a link once and what never was one are not told apart."""
    case_id, case = scene.supported()
    paths = [case, scene.link(case_id, Door.STATUS), ANYWHERE, ANYWHERE.replace("status", "me")]
    begin(scene)
    end(scene)
    answers = [scene.browser().get(path) for path in paths]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert says_so(scene, answers[0].page)


@pytest.mark.parametrize("place", ["/", "/ask", "/join", "/me", "/desk"])
def test_nobody_is_let_in_any_more(scene: Scene, place: str) -> None:
    """No page asks for a name, or says that it is only a pause."""
    for step in (begin, end):
        step(scene)
        page = scene.browser().get(place).page
        assert says_so(scene, page)
        assert page.buttons == []


def test_in_the_language_of_the_browser(scene: Scene) -> None:
    """Whose link tells nothing any more is answered as their browser asks."""
    begin(scene)
    end(scene)
    answer = scene.browser().send("GET", ANYWHERE, headers={"Accept-Language": "de, en;q=0.5"})
    assert '<html lang="en"' in answer.text  # the only one that this test's desk speaks
    assert says_so(scene, answer.page)


def test_what_somebody_typed_meanwhile_is_shown_once_more(scene: Scene) -> None:
    """A message on its way when all was erased is not lost to who wrote it, and is kept nowhere."""
    case_id, _ = scene.supported(channels=("desk",))
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    form = browser.open(path).forms["write"]
    begin(scene)
    end(scene)
    before = scene.dump()
    answer = browser.post(path, "write", form, text="Are you there?")
    assert scene.says("desk-network-ended") in answer.page.text
    assert "Are you there?" in answer.text
    assert scene.dump() == before


def test_a_request_of_the_last_moment_is_not_lost(scene: Scene) -> None:
    """Who was filling in the form is told, and their words stay in it; no case is made."""
    token, now = scene.store.keyring.new_token(), scene.clock()
    link = accounts.AccountLink(Door.ASK, 5, "Rosa", "en")
    with scene.store.write() as tx:
        accounts.put_link(tx, token, link, now=now, expires_at=now + timedelta(days=1))
    browser, path = scene.browser(), f"/ask/{token}"
    form = browser.open(path).forms["send"]
    begin(scene)
    answer = browser.post(path, "send", form, languages="de", message="Please help me.")
    assert scene.says("desk-network-ended") in answer.page.text
    assert "Please help me." in answer.text
    assert scene.dump()["cases"] == []
    assert says_so(scene, browser.get(path).page)
