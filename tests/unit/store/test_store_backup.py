"""A backup holds what it says, and comes back whole, from any database into any other."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.roster import Supporter
from bot.problems import InputError
from bot.store import backup, case_secrets, complaints, intake, marks, outbox, roster, talk
from bot.store.keyring import Keyring
from bot.store.mariadb import WRITER
from bot.store.schema import metadata, settings
from bot.store.store import STATE, Store, create_store, get_setting, open_store, put_setting
from stage.mariadb import Server
from tests.unit.store.samples import ANA, DAY, NOW, ROSA, SOFIA, STORY, YES, new_case, offered, tell


def _quiet(_table: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def full(store: Store) -> Store:
    """Give a store with an open case, a closed one, a conversation, a complaint and a roster."""
    with store.write() as tx:
        roster.put(tx, Supporter(user_id=ANA, name="Ana", languages=("es",), word="heron"), NOW)
        intake.put_key(tx, "k1", b"p", b"private", made_at=NOW, expires_at=NOW + DAY)
        open_case = new_case(tx, "AAAAAAAA", ROSA)
        tell(tx, open_case, *offered(ANA), YES)
        talk.put(tx, open_case, ANA, on.Side.SUPPORTER, "I am here.", NOW)
        tell(tx, open_case, on.Complained(on.Side.REQUESTER))
        over = new_case(tx, "BBBBBBBB", SOFIA)
        tell(tx, over, on.Withdrawn())
        marks.remember_by_hand(tx, SOFIA.user_id, NOW)
        put_setting(tx, WRITER, "7")
    return store


@pytest.fixture(params=["sqlite", "mariadb"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> Iterator[Store]:
    """Give an empty store on each database, for what comes back."""
    url = f"sqlite:///{tmp_path}/other.db"
    if request.param == "mariadb":
        server: Server = request.getfixturevalue("mariadb")
        url = server.new_database()
    create_store(url, keyring)
    opened = open_store(url, keyring)
    yield opened
    opened.close()


def _everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.read() as tx:
        return {
            table.name: [
                dict(row)
                for row in tx.connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in metadata.sorted_tables
            if table is not settings
        }


def test_with_keys_everything_comes_back(full: Store, empty: Store, tmp_path: Path) -> None:
    """Each row is as it was and opens as before, whichever database it came from and goes to."""
    file = tmp_path / "backup"
    count = backup.back_up(full, file, with_keys=True, progress=_quiet)
    assert backup.restore(empty, file, _quiet) == (count, True)
    assert _everything(empty) == _everything(full)
    reopened = open_store(empty.engine.url.render_as_string(hide_password=False), full.keyring)
    with reopened.read() as tx:
        story = case_secrets.story_of(tx, 1)
        assert story is not None and story.message == STORY.message
        assert [said.text for said in talk.of(tx, 1, ANA)] == ["I am here."]
        [supporter] = roster.everybody(tx)
        assert supporter.word == "heron"
        assert complaints.waiting(tx) == 1
        assert get_setting(tx, STATE) == "paused", "somebody looks before anything goes"
        assert get_setting(tx, WRITER) != "7", "who leads is of the store, not of the backup"
    reopened.close()


def test_without_keys_no_request_comes_back(full: Store, empty: Store, tmp_path: Path) -> None:
    """Roster, limits and bare rows of closed cases return; of the open case there is nothing."""
    file = tmp_path / "backup"
    backup.back_up(full, file, with_keys=False, progress=_quiet)
    _, had_keys = backup.restore(empty, file, _quiet)
    assert not had_keys
    there = _everything(empty)
    assert [row["ref"] for row in there["cases"]] == ["BBBBBBBB"]
    assert {row["case_id"] for row in there["outbox"] + there["links"] + there["events"]} <= {2}
    assert all(row["wrapped"] is None for row in there["page_keys"])
    for name in ("case_keys", "case_secrets", "talk", "complaints", "sign_ins", "account_links"):
        assert there[name] == []
    reopened = open_store(empty.engine.url.render_as_string(hide_password=False), full.keyring)
    with reopened.write() as tx:
        assert [one.name for one in roster.everybody(tx)] == ["Ana"]
        assert marks.wrote_by_hand(tx, SOFIA.user_id, NOW)
        new_case(tx, "CCCCCCCC")  # it goes on
    reopened.close()


def test_no_key_of_a_request_is_in_a_backup_without_keys(full: Store, tmp_path: Path) -> None:
    """Not one of the keys that the store holds for cases and pages is in the file's bytes."""
    file = tmp_path / "backup"
    backup.back_up(full, file, with_keys=False, progress=_quiet)
    written = file.read_bytes()
    rows = _everything(full)
    wrapped = [row["wrapped"] for row in rows["case_keys"] + rows["page_keys"]]
    assert len(wrapped) > 2
    assert not [key for key in wrapped if bytes(key) in written]
    sealed = [row["sealed"] for row in rows["case_secrets"] + rows["complaints"] + rows["talk"]]
    assert not [text for text in sealed if bytes(text) in written]


def test_the_file_is_its_owners_and_whole(full: Store, tmp_path: Path) -> None:
    """Nobody else can read it, nothing is left beside it, and it is never put over another."""
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "backup"
    seen = []
    count = backup.back_up(full, file, with_keys=True, progress=lambda *told: seen.append(told))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == ["backup"]
    assert sum(total for _, done, total in seen if done == total) == count
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with pytest.raises(FileExistsError):
        backup.back_up(full, file, with_keys=True, progress=_quiet)
    assert [one.name for one in folder.iterdir()] == ["backup"]


def test_a_store_in_use_is_not_restored_over(full: Store, tmp_path: Path) -> None:
    """Where there is anything at all, a backup is refused and nothing changed."""
    file = tmp_path / "backup"
    backup.back_up(full, file, with_keys=True, progress=_quiet)
    before = _everything(full)
    with pytest.raises(InputError) as caught:
        backup.restore(full, file, _quiet)
    assert "mix" in str(caught.value.problems[0])
    assert _everything(full) == before


def test_what_can_not_be_restored_is_said(full: Store, empty: Store, tmp_path: Path) -> None:
    """Another secret, a newer release, and a file that is no backup are told; nothing changes."""
    file = tmp_path / "backup"
    backup.back_up(full, file, with_keys=True, progress=_quiet)
    stranger = Store(empty.engine, Keyring(bytes(32)))
    newer, no_backup = tmp_path / "newer", tmp_path / "words"
    newer.write_bytes(file.read_bytes())
    connection = sqlite3.connect(newer)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    no_backup.write_text("Dear diary")
    for store, which, said in (
        (stranger, file, "another master secret"),
        (empty, newer, "newer release"),
        (empty, no_backup, "no backup"),
    ):
        with pytest.raises(InputError) as caught:
            backup.restore(store, which, _quiet)
        assert said in caught.value.problems[0].what
    assert not any(_everything(empty).values())


def test_mails_that_wait_come_back_waiting(full: Store, empty: Store, tmp_path: Path) -> None:
    """What was queued is queued, and goes when somebody resumes."""
    file = tmp_path / "backup"
    with full.read() as tx:
        before = outbox.counts(tx)
    backup.back_up(full, file, with_keys=True, progress=_quiet)
    backup.restore(empty, file, _quiet)
    with empty.read() as tx:
        assert outbox.counts(tx) == before
