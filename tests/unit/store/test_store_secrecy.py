"""What somebody finds who takes the files, and what is left of what was erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.casework import events as on
from bot.casework.case import receive
from bot.casework.roster import Supporter
from bot.store import cases, intake, roster
from bot.store.cases import Identity, Story
from bot.store.keyring import OWN_KEYS, Keyring, WrongSecretError
from bot.store.schema import case_keys, case_secrets, page_keys
from bot.store.schema import supporters as supporters_table
from bot.store.store import Store, get_setting, own_key_name, put_setting
from tests.drawn import without_tokens
from tests.unit.store.samples import (
    ANA,
    ASKED,
    DAY,
    NOW,
    POLICY,
    SOFIA,
    YES,
    new_case,
    offered,
    rows,
    stored,
    tell,
)

MARKED = Identity(987654321, "Marker Requester", ("Marker Avoided",))
TOLD = Story("Marker message", (("signal", "Marker address"),), ("markerone", "markertwo"))
HELPER = Supporter(
    user_id=ANA, name="Marker Helper", former_names=("Marker Former",), languages=("es",),
    word="marker word", background=frozenset({"markerground"}), avoid=frozenset({123456789}),
)  # fmt: skip


def _bytes(file: Path) -> bytes:
    """Read all that lies beside the database: the file, the log and the lock."""
    return b"\n".join(path.read_bytes() for path in sorted(file.parent.iterdir()))


@pytest.fixture
def marked(store: Store, keyring: Keyring) -> Iterator[int]:
    """Give the number of a case in which every field is a marker, taken by a marked supporter."""
    with store.write() as tx:
        roster.put(tx, HELPER, NOW)
        step = receive("K7QF9M2D", notify=True, now=NOW)
        case_id = cases.take_in(tx, step, ASKED, MARKED, TOLD, policy=POLICY, now=NOW)
        tell(tx, case_id, *offered(ANA), YES)
    with store.read() as tx:  # not in vain: it can be opened
        assert cases.story_of(tx, case_id) == TOLD
        assert cases.identity_of(tx, case_id) == MARKED
    yield case_id


class TestFiles:
    """A copy of the files, without the secret."""

    def test_hold_no_word_of_anybody(self, marked: int, store: Store, file: Path) -> None:
        """No name, message, address or word, nor the requester's number, is in file or log."""
        markers = [b"marker", b"987654321", b"123456789"]
        taken = _bytes(file).lower()
        assert b"k7qf9m2d" in taken, "the log is among what was read"
        store.close()
        for found in (taken, _bytes(file).lower()):
            for marker in markers:
                assert marker not in found

    def test_open_with_the_secret_alone(self, marked: int, store: Store) -> None:
        """Another secret opens neither story nor roster, though every row is there."""
        thief = Store(store.engine, Keyring(bytes(32)))
        for purpose in OWN_KEYS:
            with pytest.raises(WrongSecretError), thief.read() as tx:
                name = own_key_name(purpose)
                thief.keyring.unwrap(bytes.fromhex(get_setting(tx, name) or ""), name)
            thief.keyring.adopt(purpose, bytes(32))
        with thief.read() as tx:
            for look in (cases.story_of, cases.identity_of):
                with pytest.raises(WrongSecretError):
                    look(tx, marked)
            with pytest.raises(WrongSecretError):
                roster.read_all(tx)


class TestErased:
    """What is gone is gone from the files, too."""

    def test_takes_the_key_with_it(self, marked: int, store: Store, file: Path) -> None:
        """Neither sealed story nor wrapped key is in file or log once the case has ended."""
        kept = [row["sealed"] for row in rows(store, case_secrets)]
        kept += [row["wrapped"] for row in rows(store, case_keys)]
        assert len(kept) == 4
        assert all(part in _bytes(file) for part in kept)
        with store.write() as tx:
            tell(tx, marked, on.Withdrawn())
        assert rows(store, case_keys) == rows(store, case_secrets) == []
        assert not any(part in _bytes(file) for part in kept)

    def test_takes_a_page_key_with_it(self, store: Store, file: Path) -> None:
        """A page key that was destroyed cannot be had back from what lies on the disk."""
        with store.write() as tx:
            intake.put_key(tx, "k1", b"p", b"private", made_at=NOW, expires_at=NOW + DAY)
        (row,) = rows(store, page_keys)
        assert row["wrapped"] in _bytes(file)
        with store.write() as tx:
            intake.destroy_key(tx, "k1", NOW)
        assert row["wrapped"] not in _bytes(file)

    def test_takes_a_supporter_with_it(self, marked: int, store: Store, file: Path) -> None:
        """Who was removed from the roster is not in the files any more."""
        (row,) = rows(store, supporters_table)
        assert row["sealed"] in _bytes(file)
        with store.write() as tx:
            assert roster.remove(tx, ANA)
        assert row["sealed"] not in _bytes(file)

    def test_is_seen_to_later_while_somebody_reads(
        self, marked: int, store: Store, file: Path
    ) -> None:
        """A page being read keeps nobody from erasing; whatever is written next clears the log."""
        kept = [row["wrapped"] for row in rows(store, case_keys)]
        with store.read() as looking:
            stored(looking, marked)
            with store.write() as tx:
                tell(tx, marked, on.Withdrawn())
            assert any(part in _bytes(file) for part in kept)
        assert rows(store, case_keys) == []
        with store.write() as tx:
            put_setting(tx, "heartbeat", "now")
        assert not any(part in _bytes(file) for part in kept)


class TestMoved:
    """Somebody who can write to the file, but has no secret."""

    def test_row_opens_in_its_own_place_only(self, marked: int, store: Store) -> None:
        """The story of one case, put under another with its key, is not shown there."""
        with store.write() as tx:
            other = new_case(tx, "AAAAAAAA", SOFIA)
            for table, column in ((case_keys, "wrapped"), (case_secrets, "sealed")):
                row = (
                    tx.connection.execute(
                        table.select().where(table.c.case_id == marked, table.c.secret == "story")
                    )
                    .mappings()
                    .one()
                )
                tx.connection.execute(
                    update(table)
                    .where(table.c.case_id == other, table.c.secret == "story")
                    .values({column: row[column]})
                )
        with store.read() as tx:
            with pytest.raises(WrongSecretError):
                cases.story_of(tx, other)
            assert cases.story_of(tx, marked) == TOLD

    def test_supporter_is_nobody_else(self, marked: int, store: Store) -> None:
        """A sealed line of the roster under another user id is refused, not believed."""
        (row,) = rows(store, supporters_table)
        with store.write() as tx:
            tx.connection.execute(insert(supporters_table).values({**row, "user_id": 99}))
        with store.read() as tx, pytest.raises(WrongSecretError):
            roster.get(tx, 99)


def test_nothing_shows_a_story_when_printed() -> None:
    """A story or an identity in a traceback shows no word of what it holds."""
    assert "arker" not in without_tokens(repr(TOLD) + repr(MARKED))
