"""What was read of the intake page: keys, revisions and messages."""

import pytest
from sqlalchemy.exc import IntegrityError

from bot.request.request import EnvelopeOutcome
from bot.store import intake
from bot.store.intake import PageKey
from bot.store.schema import messages, page_keys
from bot.store.store import Store, Tx
from tests.unit.store.samples import DAY, HOUR, NOW, rows

DIGEST, OTHER = b"d" * 32, b"o" * 32


def _record(
    tx: Tx,
    revid: int,
    outcome: EnvelopeOutcome,
    *,
    digest: bytes | None = DIGEST,
    key_id: str | None = "k1",
    place: int = 0,
) -> None:
    intake.record_message(
        tx,
        revid=revid,
        place=place,
        sealed=key_id is not None,
        digest=digest,
        key_id=key_id,
        outcome=outcome,
        reason="request",
        now=NOW,
    )


class TestKeys:
    """Page keys, wrapped and destroyed."""

    def test_is_kept_wrapped(self, store: Store) -> None:
        """The private half comes back whole, newest key first, and lies there sealed."""
        with store.write() as tx:
            for name, made_at in (("k1", NOW), ("k2", NOW + DAY)):
                private = f"private {name}".encode()
                intake.put_key(
                    tx, name, b"public", private, made_at=made_at, expires_at=made_at + 2 * DAY
                )
            newest, older = intake.keys(tx)
        assert newest.id == "k2"
        assert older == PageKey("k1", b"public", b"private k1", NOW, NOW + 2 * DAY, None)
        assert not any(b"private" in row["wrapped"] for row in rows(store, page_keys))

    def test_is_destroyed_for_good(self, store: Store) -> None:
        """Of a destroyed key its name and its times are left; what it sealed stays sealed."""
        with store.write() as tx:
            for name in ("k1", "k2"):
                intake.put_key(tx, name, b"p", b"private", made_at=NOW, expires_at=NOW + DAY)
            intake.destroy_key(tx, "k1", NOW + 2 * DAY)
            gone, left = intake.keys(tx)
        assert (gone.id, gone.private, gone.destroyed_at) == ("k1", None, NOW + 2 * DAY)
        assert left.private == b"private"
        wrapped = [row["wrapped"] for row in rows(store, page_keys) if row["id"] == "k1"]
        assert wrapped == [None]

    def test_takes_the_hashes_with_it(self, store: Store) -> None:
        """With the key go the hashes of what was sealed to it, and no others."""
        with store.write() as tx:
            intake.put_key(tx, "k1", b"p", b"private", made_at=NOW, expires_at=NOW + DAY)
            _record(tx, 1, EnvelopeOutcome.REQUEST)
            _record(tx, 2, EnvelopeOutcome.REQUEST, digest=OTHER, key_id=None)
            intake.destroy_key(tx, "k1", NOW + 2 * DAY)
            assert intake.seen_digests(tx, [DIGEST, OTHER]) == {OTHER: EnvelopeOutcome.REQUEST}
        assert [row["digest"] for row in rows(store, messages)] == [None, OTHER]


class TestMessages:
    """What became of each message."""

    def test_is_recorded_once(self, store: Store) -> None:
        """The same place of the same revision has one outcome, whatever happens twice."""
        with store.write() as tx:
            _record(tx, 1, EnvelopeOutcome.REQUEST)
            _record(tx, 1, EnvelopeOutcome.DECOY, place=1)
        with pytest.raises(IntegrityError), store.write() as tx:
            _record(tx, 1, EnvelopeOutcome.DECOY)
        assert len(rows(store, messages)) == 2

    def test_is_known_again(self, store: Store) -> None:
        """A message that comes back is known by what it was at first; a duplicate tells nothing."""
        with store.write() as tx:
            assert intake.seen_digests(tx, [DIGEST]) == {}
            _record(tx, 1, EnvelopeOutcome.REFUSED)
            _record(tx, 2, EnvelopeOutcome.DUPLICATE)
            assert intake.seen_digests(tx, [DIGEST, OTHER]) == {DIGEST: EnvelopeOutcome.REFUSED}
            _record(tx, 3, EnvelopeOutcome.REQUEST)
            _record(tx, 4, EnvelopeOutcome.DUPLICATE)
            assert intake.seen_digests(tx, [DIGEST]) == {DIGEST: EnvelopeOutcome.REQUEST}
            assert intake.seen_digests(tx, []) == {}

    def test_knows_nothing_from_duplicates_alone(self, store: Store) -> None:
        """A lone duplicate is no reason to take a message for read."""
        with store.write() as tx:
            _record(tx, 1, EnvelopeOutcome.DUPLICATE)
            assert intake.seen_digests(tx, [DIGEST]) == {}

    def test_is_counted(self, store: Store) -> None:
        """How many ended in which outcome is known without looking into any."""
        with store.write() as tx:
            assert intake.message_counts(tx) == {}
            _record(tx, 1, EnvelopeOutcome.REQUEST)
            _record(tx, 2, EnvelopeOutcome.DECOY)
            _record(tx, 3, EnvelopeOutcome.DECOY)
            assert intake.message_counts(tx) == {"request": 1, "decoy": 2}


class TestRevisions:
    """Which revisions were seen."""

    def test_are_known_again(self, store: Store) -> None:
        """A revision that was seen, readable or hidden, is not read a second time."""
        with store.write() as tx:
            assert intake.newest_revision(tx) is None
            intake.saw_revision(tx, 7, saved_at=NOW, readable=True, now=NOW)
            intake.saw_revision(tx, 8, saved_at=NOW, readable=False, now=NOW)
            assert intake.seen_revisions(tx, [6, 7, 8, 9]) == {7, 8}
            assert intake.seen_revisions(tx, []) == set()

    def test_the_newest_is_the_one_saved_last(self, store: Store) -> None:
        """A restored revision has a low number, an imported one a high: time counts first."""
        with store.write() as tx:
            intake.saw_revision(tx, 900, saved_at=NOW - DAY, readable=True, now=NOW)
            intake.saw_revision(tx, 50, saved_at=NOW, readable=True, now=NOW)
            assert intake.newest_revision(tx) == 50
            intake.saw_revision(tx, 51, saved_at=NOW, readable=True, now=NOW)
            intake.saw_revision(tx, 49, saved_at=NOW, readable=True, now=NOW)
            assert intake.newest_revision(tx) == 51

    def test_are_forgotten_but_the_newest(self, store: Store) -> None:
        """A page that was quiet for a week still has a revision from which the next poll begins."""
        with store.write() as tx:
            for revid, saved_at in ((1, NOW - 9 * DAY), (2, NOW - 8 * DAY)):
                intake.saw_revision(tx, revid, saved_at=saved_at, readable=True, now=NOW)
            intake.forget_revisions(tx, NOW - HOUR, intake.newest_revision(tx))
            assert intake.seen_revisions(tx, [1, 2]) == {2}
            intake.saw_revision(tx, 3, saved_at=NOW, readable=True, now=NOW)
            intake.forget_revisions(tx, NOW - HOUR, intake.newest_revision(tx))
            assert intake.seen_revisions(tx, [1, 2, 3]) == {3}

    def test_are_forgotten_where_there_is_none(self, store: Store) -> None:
        """A page nobody ever wrote on is no trouble."""
        with store.write() as tx:
            intake.forget_revisions(tx, NOW, intake.newest_revision(tx))
            assert intake.newest_revision(tx) is None
