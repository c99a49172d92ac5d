"""Coordinators and a case: somebody chosen is asked, or it is closed, or called misuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.casework import events as on
from bot.casework.effects import Secret
from bot.casework.roster import SupporterStatus
from bot.casework.roster_values import read_hours
from bot.casework.states import OfferState, Outcome, State
from bot.store import cases, marks
from tests.unit.desk.conftest import Scene
from tests.unit.desk.coordinating import Desk, mails

CASE = "/case/K7QF9M2D"
REQUESTER = 99


def ask(scene: Scene, supporter: int, desk: Desk | None = None) -> str:
    """Choose somebody on the page of the case, and give what is said then."""
    desk = desk or Desk(scene)
    return str(_chosen(desk, supporter).text)


def _chosen(desk: Desk, supporter: int) -> Any:
    page = desk.page(CASE)
    seen = next(a["value"] for _, a in page.attributes if a.get("name") == "seen")
    return desk.follow(
        desk.post(CASE, "offer", page.forms["offer"], supporter=str(supporter), seen=seen)
    )


class TestOffer:
    """To a chosen supporter."""

    def test_is_mailed_and_waits_for_an_answer(self, scene: Scene) -> None:
        """Whoever is chosen is asked like anybody else, beside those who are asked already."""
        case_id = scene.case()
        scene.offer(case_id, scene.supporter(1))
        text = ask(scene, scene.supporter(2))
        assert scene.says("coordinate-said-asked") in text
        offer = scene.stored(case_id).case.offer_to(2)
        assert offer is not None
        assert offer.state is OfferState.QUEUED
        assert mails(scene)[-1] == ("offer", "supporter", 2)

    def test_may_be_to_somebody_who_speaks_another_language(self, scene: Scene) -> None:
        """The list says who speaks none of the languages; a coordinator may know better."""
        case_id = scene.case()
        scene.supporter(2, languages=("fr",))
        page = Desk(scene).page(CASE)
        assert page.of("optgroup")["label"] == scene.says("coordinate-others")
        assert scene.says("coordinate-said-asked") in ask(scene, 2)
        assert scene.stored(case_id).case.state is State.OFFERED

    def test_waits_until_their_hours_open(self, scene: Scene) -> None:
        """It is noon in UTC; who is to be asked from eight in the evening on is not rung before."""
        case_id = scene.case()
        ask(scene, scene.supporter(1, hours=read_hours("20:00-22:00")))
        assert scene.stored(case_id).case.offer_to(1) is not None
        row = scene.dump()["outbox"][-1]
        assert scene.clock() + timedelta(hours=8) in row

    @pytest.mark.parametrize(
        "stands_against",
        [
            lambda s: s.supporter(1, status=SupporterStatus.PAUSED),
            lambda s: s.supporter(1, trained_until=date(2026, 11, 1)),
            lambda s: s.supporter(REQUESTER),
            lambda s: s.supporter(1, name="Avoided User"),
            lambda s: s.supporter(1, name="New name", former_names=("Avoided User",)),
            lambda s: s.supporter(1, avoid=frozenset({REQUESTER})),
            lambda s: s.supporter(1, channels=frozenset({"desk"})),
            lambda s: s.supporter(1, away_until=s.clock() + timedelta(days=1)),
            lambda s: 1,  # not on the roster
            "complained",
            "declined",
            "met",
        ],
    )
    def test_is_refused_in_the_same_words_whatever_stands_against_it(
        self, scene: Scene, stands_against: Callable[[Scene], int] | str
    ) -> None:
        """Nobody learns whom somebody avoids: there is one answer for every reason."""
        case_id, chosen = scene.case(), 1
        scene.supporter(8)  # somebody to choose from
        match stands_against:
            case "complained":
                other = scene.case(name="Another", story=cases.Story("", (), ()))
                scene.offer(other, scene.supporter(1))
                scene.tell(other, on.Accepted(1, has_room=True))
                scene.tell(other, on.Complained(on.Side.REQUESTER))
            case "declined":
                scene.offer(case_id, scene.supporter(1))
                scene.tell(case_id, on.Declined(1))
            case "met":
                scene.supporter(1)
                with scene.store.write() as tx:
                    for met in range(50, 55):
                        marks.remember_met(tx, REQUESTER, met, scene.clock())
            case make if callable(make):
                chosen = make(scene)
        before = (scene.stored(case_id), mails(scene))
        text = ask(scene, chosen)
        assert scene.says("coordinate-said-not-them") in text
        assert (scene.stored(case_id), mails(scene)) == before

    def test_pressed_twice_asks_once(self, scene: Scene) -> None:
        """The second press is on an old picture: nothing is done, and it says so kindly."""
        case_id = scene.case()
        scene.supporter(1)
        desk = Desk(scene)
        page = desk.page(CASE)
        fields = {"supporter": "1", "seen": "waiting-0"}
        first = desk.post(CASE, "offer", page.forms["offer"], **fields)
        second = desk.post(CASE, "offer", page.forms["offer"], **fields)
        assert "said=asked" in first.headers["Location"]
        assert scene.says("coordinate-said-changed") in desk.follow(second).text
        assert len(scene.stored(case_id).case.offers) == 1
        assert [kind for kind, _, _ in mails(scene)].count("offer") == 1

    @pytest.mark.parametrize("chosen", ["", "nobody", "-1", "9" * 30, "1.5"])
    def test_needs_somebody(self, scene: Scene, chosen: str) -> None:
        """Nobody chosen, or what is no number: it says that nobody was."""
        scene.case()
        scene.supporter(1)
        desk = Desk(scene)
        form = desk.page(CASE).forms["offer"]
        answer = desk.post(CASE, "offer", form, supporter=chosen, seen="waiting-0")
        assert scene.says("coordinate-said-nobody-chosen") in desk.follow(answer).text

    def test_takes_a_supported_case_only_after_asking_once_more(self, scene: Scene) -> None:
        """Who supports it is thanked, the conversation goes, the requester hears of it."""
        case_id, _ = scene.supported(notify=True)
        scene.supporter(2)
        desk = Desk(scene)
        sure = _chosen(desk, 2)
        assert scene.says("coordinate-sure-move") in sure.text
        assert scene.stored(case_id).case.state is State.SUPPORTED
        kept = {
            str(a["name"]): a["value"]
            for tag, a in sure.attributes
            if tag == "input" and a["name"] in {"supporter", "seen"}
        }
        answer = desk.post(CASE, "move-yes", sure.forms["move-yes"], **kept)
        assert scene.says("coordinate-said-asked") in desk.follow(answer).text
        assert scene.stored(case_id).case.state is State.OFFERED
        assert mails(scene)[-3:] == [
            ("handed-back", "requester", None),
            ("ended-supporter", "supporter", 1),
            ("offer", "supporter", 2),
        ]


class TestClose:
    """A case that is over."""

    def test_needs_a_second_press(self, scene: Scene) -> None:
        """The first press asks; the second erases, and tells both."""
        case_id, _ = scene.supported(notify=True)
        desk = Desk(scene)
        assert scene.says("coordinate-sure-close") in desk.press(CASE, "close").text
        assert scene.stored(case_id).case.open
        page = desk.twice(CASE, "close")
        assert scene.says("coordinate-said-closed") in page.text
        assert scene.stored(case_id).case.outcome is Outcome.HELPED
        assert mails(scene)[-2:] == [
            ("ended-supporter", "supporter", 1),
            ("ended-requester", "requester", None),
        ]
        with scene.store.read() as tx:
            assert cases.story_of(tx, case_id) is None

    @pytest.mark.parametrize("do", ["close-yes", "misuse", "misuse-yes", "bar-yes", "offer"])
    def test_that_another_coordinator_just_closed(self, scene: Scene, do: str) -> None:
        """Whatever is pressed, it says kindly that the case has ended, and does nothing."""
        case_id = scene.case()
        first, second = Desk(scene), Desk(scene)
        form = second.page(CASE).forms["close"]
        first.twice(CASE, "close")
        before = (scene.stored(case_id), mails(scene))
        page = second.follow(second.post(CASE, do, form, supporter="1", seen="waiting-0"))
        assert scene.says("coordinate-said-ended") in page.text
        assert (scene.stored(case_id), mails(scene)) == before
        # Its page leads there, too.
        assert second.browser.get(second.root + CASE).status == 303

    @pytest.mark.parametrize("ref", ["AAAAAAAA", "x", "K7QF9M2D'--", "%00"])
    def test_there_is_none(self, scene: Scene, ref: str) -> None:
        """A reference that nothing has opens nothing."""
        desk = Desk(scene)
        assert desk.browser.get(f"{desk.root}/case/{ref}").status == 404


class TestMisuse:
    """A request made to do harm."""

    def test_goes_at_once_and_may_ask_again(self, scene: Scene) -> None:
        """Without a bar the account is told that its case was closed, and is not barred."""
        case_id = scene.case(notify=True)
        page = Desk(scene).twice(CASE, "misuse")
        assert scene.says("coordinate-said-misuse") in page.text
        assert scene.stored(case_id).case.outcome is Outcome.MISUSE
        assert mails(scene)[-1] == ("ended-requester", "requester", None)
        with scene.store.read() as tx:
            assert not marks.is_barred(tx, REQUESTER, scene.clock())

    def test_with_a_bar_is_told_and_lasts_a_year(self, scene: Scene) -> None:
        """The account is told, even though it wanted no mail, and cannot ask for a year."""
        case_id = scene.case(notify=False)
        page = Desk(scene).twice(CASE, "bar")
        assert scene.says("coordinate-said-barred") in page.text
        assert scene.stored(case_id).case.outcome is Outcome.MISUSE
        assert mails(scene)[-1] == ("barred", "requester", None)
        with scene.store.read() as tx:
            assert marks.is_barred(tx, REQUESTER, scene.clock() + timedelta(days=364))
            assert not marks.is_barred(tx, REQUESTER, scene.clock() + timedelta(days=366))
            keys = {row[1] for row in scene.dump()["case_keys"]}
        assert keys == {Secret.IDENTITY.value}, "the name stays until the mail has gone"
