"""The outbox: each mail is posted by one, in the order that matters, and counted."""

from datetime import datetime

import pytest

from bot.casework.effects import Mail, MailKind, Role
from bot.store import digest, outbox
from bot.store.outbox import Row, RowState
from bot.store.schema import outbox as table
from bot.store.store import Store, Tx
from tests.unit.store.samples import ANA, BORIS, DAY, HOUR, NOW, new_case, rows


def _offer(supporter: int = ANA, not_before: datetime | None = None) -> Mail:
    return Mail(MailKind.OFFER, Role.SUPPORTER, supporter, not_before)


@pytest.fixture
def case_id(store: Store) -> int:
    """Give a case without any mail of its own."""
    with store.write() as tx:
        return new_case(tx, notify=False)


def _put(tx: Tx, case_id: int, *mails: Mail) -> list[Row]:
    for mail in mails:
        outbox.put(tx, case_id, mail, NOW)
    return outbox.queued(tx, NOW + DAY, 100)


class TestQueued:
    """What may go, and in which order."""

    def test_keeps_what_a_mail_is_about(self, store: Store, case_id: int) -> None:
        """Kind, case and recipient are kept; there is no text and no token to keep."""
        with store.write() as tx:
            (row,) = _put(tx, case_id, _offer())
            expected = Row(row.id, MailKind.OFFER, Role.SUPPORTER, case_id, ANA, None, None, 0)
            assert row == expected == outbox.get(tx, row.id)
        assert {"text", "subject", "token"}.isdisjoint(table.c.keys())

    def test_goes_by_what_presses_most(self, store: Store, case_id: int) -> None:
        """Every kind of mail, put in from the least pressing on, comes out by DESIGN's order."""
        with store.write() as tx:
            mails = [Mail(kind, Role.REQUESTER) for kind in reversed(MailKind)]
            queued = [row.kind for row in _put(tx, case_id, *mails)]
        assert queued == list(MailKind)
        names = [kind.value for kind in queued]
        order = ["case-link", "offer", "need", "accepted", "receipt", "offer-reminder"]
        assert [name for name in names if name in order] == order

    def test_is_fair_among_the_equally_pressing(self, store: Store, case_id: int) -> None:
        """Of two offers the first put in is the first to go, and a limit cuts the last."""
        with store.write() as tx:
            _put(tx, case_id, _offer(BORIS), _offer(ANA))
            assert [row.recipient for row in outbox.queued(tx, NOW, 100)] == [BORIS, ANA]
            assert [row.recipient for row in outbox.queued(tx, NOW, 1)] == [BORIS]

    def test_waits_until_its_time(self, store: Store, case_id: int) -> None:
        """An offer in Ana's night goes when her hours open."""
        with store.write() as tx:
            _put(tx, case_id, _offer(not_before=NOW + 8 * HOUR))
            assert outbox.queued(tx, NOW + 7 * HOUR, 100) == []
            assert len(outbox.queued(tx, NOW + 8 * HOUR, 100)) == 1

    def test_goes_to_some_roles_alone(self, store: Store, case_id: int) -> None:
        """A paused network still tells its coordinators, and nobody else."""
        with store.write() as tx:
            _put(tx, case_id, _offer(), Mail(MailKind.NEED, Role.COORDINATORS))
            only = outbox.queued(tx, NOW, 100, (Role.COORDINATORS,))
            assert [row.kind for row in only] == [MailKind.NEED]

    def test_tells_an_author_why(self, store: Store) -> None:
        """The word to the author of an unreadable message has a reason and no case."""
        with store.write() as tx:
            outbox.put_not_taken(tx, 4242, "cannot-open", NOW)
            (row,) = outbox.queued(tx, NOW, 100)
        assert (row.kind, row.role) == (MailKind.NOT_TAKEN, Role.AUTHOR)
        assert (row.recipient, row.reason, row.case_id) == (4242, "cannot-open", None)


class TestPosted:
    """From the intent to the outcome."""

    def test_is_claimed_once(self, store: Store, case_id: int) -> None:
        """Two who want to post the same mail: the second is told no, and so is one who is late."""
        with store.write() as tx:
            (row,) = _put(tx, case_id, _offer())
            assert outbox.claim(tx, row.id, NOW)
            assert not outbox.claim(tx, row.id, NOW)
            assert outbox.queued(tx, NOW, 100) == []
            assert outbox.get(tx, row.id).posts == 1
            outbox.finish(tx, row.id, RowState.SENT, "success", NOW)
            assert not outbox.claim(tx, row.id, NOW)
            assert not outbox.claim(tx, 77, NOW)

    def test_is_found_when_its_worker_died(self, store: Store, case_id: int) -> None:
        """Whatever was left between intent and outcome is found, and nothing else is."""
        with store.write() as tx:
            left, done, _waiting = _put(tx, case_id, _offer(), _offer(BORIS), _offer(13))
            outbox.claim(tx, left.id, NOW)
            outbox.claim(tx, done.id, NOW)
            outbox.finish(tx, done.id, RowState.SENT, "success", NOW)
            assert outbox.left_posting(tx) == [(left.id, 1)]

    def test_goes_back_into_the_queue(self, store: Store, case_id: int) -> None:
        """A post of unknown outcome counts; the mail waits its while and may be claimed again."""
        with store.write() as tx:
            (row,) = _put(tx, case_id, _offer())
            outbox.claim(tx, row.id, NOW)
            later = NOW + HOUR
            outbox.requeue(tx, row.id, "time-out", not_before=later, was_posted=True)
            assert outbox.queued(tx, NOW, 100) == []
            assert outbox.get(tx, row.id).posts == 1
            assert outbox.posted_since(tx, NOW - HOUR) == 1
            assert outbox.claim(tx, row.id, later)
            assert outbox.left_posting(tx) == [(row.id, 2)]

    def test_gives_a_post_back_that_was_not_made(self, store: Store, case_id: int) -> None:
        """The wiki said "later": that was no post, and the day's budget is as before."""
        with store.write() as tx:
            (row,) = _put(tx, case_id, _offer())
            outbox.claim(tx, row.id, NOW)
            outbox.requeue(tx, row.id, "ratelimited", not_before=NOW, was_posted=False)
            assert outbox.get(tx, row.id).posts == 0
            assert outbox.posted_since(tx, NOW - HOUR) == 0

    def test_still_counts_an_earlier_post(self, store: Store, case_id: int) -> None:
        """The first post may have arrived; that a second was not made does not undo it."""
        with store.write() as tx:
            (row,) = _put(tx, case_id, _offer())
            outbox.claim(tx, row.id, NOW)
            outbox.requeue(tx, row.id, "time-out", not_before=NOW, was_posted=True)
            outbox.claim(tx, row.id, NOW)
            outbox.requeue(tx, row.id, "ratelimited", not_before=NOW, was_posted=False)
            assert outbox.get(tx, row.id).posts == 1
            assert outbox.posted_since(tx, NOW - HOUR) == 1

    def test_counts_the_posts_of_a_day(self, store: Store, case_id: int) -> None:
        """What went, failed or is under way counts from its time on; the needless does not."""
        with store.write() as tx:
            assert outbox.posted_since(tx, NOW - DAY) == 0
            made = _put(tx, case_id, *(_offer(supporter) for supporter in range(1, 6)))
            sent, failed, old, needless, _queued = made
            outbox.claim(tx, old.id, NOW - DAY)
            for row in (sent, failed, needless):
                outbox.claim(tx, row.id, NOW)
            outbox.finish(tx, old.id, RowState.SENT, "success", NOW - DAY)
            outbox.finish(tx, failed.id, RowState.FAILED, "refused", NOW)
            outbox.finish(tx, needless.id, RowState.NEEDLESS, "needless", NOW)
            assert outbox.posted_since(tx, NOW - DAY) == 2
            assert outbox.posted_since(tx, NOW - DAY - HOUR) == 3
            assert outbox.counts(tx) == {
                "posting": 1,
                "failed": 1,
                "sent": 1,
                "needless": 1,
                "queued": 1,
            }

    def test_says_whether_a_requester_waits(self, store: Store, case_id: int) -> None:
        """Only a mail to Rosa without an outcome keeps who she is."""
        with store.write() as tx:
            _put(tx, case_id, _offer())
            assert not outbox.requester_waits(tx, case_id)
            outbox.put(tx, case_id, Mail(MailKind.ACCEPTED, Role.REQUESTER), NOW)
            row = next(r for r in outbox.queued(tx, NOW, 9) if r.role is Role.REQUESTER)
            assert outbox.requester_waits(tx, case_id)
            outbox.claim(tx, row.id, NOW)
            assert outbox.requester_waits(tx, case_id)
            outbox.finish(tx, row.id, RowState.UNKNOWN, "time-out", NOW)
            assert not outbox.requester_waits(tx, case_id)

    def test_forgets_what_ended_long_ago(self, store: Store, case_id: int) -> None:
        """Rows with an outcome go in time; one that still waits is never forgotten."""
        with store.write() as tx:
            first, second, _third = _put(tx, case_id, _offer(1), _offer(2), _offer(3))
            outbox.finish(tx, first.id, RowState.SENT, "success", NOW)
            outbox.finish(tx, second.id, RowState.SENT, "success", NOW + HOUR)
            assert outbox.forget(tx, NOW) == 1
            assert outbox.counts(tx) == {"sent": 1, "queued": 1}


class TestCoordinators:
    """Mail to those who run the programme."""

    def test_has_one_for_each(self, store: Store, case_id: int) -> None:
        """Olga and Piet each get their own, once, and other mail is left as it is."""
        with store.write() as tx:
            need = Mail(MailKind.NEED, Role.COORDINATORS, not_before=NOW + HOUR)
            _put(tx, case_id, need, _offer())
            digest.address_coordinators(tx, ["Olga", "Piet"])
            digest.address_coordinators(tx, ["Olga", "Piet"])
        found = rows(store, table)
        needs = [row for row in found if row["kind"] == "need"]
        assert sorted(row["coordinator"] for row in needs) == ["Olga", "Piet"]
        assert {row["not_before"] for row in needs} == {NOW + HOUR}
        assert len(found) == 3

    def test_keeps_those_already_on_their_way(self, store: Store, case_id: int) -> None:
        """A new coordinator gets what comes from now on, not what went out before."""
        with store.write() as tx:
            need = Mail(MailKind.NEED, Role.COORDINATORS)
            _put(tx, case_id, need)
            digest.address_coordinators(tx, ["Olga"])
            outbox.put(tx, case_id, need, NOW)
            digest.address_coordinators(tx, ["Olga", "Piet"])
        assert sorted(row["coordinator"] for row in rows(store, table)) == ["Olga", "Olga", "Piet"]
