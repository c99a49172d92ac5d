"""The requester's page: what is happening, and the way back that is always open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.casework import events as on
from bot.casework.effects import Door, MailKind
from bot.casework.states import Outcome, State
from bot.store import outbox
from tests.unit.desk.conftest import kept_secrets

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

ANA = 1


def _mails(scene: Scene) -> list[MailKind]:
    with scene.store.read() as tx:
        return [row.kind for row in outbox.queued(tx, scene.clock(), 100)]


@pytest.mark.parametrize("state", ["waiting", "offered", "supported"])
def test_withdraw_erases_everything_at_once(scene: Scene, state: str) -> None:
    """Whatever had become of it: no key, no secret, no mark, no link is left; the page says so."""
    scene.supporter(ANA)
    case_id = scene.case(notify=True)
    paths = [scene.link(case_id, Door.STATUS), scene.link(case_id, Door.STATUS)]
    if state != "waiting":
        scene.offer(case_id, ANA)
        paths.append(scene.link(case_id, Door.OFFER, ANA))
    if state == "supported":
        scene.tell(case_id, on.Accepted(ANA, has_room=True))
        paths.append(scene.link(case_id, Door.CASE, ANA))
    browser = scene.browser()
    form = browser.open(paths[0]).forms["withdraw"]
    answer = browser.post(paths[0], "withdraw", form)
    assert answer.status == 200
    assert scene.says("desk-withdrawn-more") in answer.page.text
    after = scene.dump()
    assert not after["case_keys"]
    assert not after["case_secrets"]
    assert scene.stored(case_id).case.outcome is Outcome.WITHDRAWN
    with scene.store.read() as tx:
        found = tx.connection.exec_driver_sql("SELECT requester_mark FROM cases").scalar_one()
    assert found is None
    for path in paths:
        assert browser.get(path).status == 404
    assert browser.post(paths[0], "withdraw", form).status == 404
    assert scene.dump() == after


def test_the_supporter_hears_only_that_it_has_ended(scene: Scene) -> None:
    """After a withdrawal one mail goes to the supporter, and none to the requester."""
    case_id, _ = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "withdraw")
    assert _mails(scene).count(MailKind.ENDED_SUPPORTER) == 1
    assert MailKind.ENDED_REQUESTER not in _mails(scene)


def test_close_erases_everything_at_once(scene: Scene) -> None:
    """The requester's "we are done" leaves nothing that was written, and no name.

    Their own link shows the end; who it was stays sealed, for a complaint.
    """
    case_id, case = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    form = browser.open(path).forms["close"]
    assert browser.post(path, "close", form).status == 303
    page = browser.get(path).page
    assert scene.says("desk-status-closed-more") in page.text
    assert set(page.forms) == {"rate", "report", "new-link"}
    after = scene.dump()
    assert kept_secrets(after) == {"pair"}
    assert scene.stored(case_id).case.outcome is Outcome.HELPED
    assert browser.get(case).status == 404
    for do in ("close", "withdraw", "somebody-else", "look"):
        browser.post(path, do, form)
    assert scene.dump() == after


def test_what_is_happening_is_said_in_plain_words(scene: Scene) -> None:
    """Each state has its words and its buttons; the way back is on every page."""
    scene.supporter(ANA)
    case_id = scene.case()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    page = browser.open(path)
    assert scene.says("desk-status-waiting") in page.text
    assert scene.says("desk-status-received", "November 22, 2026") in page.text
    assert set(page.forms) == {"withdraw", "new-link"}
    scene.offer(case_id, ANA)
    assert browser.get(path).page.text == page.text, "nobody learns whether anybody is asked"
    scene.tell(case_id, on.Accepted(ANA, has_room=True))
    page = browser.get(path).page
    assert scene.says("desk-status-supported") in page.text
    assert set(page.forms) == {
        "contacted",
        "somebody-else",
        "close",
        "withdraw",
        "report",
        "new-link",
    }
    assert scene.says("desk-asked-contact") in page.text
    scene.tell(case_id, on.Contacted())
    page = browser.get(path).page
    assert scene.says("desk-status-contacted") in page.text
    assert scene.says("desk-asked-contact") not in page.text


def test_the_page_names_no_supporter_and_repeats_no_story(scene: Scene) -> None:
    """Who holds the link learns neither who was asked or said yes, nor what was written."""
    scene.supporter(ANA, name="Ana Ananas")
    case_id = scene.case()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    browser.open(path)
    for event in (None, on.Accepted(ANA, has_room=True), on.Taken(ANA)):
        if event is None:
            scene.offer(case_id, ANA)
        else:
            scene.tell(case_id, event)
        text = browser.get(path).text
        assert not [told for told in ("Ana", "Avoided", *scene.told) if told in text]


def test_contacted_is_noted_once(scene: Scene) -> None:
    """The requester's yes starts the story's hours, once."""
    case_id, _ = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    form = browser.open(path).forms["contacted"]
    browser.post(path, "contacted", form, answer="yes")
    first = scene.clock()
    scene.clock.pass_(minutes=1)
    assert browser.post(path, "contacted", form, answer="yes").status == 303
    assert scene.stored(case_id).case.contacted_at == first


def test_somebody_else_parts_the_two(scene: Scene) -> None:
    """The case waits again, the supporter's link is dead, and pressed twice it is one parting."""
    case_id, case = scene.supported()
    path = scene.link(case_id, Door.STATUS)
    browser = scene.browser()
    form = browser.open(path).forms["somebody-else"]
    assert browser.post(path, "somebody-else", form).status == 303
    assert scene.stored(case_id).case.state is State.WAITING
    assert scene.says("desk-status-waiting") in browser.get(path).page.text
    assert scene.browser().get(case).status == 404
    after = scene.dump()
    assert browser.post(path, "somebody-else", form).status == 303
    assert browser.post(path, "contacted", form, answer="no").status == 303
    assert scene.dump() == after


def test_where_else_to_turn_is_on_the_page(scene: Scene) -> None:
    """Whoever waits sees who else can help."""
    path = scene.link(scene.case(), Door.STATUS)
    page = scene.browser().open(path)
    assert page.elements["li"] == len(scene.config.where_to_turn)
    assert "emergency@wikimedia.org" in page.text


def test_the_link_lives_as_long_as_the_case(scene: Scene) -> None:
    """Two weeks later the requester still gets in."""
    path = scene.link(scene.case(), Door.STATUS)
    scene.clock.pass_(days=13)
    assert "withdraw" in scene.browser().open(path).forms
