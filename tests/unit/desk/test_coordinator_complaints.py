"""What went wrong, as one side says: what coordinators learn, decide, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.casework import events as on
from bot.casework.roster import SupporterStatus
from bot.casework.states import Outcome, State
from bot.store import cases, complaints, marks, outbox, roster
from bot.store.complaints import Decision
from bot.store.outbox import RowState
from bot.store.schema import complaints as complaint_table
from tests.unit.desk.conftest import NAME, Scene
from tests.unit.desk.coordinating import Desk, mails

COMPLAINT = "/complaint/1"
REQUESTER = 99
BY_REQUESTER = on.Complained(on.Side.REQUESTER)
BY_SUPPORTER = on.Complained(on.Side.SUPPORTER)


def complained(scene: Scene, event: on.Complained = BY_REQUESTER, *, notify: bool = False) -> int:
    """Give a supported case in which something is wrong."""
    case_id, _ = scene.supported(notify=notify)
    scene.tell(case_id, on.Taken(1))
    scene.tell(case_id, event)
    return case_id


def decision(scene: Scene) -> str | None:
    """Read what was decided."""
    with scene.store.read() as tx:
        return tx.connection.scalar(complaint_table.select().with_only_columns(
            complaint_table.c.decision
        ))  # fmt: skip


def held_back(scene: Scene) -> set[int]:
    """Give the supporters who are asked nothing until somebody decides."""
    with scene.store.read() as tx:
        return complaints.held_back(tx)


class TestNames:
    """Whose name is told."""

    @pytest.mark.parametrize("names_supporter", [True, False])
    @pytest.mark.parametrize("names_requester", [True, False])
    def test_are_those_that_the_requester_allowed(
        self, scene: Scene, names_supporter: bool, names_requester: bool
    ) -> None:
        """Each name is there when the requester said so, with a link to write to them, or not."""
        complained(
            scene,
            on.Complained(
                on.Side.REQUESTER,
                names_supporter=names_supporter,
                names_requester=names_requester,
            ),
        )
        text = Desk(scene).page(COMPLAINT).text
        assert ("Supporter 1" in text) == names_supporter
        assert (NAME in text) == names_requester
        nobody = not (names_supporter or names_requester)
        assert (scene.says("coordinate-unnamed") in text) == nobody
        assert (scene.says("coordinate-decide-pause-names") in text) != names_supporter

    def test_are_none_when_a_supporter_reports(self, scene: Scene) -> None:
        """A report is about the request: neither who made it nor whose it is."""
        complained(scene, BY_SUPPORTER)
        page = Desk(scene).page(COMPLAINT)
        assert "Supporter 1" not in page.text
        assert NAME not in page.text
        assert "pause" not in page.forms

    def test_of_who_left_is_not_there(self, scene: Scene) -> None:
        """The supporter was erased meanwhile: the complaint is still there to be decided."""
        complained(scene, on.Complained(on.Side.REQUESTER, names_supporter=True))
        with scene.store.write() as tx:
            roster.remove(tx, 1)
        desk = Desk(scene)
        assert scene.says("coordinate-unnamed") in desk.page(COMPLAINT).text
        desk.press(COMPLAINT, "pause")
        assert decision(scene) == Decision.PAUSED.value


class TestDecided:
    """The four decisions."""

    def test_nothing_frees_the_supporter(self, scene: Scene) -> None:
        """They can be asked again, and cases that wait are looked at anew."""
        complained(scene)
        waiting = scene.case(name="Another")
        later = scene.clock() + timedelta(days=1)
        scene.tell(waiting, on.Looked((), possible=True, again_at=later))
        scene.clock.pass_(minutes=5)
        assert held_back(scene) == {1}
        before = mails(scene)
        page = Desk(scene).press(COMPLAINT, "nothing")
        assert scene.says("coordinate-said-decided") in page.text
        assert held_back(scene) == set()
        assert decision(scene) == Decision.NOTHING.value
        assert scene.stored(waiting).case.look_at == scene.clock()
        assert mails(scene) == before

    def test_pause_is_told_and_ends_their_offers(self, scene: Scene) -> None:
        """They keep the case they have; what they were asked meanwhile goes to somebody else."""
        case_id = complained(scene)
        asked = scene.case(name="Another")
        scene.offer(asked, 1)
        Desk(scene).press(COMPLAINT, "pause")
        assert scene.profile(1).status is SupporterStatus.PAUSED
        assert mails(scene)[-1] == ("paused-by-coordinator", "supporter", 1)
        assert scene.stored(case_id).case.supporter == 1
        assert scene.stored(asked).case.state is State.WAITING

    def test_pause_may_hand_their_cases_back(self, scene: Scene) -> None:
        """That is a box on the form: then the requester hears that we look for somebody else."""
        case_id = complained(scene, notify=True)
        Desk(scene).press(COMPLAINT, "pause", hand_back="yes")
        assert scene.stored(case_id).case.state is State.WAITING
        assert mails(scene)[-2:] == [
            ("paused-by-coordinator", "supporter", 1),
            ("handed-back", "requester", None),
        ]

    def test_pause_of_who_is_paused_is_not_told_twice(self, scene: Scene) -> None:
        """Two complaints about one supporter: the second pause changes nothing."""
        complained(scene)
        other = scene.case(name="Another")
        scene.offer(other, 1)
        scene.tell(other, on.Accepted(1, has_room=True))
        scene.tell(other, BY_REQUESTER)
        desk = Desk(scene)
        desk.press(COMPLAINT, "pause")
        desk.press("/complaint/2", "pause")
        told = [kind for kind, _, _ in mails(scene)]
        assert told.count("paused-by-coordinator") == 1

    def test_misuse_ends_the_case(self, scene: Scene) -> None:
        """After a second press; the supporter who reported hears that it has ended."""
        case_id = complained(scene, BY_SUPPORTER)
        desk = Desk(scene)
        desk.press(COMPLAINT, "misuse")
        assert decision(scene) is None
        page = desk.twice(COMPLAINT, "misuse")
        assert scene.says("coordinate-said-decided") in page.text
        assert scene.stored(case_id).case.outcome is Outcome.MISUSE
        assert mails(scene)[-1] == ("ended-supporter", "supporter", 1)
        assert decision(scene) == Decision.CLOSED.value
        with scene.store.read() as tx:
            assert not marks.is_barred(tx, REQUESTER, scene.clock())

    def test_bar_is_told(self, scene: Scene) -> None:
        """The account hears it by mail, and cannot ask for a year."""
        complained(scene, BY_SUPPORTER)
        Desk(scene).twice(COMPLAINT, "bar")
        assert ("barred", "requester", None) in mails(scene)
        with scene.store.read() as tx:
            assert marks.is_barred(tx, REQUESTER, scene.clock() + timedelta(days=364))

    @pytest.mark.parametrize("name_is_gone", [True, False])
    def test_bar_reaches_a_closed_case(self, scene: Scene, name_is_gone: bool) -> None:
        """The mark that came with the report bars; the mail goes while there is a name for it."""
        case_id = complained(scene, BY_SUPPORTER, notify=True)
        scene.tell(case_id, on.Closed(on.Side.SUPPORTER))
        if name_is_gone:
            with scene.store.write() as tx:
                for row in outbox.in_state(tx, RowState.QUEUED):
                    outbox.finish(tx, row.id, RowState.SENT, "sent", scene.clock())
                cases.let_go(tx, case_id)
        Desk(scene).twice(COMPLAINT, "bar")
        assert (("barred", "requester", None) in mails(scene)) != name_is_gone
        with scene.store.read() as tx:
            assert marks.is_barred(tx, REQUESTER, scene.clock())

    def test_after_the_case_is_gone(self, scene: Scene) -> None:
        """Its row was purged: the reference and the sealed words are enough to decide."""
        case_id = complained(scene, on.Complained(on.Side.REQUESTER, names_supporter=True))
        scene.tell(case_id, on.Closed(on.Side.SUPPORTER))
        with scene.store.write() as tx:
            tx.connection.exec_driver_sql("delete from cases")
        desk = Desk(scene)
        text = desk.page(COMPLAINT).text
        assert "Supporter 1" in text
        assert scene.says("coordinate-over") in text
        desk.press(COMPLAINT, "pause", hand_back="yes")
        assert scene.profile(1).status is SupporterStatus.PAUSED

    @pytest.mark.parametrize("do", ["nothing", "pause", "misuse", "misuse-yes", "bar-yes"])
    def test_by_somebody_else_meanwhile(self, scene: Scene, do: str) -> None:
        """The first decision counts; the second coordinator is thanked, and nothing is done."""
        complained(scene)
        first, second = Desk(scene), Desk(scene)
        form = second.page(COMPLAINT).forms["nothing"]
        first.press(COMPLAINT, "nothing")
        before = (scene.dump(), mails(scene))
        page = second.follow(second.post(COMPLAINT, do, form, hand_back="yes"))
        assert scene.says("coordinate-said-decided-before") in page.text
        assert (scene.dump(), mails(scene)) == before
        assert second.browser.get(second.root + COMPLAINT).status == 303

    def test_a_report_pauses_nobody(self, scene: Scene) -> None:
        """There is no such button, and a form made up for it is refused."""
        complained(scene, BY_SUPPORTER)
        desk = Desk(scene)
        form = desk.page(COMPLAINT).forms["nothing"]
        assert desk.post(COMPLAINT, "pause", form).status == 400
        assert scene.profile(1).status is SupporterStatus.ACTIVE
        assert decision(scene) is None


def test_one_that_does_not_open_keeps_nobody_from_the_front_page(scene: Scene) -> None:
    """The others are there; its own page says that there is nothing to decide."""
    complained(scene)
    with scene.store.write() as tx:
        tx.connection.execute(complaint_table.update().values(sealed=b"spoilt"))
    desk = Desk(scene)
    assert "K7QF-9M2D" in desk.page().text
    answer = desk.browser.get(desk.root + COMPLAINT)
    assert answer.status == 303
    assert scene.says("coordinate-said-decided-before") in desk.follow(answer).text
