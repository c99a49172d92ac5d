"""What `setup` finds of a database, on SQLite and on a real MariaDB; nothing of the trial stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from bot.checks.check import Check, Verdict
from bot.setup.store_trial import look
from bot.store.engine import open_engine
from bot.store.keyring import Keyring
from bot.store.store import create_store
from stage.mariadb import Server


def tables(url: str) -> set[str]:
    """Name the tables of a database."""
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def do(url: str, statement: str) -> None:
    """Change something in a database."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def last(url: str, secret: Path | None = None) -> Check:
    """Give the last thing that is said of a database."""
    return list(look(url, secret))[-1]


def test_a_store_of_this_release(database_url: str, keyring: Keyring, tmp_path: Path) -> None:
    """It is known again, and needs its own secret."""
    create_store(database_url, keyring)
    before = tables(database_url)
    assert "of this release" in last(database_url).found
    lost = last(database_url, tmp_path / "secret")
    assert (lost.verdict, "master secret is not in" in lost.found) == (Verdict.FAILED, True)
    assert tables(database_url) == before


def test_a_store_of_a_newer_release(database_url: str, keyring: Keyring) -> None:
    """It is told, and left alone."""
    create_store(database_url, keyring)
    do(database_url, "update alembic_version set version_num = '9999'")
    newer = last(database_url)
    assert (newer.verdict, "a newer release (schema 9999" in newer.found) == (Verdict.FAILED, True)


def test_a_store_of_an_earlier_release(database_url: str, keyring: Keyring) -> None:
    """SQLite's is copied first; a server's has to be copied by hand, so it does not hinder."""
    create_store(database_url, keyring)
    do(database_url, "update alembic_version set version_num = '0001'")
    earlier = last(database_url)
    if database_url.startswith("sqlite"):
        assert (earlier.verdict, "a copy of it" in earlier.found) == (Verdict.PASSED, True)
    else:
        assert (earlier.verdict, "--copied" in earlier.mend) == (Verdict.NOT_TRIED, True)


def test_a_file_to_be_made(file: Path, database_url: str) -> None:
    """Neither the file nor its folder is made by looking."""
    assert last(database_url).verdict is Verdict.PASSED
    assert not file.parent.exists()


def test_a_file_that_is_something_else(file: Path, database_url: str) -> None:
    """It is no store, and keeps its bytes."""
    file.parent.mkdir()
    file.write_bytes(b"This is a letter, and no database at all. " * 100)
    found = last(database_url)
    assert (found.verdict, "is no store" in found.found) == (Verdict.FAILED, True)
    assert file.read_bytes().startswith(b"This is a letter")


def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    """It is asked for again: `setup` does not end at it."""
    found = last(f"sqlite:///{tmp_path}")
    assert (found.verdict, found.found) == (Verdict.FAILED, f"{tmp_path}: This is a folder.")


def test_a_folder_that_is_a_file(file: Path, database_url: str) -> None:
    """Where nothing can be made, that is said."""
    file.parent.write_text("x")
    assert last(database_url).verdict is Verdict.FAILED


def test_an_empty_mariadb(mariadb: Server) -> None:
    """Its version, and that tables can be made, written and taken back."""
    url = mariadb.new_database_of_a_tool()
    found = list(look(url, None))
    assert [one.verdict for one in found] == [Verdict.PASSED] * 3
    assert found[0].found.startswith("MariaDB 1")
    assert "tables made" in found[1].found
    assert "is empty" in found[2].found
    assert tables(url) == set()
    assert "secret@" not in "".join(one.found for one in found)


def test_a_mariadb_that_says_no(mariadb: Server) -> None:
    """A wrong password, no such database, one only to be read, no server: each with its mend."""
    url = mariadb.new_database_of_a_tool()
    name = url.partition("@localhost/")[2].partition("?")[0]
    mariadb.do("CREATE USER reader@localhost IDENTIFIED BY 'secret'")
    mariadb.do(f"GRANT SELECT ON {name}.* TO reader@localhost")
    for wrong, word in (
        (url.replace("tool:secret", "tool:MARKER"), "does not take this account"),
        (url.replace(name, "peer_support_nowhere"), "may not use the database"),
        (mariadb.new_database().replace("peer_support_", "no_such_"), "no database of this name"),
        (url.replace("tool:", "reader:"), "may not do all"),
        ("mysql://tool:secret@127.0.0.1:1/net", "is not reached"),
    ):
        found = last(wrong)
        away = word == "is not reached"
        assert found.verdict is (Verdict.OUT_OF_REACH if away else Verdict.FAILED)
        assert word in found.found
        assert found.mend
        assert "MARKER" not in found.found + found.mend
