"""Who comes into the coordinators' pages, and what they never see there."""

from __future__ import annotations

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster import SupporterStatus
from bot.network_state import ENDING, TAMPERED
from bot.store import accounts
from bot.store.store import STATE, get_setting, put_setting
from tests.drawn import without_tokens
from tests.unit.desk.conftest import Scene
from tests.unit.desk.coordinating import Desk, link

PLACES = ("", "/people", "/needs", "/network", "/case/K7QF9M2D", "/complaint/1")


def test_entered_names_are_written_down_and_answered_alike(scene: Scene) -> None:
    """The page says the same to a coordinator and to anybody else; the worker looks who it is."""
    said = set()
    for name in ("Coordinator", "Somebody else", "###"):
        browser = scene.browser()
        form = browser.get("/desk").page.forms["ask-for-link"]
        data = {"do": "ask-for-link", "form": form, "name": name}
        answer = browser.send("POST", "/desk", data=data)
        said.add((answer.status, answer.text))
    assert len(said) == 1
    with scene.store.read() as tx:
        asked = [(one.door, one.name) for one in accounts.asked(tx, 10)]
    assert asked == [(Door.DESK, "Coordinator"), (Door.DESK, "Somebody else")]


@pytest.mark.parametrize("place", PLACES)
def test_before_the_button_nothing_is_told(scene: Scene, place: str) -> None:
    """A mail scanner that follows the link finds a button, whatever there is behind it."""
    scene.case()
    before = scene.dump()
    path = link(scene) + place
    answer = scene.browser().get(path)
    assert answer.status == 200
    assert list(answer.page.forms) == ["open"]
    assert "K7QF" not in without_tokens(answer.text.replace(path, ""))
    after = scene.dump()
    assert {name for name in after if after[name] != before[name]} == {"account_links"}


@pytest.mark.parametrize("place", PLACES)
def test_a_link_opens_for_coordinators_alone(scene: Scene, place: str) -> None:
    """Unknown, expired, for another door, or of one who coordinates no more: the same 404."""
    scene.case()
    desk = Desk(scene)
    texts = set()
    old = link(scene, days=1)
    scene.clock.pass_(days=1.5)
    for path in (
        "/desk/" + "x" * 22,
        old,
        link(scene, door=Door.ME),
        link(scene, "Former Coordinator"),
    ):
        answer = scene.browser().get(path + place)
        texts.add((answer.status, answer.text))
    # Taken off the list while their session is open.
    scene.config = scene.config.model_copy(update={"coordinators": ("Another",)})
    scene.at(scene.config.desk.url)
    desk.browser = scene.browser()
    answer = desk.browser.get(desk.root + place)
    texts.add((answer.status, answer.text))
    assert len(texts) == 1
    assert texts.pop()[0] == 404


def test_taken_off_the_list_a_press_does_nothing(scene: Scene) -> None:
    """The page was open when somebody stopped coordinating: the button finds nothing."""
    desk = Desk(scene)
    form = desk.press("/network", "pause").forms["pause-yes"]
    client = desk.browser.client
    scene.config = scene.config.model_copy(update={"coordinators": ("Another",)})
    scene.at(scene.config.desk.url)
    cookie = client.get_cookie("desk")
    assert cookie is not None
    desk.browser = scene.browser()
    desk.browser.client.set_cookie("desk", cookie.value)
    assert desk.post("/network", "pause-yes", form).status == 404
    with scene.store.read() as tx:
        assert get_setting(tx, STATE) is None


def test_half_an_hour_later_the_button_comes_again(scene: Scene) -> None:
    """A press from an old page does nothing, and leads to the door."""
    desk = Desk(scene)
    form = desk.press("/network", "pause").forms["pause-yes"]
    scene.clock.pass_(minutes=31)
    answer = desk.post("/network", "pause-yes", form)
    assert answer.status == 303
    assert list(desk.browser.get(answer.headers["Location"]).page.forms) == ["open"]
    with scene.store.read() as tx:
        assert get_setting(tx, STATE) is None


@pytest.mark.parametrize("form", ["", "made up"])
def test_a_press_from_elsewhere_does_nothing(scene: Scene, form: str) -> None:
    """Another site's form has no token of ours; neither has one from another of our pages."""
    scene.case()
    desk = Desk(scene)
    assert desk.post("/network", "pause-yes", form).status == 400
    other = desk.page("/case/K7QF9M2D").forms["close"]
    assert desk.post("/network", "pause-yes", other).status == 400
    assert desk.post("/network", "nonsense", desk.page("/network").forms["pause"]).status == 400
    with scene.store.read() as tx:
        assert get_setting(tx, STATE) is None


@pytest.mark.parametrize(
    "number", ["1" + "0" * 26, "9" * 5000, "-1", "\u0663", "1e3", "0x1", "1_0"], ids=range(7)
)
def test_a_number_that_no_complaint_has_is_not_found(scene: Scene, number: str) -> None:
    """However long it is, or written: the same page as for any address that opens nothing."""
    desk = Desk(scene)
    nowhere = desk.browser.get(f"{desk.root}/nowhere")
    assert nowhere.status == 404
    answers = (
        desk.browser.get(f"{desk.root}/complaint/{number}"),
        desk.post(f"/complaint/{number}", "nothing", ""),
    )
    assert [(one.status, one.page.text) for one in answers] == [(404, nowhere.page.text)] * 2


def test_no_page_holds_a_story_or_a_name(scene: Scene) -> None:
    """Cases are references here: neither requester nor story, and nobody's offers."""
    case_id, _ = scene.supported()
    scene.tell(case_id, on.Taken(1))
    scene.tell(case_id, on.Complained(on.Side.REQUESTER))
    scene.tell(case_id, on.Complained(on.Side.SUPPORTER))
    waiting = scene.case(name="Second Requester")
    scene.offer(waiting, scene.supporter(2))
    desk = Desk(scene)
    for place in ("", "/people", "/needs", "/network", "/complaint/1", "/complaint/2"):
        text = desk.page(place).text
        for told in (*scene.told, "Second Requester", "Avoided User", "Supporter 1"):
            assert told not in text, place
    # Whom to choose is on a case's page; who was asked, or supports it, is not told apart.
    for place in ("/case/K7QF-9M2D", "/case/A1B2C3D4"):
        page = desk.page(place)
        assert not [told for told in (*scene.told, "Avoided User") if told in page.text]
        assert page.text.count("Supporter 1") == page.text.count("Supporter 2") == 1


def test_names_are_shown_as_text(scene: Scene) -> None:
    """A name that looks like markup, or turns the writing round, stays inside its box."""
    hostile = "<b>Bold</b>\u202e\"'&"
    scene.supporter(1, name=hostile, status=SupporterStatus.APPLIED)
    scene.supporter(2, name=hostile, languages=("de",))
    scene.case()
    desk = Desk(scene)
    for place in ("/people", "/case/K7QF9M2D"):
        page = desk.page(place)  # read strictly: every element is closed in its order
        assert page.elements["b"] == 0
        assert "<b>Bold</b>" in page.text


def test_the_first_page_sums_up(scene: Scene) -> None:
    """Open cases with language, state, waiting time, next step and offers, and what waits."""
    case_id = scene.case()
    scene.offer(case_id, scene.supporter(1))
    scene.supporter(7, status=SupporterStatus.APPLIED)
    scene.clock.pass_(hours=5)
    over = scene.case()
    scene.tell(over, on.Closed(on.Side.COORDINATOR))
    text = Desk(scene).page().text
    assert "K7QF-9M2D German" in text
    assert scene.says("coordinate-state-offered") in text
    assert "for 5 hours" in text
    assert "1 person asked" in text
    assert "Next: November 23, 2026, 12:00" in text
    assert "A1B2" not in text
    assert "One person would like" in text


def test_needs_are_counted(scene: Scene) -> None:
    """One case waits for German, which one active supporter speaks; for Signal there is nobody."""
    scene.case()
    scene.supporter(1)
    scene.supporter(2, languages=("fr",), status=SupporterStatus.TRAINING)
    text = Desk(scene).page("/needs").text
    short = scene.says("coordinate-short")
    assert f"German · {short} 1 case waits · supporters: few (1–4)" in text
    assert "Signal · " + short + " 1 case waits · supporters: nobody" in text
    assert "English 0 cases wait · supporters: few" in text
    assert "French" not in text


class TestNetwork:
    """Pause and go on."""

    def test_is_paused_by_the_second_press(self, scene: Scene) -> None:
        """The first press only asks; the second sets what `peer-support pause` sets."""
        desk = Desk(scene)
        desk.press("/network", "pause")
        with scene.store.read() as tx:
            assert get_setting(tx, STATE) is None
        page = desk.twice("/network", "pause")
        assert scene.says("coordinate-said-paused") in page.text
        with scene.store.read() as tx:
            assert get_setting(tx, STATE) == "paused"
        assert scene.says("coordinate-is-paused") in desk.page().text
        page = desk.twice("/network", "resume")
        assert scene.says("coordinate-said-resumed") in page.text
        with scene.store.read() as tx:
            assert get_setting(tx, STATE) == "open"

    def test_what_is_asked_once_more_says_nothing_of_the_press_before(self, scene: Scene) -> None:
        """“The network is paused” would read as an answer where is asked whether to go on."""
        desk = Desk(scene)
        desk.twice("/network", "pause")
        place = "/network?said=paused"  # where that press has led
        sure = desk.post(place, "resume", desk.page(place).forms["resume"]).page
        assert scene.says("coordinate-sure-resume") in sure.text
        assert scene.says("coordinate-said-paused") not in sure.text

    def test_two_coordinators_pause_it_once(self, scene: Scene) -> None:
        """Who comes second is told that it was so already."""
        first, second = Desk(scene), Desk(scene)
        form = second.press("/network", "pause").forms["pause-yes"]
        first.twice("/network", "pause")
        page = second.follow(second.post("/network", "pause-yes", form))
        assert scene.says("coordinate-said-state-before") in page.text

    def test_stopped_on_the_wiki(self, scene: Scene) -> None:
        """The wiki's own switch is not the desk's: there is no button for it."""
        with scene.store.write() as tx:
            put_setting(tx, "shut-off", "yes")
        page = Desk(scene).page("/network")
        assert scene.says("coordinate-is-stopped") in page.text
        assert not page.forms

    def test_pages_that_were_changed(self, scene: Scene) -> None:
        """Paused by the tamper watch is never told as open; which pages is said on one place."""
        with scene.store.write() as tx:
            put_setting(tx, TAMPERED, '["MediaWiki:Gadget-peer-support.js"]')
        desk = Desk(scene)
        assert scene.says("coordinate-is-tampered") in desk.page().text
        page = desk.page("/network")
        assert scene.says("coordinate-is-tampered") in page.text
        assert "MediaWiki:Gadget-peer-support.js" in page.text
        assert scene.says("coordinate-is-open") not in page.text
        assert scene.says("coordinate-paused-too") not in page.text
        assert set(page.forms) == {"pause"}, "to stay paused when the pages are right again"
        desk.twice("/network", "pause")
        page = desk.page("/network")
        assert scene.says("coordinate-paused-too") in page.text
        assert not page.forms

    def test_going_on_where_something_else_holds_it(self, scene: Scene) -> None:
        """Whoever pressed before the pages were changed does not read that it is open."""
        desk = Desk(scene)
        desk.twice("/network", "pause")
        form = desk.press("/network", "resume").forms["resume-yes"]
        with scene.store.write() as tx:
            put_setting(tx, TAMPERED, '["MediaWiki:Gadget-peer-support.js"]')
        page = desk.follow(desk.post("/network", "resume-yes", form))
        assert scene.says("coordinate-said-resumed") not in page.text
        assert scene.says("coordinate-is-tampered") in page.text
        assert scene.says("coordinate-paused-too") not in page.text

    def test_while_it_is_wound_down(self, scene: Scene) -> None:
        """There is nothing left to pause."""
        with scene.store.write() as tx:
            put_setting(tx, ENDING, "begun")
        page = Desk(scene).page("/network")
        assert scene.says("coordinate-is-winding-down") in page.text
        assert not page.forms
