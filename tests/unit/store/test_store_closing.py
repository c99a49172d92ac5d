"""A closed case is cut loose: nothing in the open says any more who supported it."""

from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.effects import Door, MailKind, Role
from bot.casework.events import Side
from bot.casework.roster import Supporter
from bot.store import cases, closing, complaints, links, marks, outbox, roster
from bot.store.cases import Identity
from bot.store.complaints import Decision
from bot.store.keyring import token_digest
from bot.store.outbox import RowState
from bot.store.schema import case_keys, metadata, offers
from bot.store.schema import cases as case_table
from bot.store.schema import links as link_table
from bot.store.schema import outbox as outbox_table
from bot.store.store import Store, Tx
from tests.unit.store.samples import (
    ANA,
    BORIS,
    CHIDI,
    DAY,
    HOUR,
    NOW,
    YES,
    case_of,
    new_case,
    offered,
    rows,
    stored,
    tell,
)

CLOSED = on.Closed(Side.SUPPORTER)
# Numbers that nothing else in the store looks like.
MARKED_REQUESTER, MARKED_SUPPORTER = 987654321, 876543219


def _link(tx: Tx, case_id: int, door: Door, supporter: int | None = None) -> str:
    token = tx.keyring.new_token()
    digest = token_digest(token)
    links.put(tx, digest, door, case_id, supporter=supporter, now=NOW, expires_at=None)
    return token


def _settle(tx: Tx, *kinds: MailKind) -> None:
    """Give every queued mail of these kinds, or every one, its outcome."""
    for row in outbox.in_state(tx, RowState.QUEUED):
        if not kinds or row.kind in kinds:
            outbox.finish(tx, row.id, RowState.SENT, "sent", NOW)
            if row.case_id is not None:
                cases.let_go(tx, row.case_id)


class TestCutLoose:
    """At once, in the transaction that closes."""

    def test_leaves_the_case_without_its_supporters(self, store: Store) -> None:
        """Neither the case nor its offers lead to the other; the sealed pair does, with the key."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA, BORIS), YES, CLOSED)
            assert cases.pair_of(tx, case_id) == ANA
        case = case_of(store, case_id)
        assert (case.supporter, case.offers, case.pair_kept) == (None, (), True)
        assert [row["case_id"] for row in rows(store, offers)] == [None, None]

    def test_keeps_what_they_had_on_their_hands(self, store: Store) -> None:
        """Ana rests after the case as before, and her week and Boris's still count."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA, BORIS), YES)
            tell(tx, case_id, CLOSED, now=NOW + HOUR)
            loads = roster.loads(tx, NOW + DAY)
            assert loads[ANA].last_case_ended_at == NOW + HOUR
            assert loads[ANA].open_cases == loads[ANA].live_offers == 0
            assert loads[BORIS].last_case_ended_at is None
            assert loads[ANA].offers_this_week == loads[BORIS].offers_this_week == 1

    def test_keeps_a_mail_until_it_has_an_outcome(self, store: Store) -> None:
        """The word that it has ended still needs its case; when it went, it is loose too."""
        with store.write() as tx:
            case_id = new_case(tx, notify=False)
            tell(tx, case_id, *offered(ANA), YES, on.Closed(Side.REQUESTER))
        kinds = {"offer", "case-link", "ended-supporter"}
        assert {row["kind"] for row in rows(store, outbox_table) if row["case_id"]} == kinds
        with store.write() as tx:
            _settle(tx)
        assert {row["case_id"] for row in rows(store, outbox_table)} == {None}

    def test_lets_the_requesters_link_live_on(self, store: Store) -> None:
        """There they can say whether it helped, or that something was wrong; other links die."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES)
            status = _link(tx, case_id, Door.STATUS)
            case = _link(tx, case_id, Door.CASE, ANA)
            tell(tx, case_id, CLOSED)
            found = links.find(tx, status, Door.STATUS, NOW)
            assert found is not None
            assert not found.ended
            assert links.find(tx, case, Door.CASE, NOW) is None
        assert [row["door"] for row in rows(store, link_table)] == ["status"]

    @pytest.mark.parametrize("end", [on.Withdrawn(), on.Misused(), on.Misused(barred=True)])
    def test_keeps_no_pair_of_what_is_taken_back(self, store: Store, end: on.Event) -> None:
        """Withdrawn, or misuse: there is nothing left to complain about, and no link."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES)
            status = _link(tx, case_id, Door.STATUS)
            tell(tx, case_id, end)
            assert cases.pair_of(tx, case_id) is None
            found = links.find(tx, status, Door.STATUS, NOW)
            assert found is None or found.ended

    def test_keeps_the_pair_of_who_had_it_last(self, store: Store) -> None:
        """Ana handed it back, and nobody came after her: she is who can be complained about."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES, on.HandedBack(ANA))
            tell(tx, case_id, *offered(CHIDI), on.Closed(Side.COORDINATOR))
            assert cases.pair_of(tx, case_id) == ANA

    def test_of_an_open_case_is_not(self, store: Store) -> None:
        """`let_go` leaves a case alone that goes on."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES)
            cases.let_go(tx, case_id)
            assert stored(tx, case_id).case.supporter == ANA


class TestComplaintTime:
    """When nothing can be said any more."""

    def test_ends_with_pair_and_link(self, store: Store) -> None:
        """The sealed pair and the requester's link go; a case closed later keeps both."""
        with store.write() as tx:
            early, late = new_case(tx, "AAAAAAAA"), new_case(tx, "BBBBBBBB")
            tokens = [_link(tx, case_id, Door.STATUS) for case_id in (early, late)]
            tell(tx, early, *offered(ANA), YES, CLOSED, now=NOW)
            tell(tx, late, *offered(ANA), YES, CLOSED, now=NOW + DAY)
            closing.end_complaint_time(tx, NOW)
            assert [cases.pair_of(tx, case_id) for case_id in (early, late)] == [None, ANA]
            found = [links.find(tx, token, Door.STATUS, NOW) for token in tokens]
            assert [link is None for link in found] == [True, False]
            assert not stored(tx, early).case.pair_kept
            step = tell(tx, early, on.Complained(Side.REQUESTER))
            assert step.effects == ()

    def test_of_an_open_case_does_not_end(self, store: Store) -> None:
        """Only closing starts it."""
        with store.write() as tx:
            case_id = new_case(tx)
            token = _link(tx, case_id, Door.STATUS)
            assert closing.end_complaint_time(tx, NOW + 400 * DAY) == 0
            assert links.find(tx, token, Door.STATUS, NOW) is not None


def test_loose_offers_are_forgotten(store: Store) -> None:
    """Those that ended before then go; later ones, and those of open cases, stay."""
    with store.write() as tx:
        tell(tx, new_case(tx, "AAAAAAAA"), *offered(ANA), YES, CLOSED)
        tell(tx, new_case(tx, "BBBBBBBB"), *offered(BORIS), on.Declined(BORIS))
        late = new_case(tx, "CCCCCCCC")
        tell(tx, late, *offered(CHIDI), on.Accepted(CHIDI, has_room=True))
        tell(tx, late, CLOSED, now=NOW + DAY)
        assert closing.forget_offers(tx, NOW) == 1
    assert {row["supporter"] for row in rows(store, offers)} == {BORIS, CHIDI}


class TestNothingIsLeft:
    """The marker search: complained, decided, closed, purged."""

    def _run(self, store: Store) -> int:
        with store.write() as tx:
            one = Supporter(user_id=MARKED_SUPPORTER, name="Marker Helper", languages=("es",))
            roster.put(tx, one, NOW)
            who = Identity(MARKED_REQUESTER, "Marker Requester", ())
            case_id = new_case(tx, who=who)
            tell(tx, case_id, *offered(MARKED_SUPPORTER))
            tell(tx, case_id, on.Accepted(MARKED_SUPPORTER, has_room=True))
            marks.remember_request(tx, MARKED_REQUESTER, NOW)
            said = on.Complained(Side.REQUESTER, names_supporter=True, names_requester=True)
            tell(tx, case_id, said)
            _settle(tx)
        with store.write() as tx:
            tell(tx, case_id, on.Closed(Side.REQUESTER))
            _settle(tx)
        return case_id

    def test_in_the_open_after_closing(self, store: Store) -> None:
        """With the complaint undecided, no row names both the case and the supporter."""
        case_id = self._run(store)
        for table in metadata.sorted_tables:
            for row in rows(store, table):
                case = row.get("case_id") or (row["id"] if table is case_table else None)
                assert not (case == case_id and MARKED_SUPPORTER in row.values()), table.name
        kept = {(row["secret"], row["supporter"]) for row in rows(store, case_keys)}
        assert kept == {("pair", 0)}

    def test_at_all_after_the_purge(self, store: Store, file: Path) -> None:
        """Decided, and its time over: neither number is anywhere, nor in the file or its log."""
        self._run(store)
        long_after = NOW + 400 * DAY
        assert _holds(file, MARKED_SUPPORTER), "the search finds what is there"
        with store.write() as tx:
            (complaint,) = complaints.undecided(tx)
            assert complaint.requester == "Marker Requester"
            complaints.decide(tx, complaint.id, Decision.NOTHING, NOW + DAY)
        with store.write() as tx:
            closing.end_complaint_time(tx, long_after)
            closing.forget_offers(tx, long_after)
            complaints.forget(tx, long_after)
            outbox.forget(tx, long_after)
            marks.forget_expired(tx, long_after)
            roster.remove(tx, MARKED_SUPPORTER)
        for table in metadata.sorted_tables:
            for row in rows(store, table):
                assert MARKED_SUPPORTER not in row.values(), table.name
                assert MARKED_REQUESTER not in row.values(), table.name
        assert rows(store, case_keys) == []
        for number in (MARKED_SUPPORTER, MARKED_REQUESTER):
            assert not _holds(file, number)
        everything = b"".join(path.read_bytes() for path in file.parent.iterdir())
        assert b"Marker" not in everything


def _holds(file: Path, number: int) -> bool:
    """Look for a number as SQLite writes it, in the file and in what lies beside it."""
    wanted = number.to_bytes(4, "big")
    return any(wanted in path.read_bytes() for path in file.parent.iterdir())


def test_a_mail_to_a_supporter_about_no_case_names_none(store: Store) -> None:
    """That they are paused is told without the case for which they are."""
    with store.write() as tx:
        kind = MailKind.PAUSED_BY_COORDINATOR
        outbox.put_to_account(tx, kind, Role.SUPPORTER, ANA, NOW)
    (row,) = rows(store, outbox_table)
    assert row["case_id"] is None
