"""Complaints: sealed until one coordinator decides, and forgotten in time."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.casework import events as on
from bot.casework.events import Side
from bot.casework.roster import Supporter
from bot.store import complaints, marks, roster
from bot.store.complaints import Decision
from bot.store.schema import complaints as table
from bot.store.store import Store, Tx
from tests.unit.store.samples import (
    ANA,
    BORIS,
    DAY,
    NOW,
    ROSA,
    YES,
    new_case,
    offered,
    rows,
    tell,
)

BY_ROSA = on.Complained(Side.REQUESTER)
BY_ANA = on.Complained(Side.SUPPORTER)


def _supported(tx: Tx, ref: str = "K7QF9M2D") -> int:
    case_id = new_case(tx, ref)
    tell(tx, case_id, *offered(ANA), YES)
    return case_id


def _only(tx: Tx) -> complaints.Open:
    (found,) = complaints.undecided(tx)
    return found


class TestPut:
    """Said by one side."""

    @pytest.mark.parametrize("names_supporter", [True, False])
    @pytest.mark.parametrize("names_requester", [True, False])
    def test_keeps_what_the_requester_allowed(
        self, store: Store, names_supporter: bool, names_requester: bool
    ) -> None:
        """Rosa's name is kept only if she said so; the supporter is, to be held back."""
        said = replace(BY_ROSA, names_supporter=names_supporter, names_requester=names_requester)
        with store.write() as tx:
            tell(tx, _supported(tx), said)
        with store.read() as tx:
            found = _only(tx)
            assert (found.ref, found.by, found.made_at) == ("K7QF9M2D", Side.REQUESTER, NOW)
            assert found.supporter == ANA
            assert found.names_supporter == names_supporter
            assert found.requester == (ROSA.name if names_requester else None)
            assert found.requester_mark == tx.keyring.mark("requester", ROSA.user_id)
            assert complaints.get(tx, found.id) == found
            assert complaints.waiting(tx) == 1

    def test_of_a_supporter_names_nobody(self, store: Store) -> None:
        """Ana's report holds no name of Rosa's, whatever the event says."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ANA)
            found = _only(tx)
        assert (found.by, found.requester, found.names_supporter) == (Side.SUPPORTER, None, False)

    def test_is_possible_after_closing(self, store: Store) -> None:
        """The sealed pair still knows who it was; Rosa's name may be gone by then."""
        with store.write() as tx:
            case_id = new_case(tx, notify=False)
            tell(tx, case_id, *offered(ANA), YES, on.Closed(Side.SUPPORTER))
            tell(tx, case_id, replace(BY_ROSA, names_requester=True), now=NOW + DAY)
            found = _only(tx)
        assert (found.supporter, found.requester, found.requester_mark) == (ANA, None, None)

    def test_of_both_sides_are_two(self, store: Store) -> None:
        """Each side says it once; a second press is no second complaint."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ROSA, BY_ANA, BY_ROSA, BY_ANA)
            assert [one.by for one in complaints.undecided(tx)] == [Side.REQUESTER, Side.SUPPORTER]


class TestHeldBack:
    """Who is asked nothing new meanwhile."""

    def test_is_the_supporter_whom_it_is_about(self, store: Store) -> None:
        """Rosa complains about Ana, who is held back in every matching until the decision."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ROSA)
            assert complaints.held_back(tx) == {ANA}
            loads = roster.loads(tx, NOW)
            assert loads[ANA].under_complaint
            assert not any(load.under_complaint for who, load in loads.items() if who != ANA)
            assert complaints.decide(tx, _only(tx).id, Decision.NOTHING, NOW)
            assert complaints.held_back(tx) == set()
            assert not roster.loads(tx, NOW)[ANA].under_complaint

    def test_is_nobody_who_reports(self, store: Store) -> None:
        """Ana reports the request: that is no reason to ask her less."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ANA)
            assert complaints.held_back(tx) == set()


class TestDecide:
    """One decision, once."""

    @pytest.mark.parametrize("decision", Decision)
    def test_lets_go_whom_it_was_about(self, store: Store, decision: Decision) -> None:
        """The reference, the times and the decision stay; the sealed words go at once."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ROSA)
            number = _only(tx).id
            assert complaints.decide(tx, number, decision, NOW + DAY)
            assert not complaints.decide(tx, number, Decision.BARRED, NOW + 2 * DAY)
            assert complaints.get(tx, number) is None
            assert complaints.undecided(tx) == []
            assert complaints.waiting(tx) == 0
        (row,) = rows(store, table)
        assert row["sealed"] is None
        assert (row["decision"], row["decided_at"]) == (decision.value, NOW + DAY)

    def test_of_none(self, store: Store) -> None:
        """An unknown number is nobody's."""
        with store.write() as tx:
            assert complaints.get(tx, 7) is None
            assert not complaints.decide(tx, 7, Decision.NOTHING, NOW)

    def test_is_forgotten_in_time(self, store: Store) -> None:
        """What was decided before then goes; what waits stays, however long."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ROSA, BY_ANA)
            first, second = complaints.undecided(tx)
            complaints.decide(tx, first.id, Decision.NOTHING, NOW)
            assert complaints.forget(tx, NOW - DAY) == 0
            assert complaints.forget(tx, NOW) == 1
            assert complaints.undecided(tx) == [second]
            assert complaints.forget(tx, NOW + 400 * DAY) == 0


class TestSealed:
    """What somebody finds who takes the file."""

    def test_holds_no_name_and_no_number(self, store: Store, file: Path) -> None:
        """Neither Rosa's name nor the supporter's number is readable in the row."""
        with store.write() as tx:
            marked = 987654321
            roster.put(tx, Supporter(user_id=marked, name="Marker", languages=("es",)), NOW)
            case_id = new_case(tx)
            tell(tx, case_id, *offered(marked), on.Accepted(marked, has_room=True))
            tell(tx, case_id, replace(BY_ROSA, names_requester=True))
        (row,) = rows(store, table)
        kept = repr(dict(row)).encode() + row["sealed"]
        assert b"987654321" not in kept
        assert ROSA.name.encode() not in kept
        assert row["sealed"] in b"".join(p.read_bytes() for p in file.parent.iterdir())
        with store.write() as tx:
            complaints.decide(tx, row["id"], Decision.NOTHING, NOW)
        assert row["sealed"] not in b"".join(p.read_bytes() for p in file.parent.iterdir())

    @pytest.mark.parametrize("moved", [{"ref": "BBBBBBBB"}, {"said_by": "supporter"}])
    def test_opens_in_its_own_place_only(self, store: Store, moved: dict[str, str]) -> None:
        """A row turned round, or put under another case, is not believed: it cannot be read."""
        with store.write() as tx:
            tell(tx, _supported(tx), BY_ROSA)
            tx.connection.execute(update(table).values(moved))
        with store.read() as tx:
            read, broken = complaints.read_all(tx)
            assert (read, len(broken)) == ([], 1)
            assert complaints.get(tx, broken[0]) is None

    def test_shows_no_name_when_printed(self, store: Store) -> None:
        """A complaint in a traceback says neither whose name nor which mark."""
        with store.write() as tx:
            tell(tx, _supported(tx), replace(BY_ROSA, names_requester=True))
            found = _only(tx)
        assert ROSA.name not in repr(found)
        assert repr(found.requester_mark) not in repr(found)


class TestBar:
    """`marks.bar`: an account known by a keyed hash alone."""

    def test_lasts_a_year_for_one_account(self, store: Store) -> None:
        """Rosa's mark is barred; Boris's account is not, and hers is not after a year."""
        with store.write() as tx:
            marks.bar(tx, tx.keyring.mark("requester", ROSA.user_id), NOW)
            assert marks.is_barred(tx, ROSA.user_id, NOW)
            assert marks.is_barred(tx, ROSA.user_id, NOW + 364 * DAY)
            assert not marks.is_barred(tx, ROSA.user_id, NOW + 366 * DAY)
            assert not marks.is_barred(tx, BORIS, NOW)
            assert marks.forget_expired(tx, NOW + 366 * DAY) == 1

    def test_comes_with_misuse(self, store: Store) -> None:
        """The case's own mark is barred while it is still there; without a bar nothing is."""
        with store.write() as tx:
            tell(tx, new_case(tx, "AAAAAAAA"), on.Misused())
            assert not marks.is_barred(tx, ROSA.user_id, NOW)
            tell(tx, new_case(tx, "BBBBBBBB"), on.Misused(barred=True))
            assert marks.is_barred(tx, ROSA.user_id, NOW)
