"""From an application to an active supporter, and out of a pause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.roster import SupporterStatus
from bot.store import roster
from bot.store.schema import outbox
from tests.unit.desk.conftest import Scene
from tests.unit.desk.coordinating import Desk, mails

PEOPLE = "/people"
COHORT = {"cohort": "Winter 2026", "training_on": "2026-11-22", "trained_until": "2028-11-30"}


@pytest.fixture
def applied(scene: Scene) -> Scene:
    """Let three people have applied."""
    for user_id in (1, 2, 3):
        scene.supporter(user_id, status=SupporterStatus.APPLIED)
    return scene


def status(scene: Scene) -> list[SupporterStatus | None]:
    """Give where the three stand; None for who is gone."""
    with scene.store.read() as tx:
        found = [roster.get(tx, user_id) for user_id in (1, 2, 3)]
    return [None if one is None else one.status for one in found]


APPLIED, TRAINING, ACTIVE = (
    SupporterStatus.APPLIED,
    SupporterStatus.TRAINING,
    SupporterStatus.ACTIVE,
)


class TestTraining:
    """Applications become a cohort."""

    def test_takes_those_who_were_ticked(self, applied: Scene) -> None:
        """Two of three, with the name of the cohort and its days; they are told by mail."""
        page = Desk(applied).press(PEOPLE, "train", person=["1", "3"], **COHORT)
        assert applied.says("coordinate-said-training") in page.text
        assert status(applied) == [TRAINING, APPLIED, TRAINING]
        one = applied.profile(1)
        assert (one.cohort, one.training_on, one.trained_until) == (
            "Winter 2026",
            date(2026, 11, 22),
            date(2028, 11, 30),
        )
        assert mails(applied) == [("in-training", "supporter", i) for i in (1, 3)]
        assert "Winter 2026 Training on November 22, 2026" in page.text

    def test_needs_no_days(self, applied: Scene) -> None:
        """The day is not known yet, and the training counts without end."""
        Desk(applied).press(PEOPLE, "train", person="2", cohort="Winter  2026")
        one = applied.profile(2)
        assert (one.cohort, one.training_on, one.trained_until) == ("Winter 2026", None, None)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"cohort": ""},
            {"cohort": "x" * 61},
            {"cohort": "a\u202eb"},
            {"training_on": "soon"},
            {"trained_until": "2028"},
        ],
    )
    def test_keeps_what_was_filled_in_wrong(self, applied: Scene, wrong: dict[str, str]) -> None:
        """Nothing is done, and the form comes back as it was."""
        desk = Desk(applied)
        form = desk.page(PEOPLE).forms["train"]
        answer = desk.post(PEOPLE, "train", form, person="2", **(COHORT | wrong))
        assert answer.status == 400
        assert applied.says("coordinate-said-wrong-cohort") in answer.page.text
        inputs = {a["id"]: a for tag, a in answer.page.attributes if tag == "input" and "id" in a}
        assert inputs["training-on"]["value"] == (COHORT | wrong)["training_on"]
        assert "checked" in inputs["person-2"]
        assert "checked" not in inputs["person-1"]
        assert status(applied) == [APPLIED] * 3
        assert mails(applied) == []

    def test_somebody_else_was_faster(self, applied: Scene) -> None:
        """Pressed twice, or decided about by another: nothing is done a second time."""
        first, second = Desk(applied), Desk(applied)
        form = second.page(PEOPLE).forms["train"]
        first.press(PEOPLE, "train", person="1", **COHORT)
        answer = second.post(PEOPLE, "train", form, person="1", **(COHORT | {"cohort": "Other"}))
        assert applied.says("coordinate-said-people-changed") in second.follow(answer).text
        assert applied.profile(1).cohort == "Winter 2026"
        assert len(mails(applied)) == 1


class TestActive:
    """Only after training."""

    def test_is_whoever_took_part(self, applied: Scene) -> None:
        """They are asked from now on, and told so; who did not come stays in training."""
        desk = Desk(applied)
        desk.press(PEOPLE, "train", person=["1", "2"], **COHORT)
        waiting = applied.case()
        later = applied.clock() + timedelta(days=1)
        applied.tell(waiting, on.Looked((), possible=True, again_at=later))
        applied.clock.pass_(minutes=3)
        page = desk.press(PEOPLE, "active", person="1")
        assert applied.says("coordinate-said-active") in page.text
        assert status(applied) == [ACTIVE, TRAINING, APPLIED]
        assert mails(applied)[-1] == ("trained", "supporter", 1)
        assert applied.stored(waiting).case.look_at == applied.clock()

    def test_is_nobody_before_the_day(self, applied: Scene) -> None:
        """The training is tomorrow: there is no button, and a made up press does nothing."""
        desk = Desk(applied)
        page = desk.press(PEOPLE, "train", person="1", **(COHORT | {"training_on": "2026-11-23"}))
        assert "active" not in page.forms
        desk.post(PEOPLE, "active", page.forms["train"], person="1")
        assert status(applied)[0] is TRAINING
        applied.clock.pass_(hours=12)
        desk = Desk(applied)
        desk.press(PEOPLE, "active", person="1")
        assert status(applied)[0] is ACTIVE

    @pytest.mark.parametrize("before", [APPLIED, SupporterStatus.PAUSED, SupporterStatus.RETIRED])
    def test_is_nobody_who_was_not_trained(self, scene: Scene, before: SupporterStatus) -> None:
        """From an application, or out of a pause, nobody becomes active by this button."""
        scene.supporter(1, status=before)
        scene.supporter(2, status=TRAINING)
        desk = Desk(scene)
        desk.press(PEOPLE, "active", person="1")
        assert scene.profile(1).status is before


class TestDeclined:
    """Not this time."""

    def test_is_erased_and_told_after_a_second_press(self, applied: Scene) -> None:
        """Who is declined is told in their own language; the others stay."""
        page = Desk(applied).twice(PEOPLE, "decline", person=["1", "2"])
        assert applied.says("coordinate-said-declined") in page.text
        assert status(applied) == [None, None, APPLIED]
        assert sorted(mails(applied)) == [
            ("application-declined", "account", 1),
            ("application-declined", "account", 2),
        ]
        with applied.store.read() as tx:
            # All of theirs: the mail takes the first one that there is.
            assert {row.reason for row in tx.connection.execute(select(outbox))} == {"de en"}

    def test_is_never_an_active_supporter(self, scene: Scene) -> None:
        """A made up number declines nobody who is active."""
        scene.supporter(1)
        scene.supporter(2, status=APPLIED)
        Desk(scene).twice(PEOPLE, "decline", person="1")
        assert scene.profile(1).status is ACTIVE
        assert mails(scene) == []


def test_nobody_ticked_is_nothing_done(applied: Scene) -> None:
    """Every button needs somebody; what was typed about a cohort stays."""
    applied.supporter(4, status=SupporterStatus.PAUSED)
    applied.supporter(5, status=TRAINING)
    desk = Desk(applied)
    before = applied.dump()
    said = applied.says("coordinate-said-nobody-chosen")
    for do in ("decline", "active", "ask-again"):
        assert said in desk.press(PEOPLE, do).text
    answer = desk.post(PEOPLE, "train", desk.page(PEOPLE).forms["train"], **COHORT)
    assert answer.status == 400
    assert said in answer.page.text
    for typed in COHORT.values():
        assert f'value="{typed}"' in answer.text
    assert applied.dump() == before


def test_a_pause_ends(scene: Scene) -> None:
    """A coordinator lets a supporter be asked again, who is told; once."""
    scene.supporter(1, status=SupporterStatus.PAUSED)
    desk = Desk(scene)
    form = desk.page(PEOPLE).forms["ask-again"]
    page = desk.press(PEOPLE, "ask-again", person="1")
    assert scene.says("coordinate-said-asked-again") in page.text
    assert scene.profile(1).status is ACTIVE
    page = desk.follow(desk.post(PEOPLE, "ask-again", form, person="1"))
    assert scene.says("coordinate-said-people-changed") in page.text
    assert mails(scene) == [("asked-again", "supporter", 1)]
