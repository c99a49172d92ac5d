"""The supporter's page: the name before the story, and nothing after it was handed back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.casework import events as on
from bot.casework.effects import Door, MailKind, Secret
from bot.casework.states import Outcome, State
from bot.store import called, cases, links, outbox, roster
from bot.store.case_secrets import put_identity
from tests.unit.desk.conftest import kept_secrets

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Browser, Scene

ANA, BORIS = 1, 2


def _taken(scene: Scene) -> tuple[int, str, Browser]:
    case_id, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    assert browser.press(path, "take").status == 303
    return case_id, path, browser


def test_the_name_comes_before_the_story(scene: Scene) -> None:
    """Behind the button there is the name, and no word of what was written until `take`."""
    _, path = scene.supported()
    browser = scene.browser()
    first = browser.open(path)
    name, *story = scene.told
    assert name in first.text
    assert not [told for told in story if told in browser.get(path).text]
    assert "Signal" not in first.text
    assert set(first.forms) == {"take", "hand-back", "new-link"}
    browser.press(path, "take")
    second = browser.get(path).page
    assert not [told for told in scene.told if told not in second.text]
    assert set(second.forms) == {"written", "more-time", "close", "hand-back", "report", "new-link"}


@pytest.mark.parametrize("do", ["written", "more-time", "close", "report", "write", "look"])
def test_nothing_of_the_story_s_page_can_be_pressed_before_it(scene: Scene, do: str) -> None:
    """Before `take`, only `take` and `hand-back` do anything."""
    _, path = scene.supported()
    browser = scene.browser()
    form = browser.open(path).forms["take"]
    before = scene.dump()
    assert browser.post(path, do, form).status == 400
    assert scene.dump() == before


def test_whom_to_avoid_is_never_shown(scene: Scene) -> None:
    """The names that the requester wants kept out stay out of every page."""
    _, path, browser = _taken(scene)
    assert "Avoided" not in browser.get(path).text


@pytest.mark.parametrize("when", ["at once", "after reading"])
def test_after_hand_back_the_links_are_dead(scene: Scene, when: str) -> None:
    """The case waits again, and every link of the one who gave it back opens nothing."""
    case_id, path = scene.supported()
    other = scene.link(case_id, Door.CASE, ANA)
    browser = scene.browser()
    browser.open(path)
    browser.open(other)
    if when == "after reading":
        browser.press(path, "take")
    form = browser.get(path).page.forms["hand-back"]
    answer = browser.post(path, "hand-back", form)
    assert scene.says("desk-handed-back-more") in answer.page.text
    assert scene.stored(case_id).case.state is State.WAITING
    after = scene.dump()
    for link in (path, other):
        assert browser.get(link).status == 404
    assert browser.post(path, "hand-back", form).status == 404
    assert browser.post(path, "take", form).status == 404
    assert scene.dump() == after


def test_a_link_opens_only_for_whose_case_it_is(scene: Scene) -> None:
    """A link that outlived the support, by whatever mistake, shows nothing of the next one's."""
    case_id, path = scene.supported()
    browser = scene.browser()
    form = browser.open(path).forms["take"]
    scene.tell(case_id, on.HandedBack(ANA))
    scene.supporter(BORIS)
    scene.offer(case_id, BORIS)
    scene.tell(case_id, on.Accepted(BORIS, has_room=True))
    scene.tell(case_id, on.Taken(BORIS))
    outlived = scene.link(case_id, Door.CASE, ANA)
    for link in (path, outlived):
        assert browser.get(link).status == 404
        assert browser.post(link, "take", form).status == 404


def test_written_is_noted_once(scene: Scene) -> None:
    """First contact starts the story's hours at the first press, not at the second."""
    case_id, path, browser = _taken(scene)
    forms = browser.get(path).page.forms
    assert browser.post(path, "written", forms["written"]).status == 303
    first = scene.clock()
    scene.clock.pass_(minutes=5)
    assert browser.post(path, "written", forms["written"]).status == 303
    assert browser.post(path, "more-time", forms["more-time"]).status == 303
    case = scene.stored(case_id).case
    assert (case.contacted_at, case.contact_by, case.more_time) == (first, None, False)
    assert set(browser.get(path).page.forms) == {"close", "hand-back", "report", "new-link"}


def test_by_when_to_write_is_told_on_the_supporter_s_clock(scene: Scene) -> None:
    """Until they have written, the page says by when, in their own time zone."""
    case_id, path = scene.supported(7)
    with scene.store.write() as tx:
        roster.put(tx, replace(scene.profile(7), timezone="Asia/Tokyo"), scene.clock())
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    page = browser.get(path).page
    # Noon in universal time, and two days.
    assert scene.says("desk-write-by", "November 24, 2026, 9:00 PM (Asia/Tokyo)") in page.text
    browser.press(path, "written")
    assert "Asia/Tokyo" not in browser.get(path).text
    assert scene.stored(case_id).case.contacted_at is not None


def test_more_time_is_given_once(scene: Scene) -> None:
    """The second press of "I need more time" gives none."""
    case_id, path, browser = _taken(scene)
    form = browser.get(path).page.forms["more-time"]
    before = scene.stored(case_id).case.contact_by
    assert before is not None
    browser.post(path, "more-time", form)
    browser.post(path, "more-time", form)
    hours = timedelta(hours=scene.config.policy.contact_within_hours)
    assert scene.stored(case_id).case.contact_by == before + hours
    assert "more-time" not in browser.get(path).page.forms


def test_taking_twice_is_taking_once(scene: Scene) -> None:
    """A second `take` shows the same page and mails nothing."""
    _, path = scene.supported()
    browser = scene.browser()
    form = browser.open(path).forms["take"]
    browser.post(path, "take", form)
    after = scene.dump()
    assert browser.post(path, "take", form).status == 303
    assert scene.dump()["outbox"] == after["outbox"]
    assert scene.dump()["cases"] == after["cases"]


def test_close_erases_and_a_second_close_finds_nothing(scene: Scene) -> None:
    """Closing takes story, name and links away; pressed twice, it ends once."""
    case_id, path, browser = _taken(scene)
    form = browser.get(path).page.forms["close"]
    answer = browser.post(path, "close", form)
    assert scene.says("desk-closed-more") in answer.page.text
    assert not [told for told in scene.told if told in answer.text]
    assert scene.stored(case_id).case.outcome is Outcome.HELPED
    after = scene.dump()
    assert kept_secrets(after) == {"pair"}
    assert browser.post(path, "close", form).status == 404
    assert browser.get(path).status == 404
    assert scene.dump() == after


def test_the_requester_s_own_word_reaches_nobody_by_closing(scene: Scene) -> None:
    """When the supporter closes, the requester who wants mail gets one, and it names no one."""
    case_id, path = scene.supported(notify=True)
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    browser.press(path, "close")
    with scene.store.read() as tx:
        kinds = [row.kind for row in outbox.queued(tx, scene.clock(), 100)]
        assert cases.story_of(tx, case_id) is None
    assert MailKind.ENDED_REQUESTER in kinds


def test_once_the_story_is_gone_the_page_says_so(scene: Scene) -> None:
    """After its hours the name stays, and of the rest the page says that it has been erased."""
    case_id, path, browser = _taken(scene)
    browser.press(path, "written")
    scene.clock.pass_(hours=scene.config.policy.story_hours)
    scene.tell(case_id, on.TimePassed())
    fresh = scene.link(case_id, Door.CASE, ANA)
    page = browser.open(fresh)
    name, *story = scene.told
    assert name in page.text
    assert scene.says("desk-story-gone") in page.text
    assert not [told for told in story if told in browser.get(fresh).text]


def test_wikimail_is_offered_with_its_price_and_to_the_right_name(scene: Scene) -> None:
    """The way to the wiki's form says what it reveals, and a `?` in a name leads to nobody else."""
    _, path = scene.supported(name='What? 100%41 & "us" #1')
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    page = browser.get(path).page
    address = "https://wiki.example.org/wiki/Special:EmailUser/What%3F_100%2541_%26_%22us%22_%231"
    assert page.links[1] == address
    assert scene.says("desk-wikimail-reveals") in page.text


def test_links_of_others_are_left_alone(scene: Scene) -> None:
    """One case's end is no other's."""
    _, path, browser = _taken(scene)
    other_id, other = scene.supported(BORIS)
    browser.press(path, "hand-back")
    assert scene.browser().get(other).status == 200
    with scene.store.read() as tx:
        found = links.find(tx, other.split("/")[-1], Door.CASE, scene.clock())
    assert found is not None
    assert (found.case_id, found.ended) == (other_id, False)


def _is_called(scene: Scene, case_id: int, name: str) -> None:
    with scene.store.write() as tx:
        cases.rename_identity(tx, case_id, name)


def test_the_page_shows_what_the_requester_is_called_now(scene: Scene) -> None:
    """And leads to that name: the old one can be a stranger's."""
    case_id, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    _is_called(scene, case_id, "Rosa anew")
    assert "Rosa anew" in browser.get(path).page.text
    browser.press(path, "take")
    answer = browser.get(path)
    assert "EmailUser/Rosa_anew" in answer.text
    assert "Rosa Muster" not in answer.text


def test_nobody_is_sent_to_a_name_that_was_not_looked_up_lately(scene: Scene) -> None:
    """While worker or wiki are silent the link is away; the conversation here goes on."""
    case_id, path = scene.supported()
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    scene.clock.pass_(minutes=16)
    answer = browser.get(path)
    assert "EmailUser" not in answer.text
    assert scene.says("desk-wikimail-not-now") in answer.page.text
    with scene.store.write() as tx:
        called.note_look(tx, scene.clock())
    assert "EmailUser" in browser.get(path).text
    _is_called(scene, case_id, "")
    answer = browser.get(path)
    assert "EmailUser" not in answer.text
    assert scene.says("desk-wikimail-gone") in answer.page.text


@pytest.mark.parametrize(
    ("no_way", "shown", "said"),
    [
        (("wikimail",), {"signal"}, "desk-no-mail"),
        (("wikimail", "desk"), {"signal"}, "desk-no-mail"),
        (("wikimail", "signal"), set(), "desk-no-way"),
    ],
)
def test_only_the_ways_that_exist_are_shown(
    scene: Scene, no_way: tuple[str, ...], shown: set[str], said: str
) -> None:
    """Whom no mail reaches is not answered into nothing."""
    case_id, path = scene.supported()
    with scene.store.write() as tx:
        who = cases.identity_of(tx, case_id)
        assert who is not None
        cases.erase(tx, case_id, Secret.IDENTITY)
        put_identity(tx, case_id, replace(who, no_way=no_way))
    browser = scene.browser()
    browser.open(path)
    browser.press(path, "take")
    answer = browser.get(path)
    assert "EmailUser" not in answer.text
    assert scene.says(said) in answer.page.text
    assert ("Signal" in answer.page.text) == ("signal" in shown)
