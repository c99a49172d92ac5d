"""The page of an offer: yes, not this time, pause; who comes second; and nothing given away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from bot.casework import events as on
from bot.casework.effects import Door, MailKind, Secret
from bot.casework.states import OfferState, State
from bot.store import cases, outbox, roster
from bot.store.case_secrets import put_identity

if TYPE_CHECKING:
    from tests.unit.desk.conftest import Scene

ANA, BORIS = 1, 2


def _mails(scene: Scene) -> list[MailKind]:
    with scene.store.read() as tx:
        return [row.kind for row in outbox.queued(tx, scene.clock(), 100)]


def _two_offers(scene: Scene) -> tuple[int, str, str]:
    scene.supporter(ANA)
    scene.supporter(BORIS)
    case_id = scene.case()
    scene.offer(case_id, ANA, BORIS)
    ana, boris = (scene.link(case_id, Door.OFFER, one) for one in (ANA, BORIS))
    return case_id, ana, boris


def test_the_page_shows_what_the_mail_told(scene: Scene) -> None:
    """Language, topics, channels, the day and answer by are there; who asked and what is not."""
    _, path = scene.offered()
    answer = scene.browser().get(path)
    for part in ("German", "Signal", "November 22, 2026", "November 23, 2026", "(UTC)"):
        assert part in answer.page.text
    assert "K7QF-9M2D" in answer.page.text
    assert not [told for told in scene.told if told in answer.text]


@pytest.mark.parametrize("no_way", [("signal",), ("signal", "desk", "wikimail")])
def test_the_page_lists_the_ways_that_exist(scene: Scene, no_way: tuple[str, ...]) -> None:
    """As its mail does; where nothing reaches who asked, it says so."""
    case_id, path = scene.offered()
    with scene.store.write() as tx:
        stored, who = cases.load(tx, case_id), cases.identity_of(tx, case_id)
        assert stored is not None
        assert who is not None
        cases.erase(tx, case_id, Secret.IDENTITY)
        put_identity(tx, case_id, replace(who, no_way=no_way))
    text = scene.browser().get(path).page.text
    assert "Signal" not in text
    nothing = set(stored.asked.channels) <= set(no_way)
    assert (scene.says("offer-no-way") in text) is nothing


def test_whoever_is_quicker_than_the_worker_is_told_the_time_too(scene: Scene) -> None:
    """The mail arrives a moment before it is written down that it went; the page is whole then."""
    case_id = scene.case()
    scene.supporter(ANA)
    looked = on.Looked((on.Chosen(ANA),), possible=True, again_at=scene.clock())
    scene.tell(case_id, looked)
    path = scene.link(case_id, Door.OFFER, ANA)
    browser = scene.browser()
    assert "November 23, 2026" in browser.get(path).page.text
    assert scene.says("desk-accepted-more") in browser.press(path, "accept").page.text


def test_a_zone_that_the_machine_no_longer_knows_is_utc(scene: Scene) -> None:
    """An upgrade took the name away: the page is there, and says the time by UTC."""
    _, path = scene.offered()
    with scene.store.write() as tx:
        ana = roster.get(tx, ANA)
        assert ana is not None
        roster.put(tx, replace(ana, timezone="Mars/Olympus"), scene.clock())
    answer = scene.browser().get(path)
    assert answer.status == 200
    assert "(UTC)" in answer.page.text


def test_accept_gives_the_case_and_shows_no_link(scene: Scene) -> None:
    """The case is theirs, its link goes by mail, and the page that says so holds none."""
    case_id, path = scene.offered()
    before = scene.browser()
    answer = before.press(path, "accept")
    assert answer.status == 200
    assert scene.says("desk-accepted-more") in answer.page.text
    assert "/case/" not in answer.text
    assert not answer.page.forms
    assert not [told for told in scene.told if told in answer.text]
    case = scene.stored(case_id).case
    assert (case.state, case.supporter) == (State.SUPPORTED, ANA)
    assert MailKind.CASE_LINK in _mails(scene)


def test_accepting_again_says_the_same(scene: Scene) -> None:
    """A second press gets the same answer, changes nothing and mails nothing."""
    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    first = browser.post(path, "accept", form)
    after = scene.dump()
    assert browser.post(path, "accept", form) == first
    assert scene.dump() == after


def test_the_first_to_accept_wins_and_the_second_is_thanked(scene: Scene) -> None:
    """Whoever comes second hears thanks, and the case stays with the first."""
    case_id, ana, boris = _two_offers(scene)
    second = scene.browser()
    form = second.get(boris).page.forms["accept"]
    scene.browser().press(ana, "accept")
    answer = second.post(boris, "accept", form)
    assert answer.status == 200
    assert scene.says("desk-too-late") in answer.page.text
    assert scene.stored(case_id).case.supporter == ANA
    assert second.get(boris).status == 404


def test_of_two_at_the_same_moment_one_wins(scene: Scene) -> None:
    """Two presses at once give one case to one supporter, and one mail with its link."""
    case_id, *paths = _two_offers(scene)
    barrier = Barrier(2)
    said: list[str] = []

    def accept(path: str) -> None:
        browser = scene.browser()
        form = browser.get(path).page.forms["accept"]
        barrier.wait(10)
        said.append(browser.post(path, "accept", form).page.text)

    threads = [Thread(target=accept, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    late = scene.says("desk-too-late")
    assert sorted(late in text for text in said) == [False, True]
    assert scene.stored(case_id).case.state is State.SUPPORTED
    assert _mails(scene).count(MailKind.CASE_LINK) == 1


def test_whoever_has_no_room_left_hears_so(scene: Scene) -> None:
    """Capacity is looked at again when somebody accepts; somebody else is looked for then."""
    scene.supported(ANA)
    scene.supporter(ANA, capacity=1)
    case_id = scene.case()
    scene.offer(case_id, ANA)
    answer = scene.browser().press(scene.link(case_id, Door.OFFER, ANA), "accept")
    assert scene.says("desk-no-room") in answer.page.text
    assert scene.stored(case_id).case.state is State.WAITING


def test_accept_after_decline_is_too_late(scene: Scene) -> None:
    """A no is a no: the yes that follows it from an old page is thanked and does nothing."""
    case_id, path = scene.offered()
    browser = scene.browser()
    forms = browser.get(path).page.forms
    declined = browser.post(path, "decline", forms["decline"])
    assert scene.says("desk-declined") in declined.page.text
    after = scene.dump()
    accepted = browser.post(path, "accept", forms["accept"])
    assert scene.says("desk-too-late") in accepted.page.text
    assert browser.post(path, "decline", forms["decline"]) == declined
    assert scene.dump() == after
    offer = scene.stored(case_id).case.offer_to(ANA)
    assert offer is not None
    assert offer.state is OfferState.DECLINED


def test_decline_after_accept_says_that_the_case_is_theirs(scene: Scene) -> None:
    """An old page's "not this time" does not pretend that the case was given back."""
    case_id, path = scene.offered()
    browser = scene.browser()
    forms = browser.get(path).page.forms
    accepted = browser.post(path, "accept", forms["accept"])
    after = scene.dump()
    assert browser.post(path, "decline", forms["decline"]).text == accepted.text
    assert scene.dump() == after
    assert scene.stored(case_id).case.supporter == ANA


def test_pause_declines_and_lasts_two_weeks(scene: Scene) -> None:
    """Whoever pauses is away for two weeks, and the case asks the next."""
    case_id, path = scene.offered()
    answer = scene.browser().press(path, "pause")
    assert scene.says("desk-paused") in answer.page.text
    assert scene.profile(ANA).away_until == scene.clock() + timedelta(days=14)
    assert scene.stored(case_id).case.state is State.WAITING


def test_pause_shortens_no_longer_absence(scene: Scene) -> None:
    """Whoever is away for two months does not come back after two weeks by pressing pause."""
    _, path = scene.offered()
    back = scene.clock() + timedelta(days=60)
    scene.supporter(ANA, away_until=back)
    scene.browser().press(path, "pause")
    assert scene.profile(ANA).away_until == back


@pytest.mark.parametrize("do", ["open", "take", "withdraw", "", "ACCEPT"])
def test_no_other_press_does_anything(scene: Scene, do: str) -> None:
    """What is no button of this page is refused, with the best of form tokens."""
    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    before = scene.dump()
    assert browser.post(path, do, form).status == 400
    assert scene.dump() == before


def test_an_offer_that_has_ended_otherwise_is_not_here(scene: Scene) -> None:
    """The page goes with the offer, before its link has expired."""
    case_id, path = scene.offered()
    scene.tell(case_id, on.Withdrawn())
    assert scene.browser().get(path).status == 404


def test_whoever_left_the_roster_opens_nothing(scene: Scene) -> None:
    """A link is worth no more than its owner's place on the roster."""
    from bot.store import roster

    _, path = scene.offered()
    browser = scene.browser()
    form = browser.get(path).page.forms["accept"]
    with scene.store.write() as tx:
        roster.remove(tx, ANA)
    assert browser.get(path).status == 404
    assert browser.post(path, "accept", form).status == 404


def _complained_about(scene: Scene, supporter: int) -> None:
    """Let a requester of another case say that something is wrong with this supporter."""
    other = scene.case()
    scene.offer(other, supporter)
    scene.tell(other, on.Accepted(supporter, has_room=True))
    scene.tell(other, on.Complained(on.Side.REQUESTER))


def test_a_complaint_ends_the_open_offers_of_whom_it_is_about(scene: Scene) -> None:
    """Nothing new until a coordinator has decided; the case looks for the next at once."""
    case_id, ana, boris = _two_offers(scene)
    _complained_about(scene, ANA)
    case = scene.stored(case_id).case
    assert [(o.supporter, o.state) for o in case.offers] == [
        (ANA, OfferState.DECLINED),
        (BORIS, OfferState.SENT),
    ]
    assert case.look_at == scene.clock()
    assert scene.browser().get(ana).status == 404
    assert scene.browser().get(boris).status == 200


def test_nobody_accepts_while_a_complaint_is_undecided(scene: Scene) -> None:
    """Not by an offer that is open all the same either; the page says no more than too late."""
    _, path = scene.offered()
    browser = scene.browser()
    browser.get(path)
    _complained_about(scene, ANA)
    again = scene.case()
    scene.offer(again, ANA)
    path = scene.link(again, Door.OFFER, ANA)
    answer = browser.press(path, "accept")
    assert scene.says("desk-too-late") in answer.page.text
    case = scene.stored(again).case
    assert (case.state, case.supporter) == (State.WAITING, None)


def test_who_reports_a_request_themselves_is_still_asked(scene: Scene) -> None:
    """Their word is about the request, not about them."""
    case_id, path = scene.offered()
    other = scene.case()
    scene.offer(other, ANA)
    scene.tell(other, on.Accepted(ANA, has_room=True))
    scene.tell(other, on.Complained(on.Side.SUPPORTER))
    assert scene.stored(case_id).case.live_offers
    assert scene.browser().get(path).status == 200
