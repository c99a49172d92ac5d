"""The conversation: sealed under a key of case and supporter, and gone with either."""

from pathlib import Path

import pytest
from sqlalchemy import update

from bot.casework import events as on
from bot.casework.effects import Secret
from bot.casework.events import Side
from bot.store import cases, talk
from bot.store.schema import case_keys
from bot.store.schema import talk as table
from bot.store.store import Store, Tx
from bot.store.talk import Said
from tests.unit.store.samples import ANA, BORIS, HOUR, NOW, YES, new_case, offered, rows, tell

WORDS = "MARKER-talk: \U0001f5e8 <b>\u202e"


def _talk(tx: Tx, *texts: str, ref: str = "K7QF9M2D") -> int:
    case_id = new_case(tx, ref)
    tell(tx, case_id, *offered(ANA), YES)
    for text in texts:
        talk.put(tx, case_id, ANA, Side.REQUESTER, text, NOW)
    return case_id


def _bytes(file: Path) -> bytes:
    return b"".join(path.read_bytes() for path in file.parent.iterdir())


def test_is_read_as_it_was_written(store: Store) -> None:
    """Both sides' words come back in their order, whatever they are made of."""
    with store.write() as tx:
        case_id = _talk(tx, WORDS)
        talk.put(tx, case_id, ANA, Side.SUPPORTER, "x" * 3000, NOW + HOUR)
        talk.put(tx, case_id, ANA, Side.REQUESTER, "", NOW + HOUR)
    with store.read() as tx:
        assert talk.of(tx, case_id, ANA) == [
            Said(Side.REQUESTER, NOW, WORDS),
            Said(Side.SUPPORTER, NOW + HOUR, "x" * 3000),
            Said(Side.REQUESTER, NOW + HOUR, ""),
        ]
        assert talk.count(tx, case_id, ANA) == 3
        assert talk.of(tx, case_id, BORIS) == []
        assert talk.count(tx, case_id, BORIS) == 0


def test_has_one_key_of_its_own(store: Store) -> None:
    """Each conversation has a key, which is not the story's nor another conversation's."""
    with store.write() as tx:
        first = _talk(tx, "one", "two", ref="AAAAAAAA")
        second = _talk(tx, "three", ref="BBBBBBBB")
        talk.put(tx, first, BORIS, Side.SUPPORTER, "four", NOW)
    kept = [(r["case_id"], r["supporter"]) for r in rows(store, case_keys) if r["supporter"]]
    assert sorted(kept) == [(first, ANA), (first, BORIS), (second, ANA)]


@pytest.mark.parametrize(
    "end",
    [
        on.HandedBack(ANA),
        on.SomebodyElse(),
        on.Closed(Side.REQUESTER),
        on.Withdrawn(),
        on.Misused(),
        on.OfferedTo(BORIS),
    ],
)
def test_goes_when_the_two_part(store: Store, file: Path, end: on.Event) -> None:
    """However they part, the words, their key and every older copy are gone at once."""
    with store.write() as tx:
        case_id = _talk(tx, WORDS)
    sealed = [row["sealed"] for row in rows(store, table)]
    keys = [row["wrapped"] for row in rows(store, case_keys) if row["supporter"] == ANA]
    assert all(part in _bytes(file) for part in [*sealed, *keys])
    with store.write() as tx:
        tell(tx, case_id, end)
        assert talk.of(tx, case_id, ANA) == []
    assert rows(store, table) == []
    assert not any(part in _bytes(file) for part in [*sealed, *keys])


def test_of_one_supporter_goes_alone(store: Store) -> None:
    """What was said with Ana is erased; what is said with Boris stays."""
    with store.write() as tx:
        case_id = _talk(tx, "one")
        talk.put(tx, case_id, BORIS, Side.SUPPORTER, "two", NOW)
        cases.erase(tx, case_id, Secret.CONVERSATION, ANA)
        assert talk.of(tx, case_id, ANA) == []
        assert [said.text for said in talk.of(tx, case_id, BORIS)] == ["two"]


def test_is_in_no_file(store: Store, file: Path) -> None:
    """Neither the file nor the log holds a word."""
    with store.write() as tx:
        _talk(tx, WORDS)
    assert b"MARKER-talk" not in _bytes(file)


def test_can_not_be_turned_round(store: Store) -> None:
    """A message put into the other's mouth, by who can write to the file, does not open."""
    with store.write() as tx:
        case_id = _talk(tx, WORDS)
        tx.connection.execute(update(table).values(said_by=Side.SUPPORTER.value))
    with store.read() as tx:
        assert [one.text for one in talk.of(tx, case_id, ANA)] == [None]


def test_shows_no_word_when_printed() -> None:
    """A message in a traceback says who and when, and not what."""
    assert "MARKER" not in repr(Said(Side.REQUESTER, NOW, WORDS))
