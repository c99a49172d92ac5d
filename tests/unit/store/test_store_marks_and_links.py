"""What limits remember without names, and what links open."""

from datetime import datetime

import pytest

from bot.casework.effects import Door
from bot.store import links, marks
from bot.store.keyring import token_digest
from bot.store.links import Link
from bot.store.schema import links as links_table
from bot.store.schema import marks as marks_table
from bot.store.store import Store, Tx
from tests.unit.store.samples import ANA, BORIS, CHIDI, DAY, HOUR, NOW, new_case, rows

ROSA, SOFIA = 4242, 4343


class TestMarks:
    """Requests, meetings and notices, each with its end."""

    def test_counts_the_requests_of_a_month(self, store: Store) -> None:
        """Rosa asked twice, Sofia never; after 31 days a request does not count any more."""
        with store.write() as tx:
            marks.remember_request(tx, ROSA, NOW)
            marks.remember_request(tx, ROSA, NOW + DAY)
            assert marks.requests_of(tx, ROSA, NOW + 2 * DAY) == 2
            assert marks.requests_of(tx, SOFIA, NOW + 2 * DAY) == 0
            assert marks.requests_of(tx, ROSA, NOW + 31 * DAY - HOUR) == 2
            assert marks.requests_of(tx, ROSA, NOW + 31 * DAY) == 1
            assert marks.requests_of(tx, ROSA, NOW + 32 * DAY) == 0

    def test_counts_different_supporters_for_a_year(self, store: Store) -> None:
        """Rosa met Ana twice and Boris once: two supporters, until a year is over."""
        with store.write() as tx:
            for supporter in (ANA, ANA, BORIS):
                marks.remember_met(tx, ROSA, supporter, NOW)
            marks.remember_met(tx, SOFIA, CHIDI, NOW)
            assert marks.has_met(tx, ROSA, NOW) == 2
            assert marks.has_met(tx, SOFIA, NOW) == 1
            assert marks.has_met(tx, ROSA, NOW + 365 * DAY) == 0

    def test_lets_a_notice_go_once_a_day(self, store: Store) -> None:
        """The author of ten unreadable messages hears it once; tomorrow again; others as well."""
        with store.write() as tx:
            assert marks.first_today(tx, "notice", ROSA, NOW)
            assert not marks.first_today(tx, "notice", ROSA, NOW + 23 * HOUR)
            assert marks.first_today(tx, "notice", SOFIA, NOW)
            assert marks.first_today(tx, "sign-in", ROSA, NOW)
            assert marks.first_today(tx, "notice", ROSA, NOW + DAY)

    def test_names_nobody(self, store: Store) -> None:
        """A mark is a keyed hash: no user id is in it, nor the same for two uses."""
        with store.write() as tx:
            marks.remember_request(tx, ROSA, NOW)
            marks.remember_met(tx, ROSA, ANA, NOW)
        for row in rows(store, marks_table):
            assert len(row["mark"]) == 32
            assert ROSA not in row.values()
            assert ANA not in row.values()

    def test_is_dropped_when_it_ends(self, store: Store) -> None:
        """What has come to its end is deleted, and the rest stays."""
        with store.write() as tx:
            marks.first_today(tx, "notice", ROSA, NOW)
            marks.remember_request(tx, ROSA, NOW)
            assert marks.forget_expired(tx, NOW + DAY - HOUR) == 0
            assert marks.forget_expired(tx, NOW + DAY) == 1
            assert marks.requests_of(tx, ROSA, NOW + DAY) == 1


class TestLinks:
    """Links to the desk."""

    @pytest.fixture
    def case_id(self, store: Store) -> int:
        """Give the number of Rosa's case."""
        with store.write() as tx:
            return new_case(tx)

    def _put(
        self,
        tx: Tx,
        token: str,
        case_id: int,
        door: Door = Door.OFFER,
        supporter: int | None = ANA,
        expires_at: datetime | None = None,
    ) -> None:
        links.put(
            tx,
            token_digest(token),
            door,
            case_id,
            supporter=supporter,
            now=NOW,
            expires_at=expires_at,
        )

    def _ended(self, tx: Tx, token: str, door: Door = Door.OFFER) -> bool:
        link = links.find(tx, token, door, NOW)
        assert link is not None
        return link.ended

    def test_opens_at_its_own_door_only(self, store: Store, case_id: int) -> None:
        """The link of an offer opens the offer; no case, no status page, and no unknown token."""
        with store.write() as tx:
            self._put(tx, "token", case_id)
            expected = Link(Door.OFFER, case_id, ANA, None, ended=False)
            assert links.find(tx, "token", Door.OFFER, NOW) == expected
            assert links.find(tx, "token", Door.CASE, NOW) is None
            assert links.find(tx, "Token", Door.OFFER, NOW) is None
            assert links.find(tx, "", Door.OFFER, NOW) is None

    def test_keeps_a_hash_alone(self, store: Store, case_id: int) -> None:
        """Nobody who reads the table can walk through a door."""
        with store.write() as tx:
            self._put(tx, "token", case_id)
            assert links.taken(tx, token_digest("token"))
            assert not links.taken(tx, token_digest("other"))
        (row,) = rows(store, links_table)
        assert row["digest"] == token_digest("token")
        assert "token" not in row.values()

    def test_ends_with_its_time(self, store: Store, case_id: int) -> None:
        """From the second on at which it expires, a link is as good as unknown."""
        with store.write() as tx:
            self._put(tx, "token", case_id, expires_at=NOW + HOUR)
            almost = NOW + HOUR - HOUR / 3600
            assert links.find(tx, "token", Door.OFFER, almost) is not None
            assert links.find(tx, "token", Door.OFFER, NOW + HOUR) is None

    def test_ends_for_one_supporter(self, store: Store, case_id: int) -> None:
        """Ana's links to the offer end, the reminder's as well; Boris's stays, and her case's."""
        with store.write() as tx:
            self._put(tx, "ana", case_id)
            self._put(tx, "ana again", case_id)
            self._put(tx, "boris", case_id, supporter=BORIS)
            self._put(tx, "case", case_id, Door.CASE)
            links.end(tx, case_id, Door.OFFER, NOW, ANA)
            assert self._ended(tx, "ana")
            assert self._ended(tx, "ana again")
            assert not self._ended(tx, "boris")
            assert not self._ended(tx, "case", Door.CASE)

    def test_ends_for_all_of_a_case(self, store: Store, case_id: int) -> None:
        """A door that closes closes for everybody, and for this case alone."""
        with store.write() as tx:
            other = new_case(tx, "AAAAAAAA")
            self._put(tx, "ana", case_id)
            self._put(tx, "boris", case_id, supporter=BORIS)
            self._put(tx, "status", case_id, Door.STATUS, None)
            self._put(tx, "of another", other)
            links.end(tx, case_id, Door.OFFER, NOW)
            assert self._ended(tx, "ana")
            assert self._ended(tx, "boris")
            assert not self._ended(tx, "status", Door.STATUS)
            assert not self._ended(tx, "of another")

    def test_keeps_when_it_ended_first(self, store: Store, case_id: int) -> None:
        """A door that is closed again closed when it first did."""
        with store.write() as tx:
            self._put(tx, "ana", case_id)
            links.end(tx, case_id, Door.OFFER, NOW)
            links.end(tx, case_id, Door.OFFER, NOW + DAY)
        assert [row["ended_at"] for row in rows(store, links_table)] == [NOW]
