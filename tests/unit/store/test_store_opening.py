"""Making a store, opening it, and refusing what is not one."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from bot.problems import InputError, Problem
from bot.store import migrations
from bot.store.engine import NEWEST, open_engine
from bot.store.keyring import Keyring
from bot.store.schema import metadata
from bot.store.store import (
    STATE,
    Store,
    create_store,
    get_setting,
    open_store,
    put_setting,
)
from stage.mariadb import Server
from tests.unit.store.samples import case_of, new_case

# What a new store holds, beside the names of columns: a row without a name is one too many.
MADE_WITH_IT = {"secret-check", "key-marks", "key-roster", "key-accounts", "writer"}


def _problem(url: str, keyring: Keyring, *, create: bool = False) -> Problem:
    with pytest.raises(InputError) as caught:
        if create:
            create_store(url, keyring)
        else:
            open_store(url, keyring).close()
    (only,) = caught.value.problems
    return only


@pytest.fixture
def damage(store: Store, database_url: str) -> Iterator[list[str]]:
    """Give a list of statements to damage the closed store with."""
    store.close()
    statements: list[str] = []
    yield statements
    assert statements, "nothing was damaged"


def _do(url: str, statements: list[str]) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


class TestMaking:
    """`create_store`."""

    @pytest.mark.usefixtures("real_migrations")
    def test_makes_the_tables_that_the_code_knows(self, store: Store) -> None:
        """The migrations, run one after the other, lead to exactly the schema of `schema.py`."""
        with store.read() as tx:
            context = MigrationContext.configure(tx.connection)
            assert compare_metadata(context, metadata) == []

    def test_may_be_run_again(self, store: Store, database_url: str, keyring: Keyring) -> None:
        """`init` is harmless on a store that is there: Rosa's case is as it was."""
        with store.write() as tx:
            case_id = new_case(tx)
        before = case_of(store, case_id)
        create_store(database_url, keyring)
        assert case_of(store, case_id) == before

    def test_is_for_its_owner_alone(self, store: Store, file: Path) -> None:
        """Nobody else on the machine reads the database, nor what SQLite lays beside it."""
        with store.write() as tx:
            new_case(tx)
        beside = sorted(file.parent.iterdir())
        assert file in beside
        for path in beside:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name

    def test_refuses_a_wrong_secret_before_anything_is_changed(
        self, store: Store, database_url: str, file: Path
    ) -> None:
        """`init` with another secret does not touch the store."""
        store.close()
        before = file.read_bytes()
        problem = _problem(database_url, Keyring(bytes(32)), create=True)
        assert "not the one that this store was made with" in problem.what
        assert file.read_bytes() == before


class TestOpening:
    """`open_store`."""

    def test_says_that_there_is_none_yet(
        self, database_url: str, keyring: Keyring, tmp_path: Path
    ) -> None:
        """A missing store is not made in passing: `init` is named."""
        (tmp_path / "var").mkdir()
        problem = _problem(database_url, keyring)
        assert problem.what == "There is no store here."
        assert "peer-support init" in problem.mend

    def test_says_that_the_folder_is_gone(self, file: Path, keyring: Keyring) -> None:
        """A disk that is away looks like a network that is new: to mount it is named first."""
        problem = _problem(f"sqlite:///{file}", keyring)
        assert problem.what == f"There is no folder {file.parent}, so there is no store in it."
        assert problem.mend.index("mount") < problem.mend.index("peer-support init")

    @pytest.mark.parametrize(
        ("right", "wrong", "what"),
        [
            (":secret@", ":wrong@", "does not take this account and password"),
            ("peer_support_", "another_", "may not use the database"),
        ],
    )
    @pytest.mark.parametrize("create", [False, True])
    def test_says_why_a_server_refuses(
        self, mariadb: Server, keyring: Keyring, right: str, wrong: str, what: str, create: bool
    ) -> None:
        """Reached and refused: to wait would not help, so it is no outage; and no password told."""
        url = mariadb.new_database_of_a_tool().replace(right, wrong)
        problem = _problem(url, keyring, create=create)
        assert what in problem.what
        assert "secret" not in str(problem)
        assert problem.place.startswith("localhost/")

    @pytest.mark.parametrize("create", [False, True])
    def test_refuses_the_store_of_a_newer_release(
        self,
        damage: list[str],
        database_url: str,
        keyring: Keyring,
        create: bool,
    ) -> None:
        """A schema that this release does not know is neither opened nor brought anywhere."""
        damage.append("UPDATE alembic_version SET version_num = '9999'")
        _do(database_url, damage)
        problem = _problem(database_url, keyring, create=create)
        assert "schema 9999" in problem.what
        assert "newer release" in problem.mend

    def test_refuses_an_unfinished_store(
        self, damage: list[str], database_url: str, keyring: Keyring
    ) -> None:
        """A database without tables is not opened; `init` is named."""
        damage += [f"DROP TABLE {table.name}" for table in reversed(metadata.sorted_tables)]
        damage.append("DROP TABLE alembic_version")
        _do(database_url, damage)
        assert "peer-support init" in _problem(database_url, keyring).mend

    @pytest.mark.parametrize("create", [False, True])
    def test_refuses_what_is_no_database(
        self,
        file: Path,
        database_url: str,
        keyring: Keyring,
        create: bool,
    ) -> None:
        """A text named by mistake is left alone, and said to be no store."""
        file.parent.mkdir()
        file.write_text("Dear diary. " * 100, encoding="utf-8")
        assert "no store" in _problem(database_url, keyring, create=create).what
        assert file.read_text(encoding="utf-8").startswith("Dear diary.")

    def test_refuses_a_wrong_secret(self, store: Store, database_url: str) -> None:
        """With another secret nothing could be read, so the program does not start."""
        problem = _problem(database_url, Keyring(bytes(32)))
        assert "not the one that this store was made with" in problem.what
        assert "PEER_SUPPORT_SECRET" in problem.mend

    @pytest.mark.parametrize("check", ["", "00", "00" * 40])
    def test_refuses_a_store_whose_check_is_damaged(
        self, damage: list[str], database_url: str, keyring: Keyring, check: str
    ) -> None:
        """The row that proves the secret right was cut or changed: that proves nothing."""
        damage.append(f"UPDATE settings SET value = '{check}' WHERE name = 'secret-check'")  # noqa: S608
        _do(database_url, damage)
        _problem(database_url, keyring)

    @pytest.mark.parametrize(
        "url", ["", "sqlite://", "postgresql://db/peer", "mysql://db", "what is this"]
    )
    def test_refuses_an_address_it_can_not_use(self, url: str) -> None:
        """What is neither SQLite's nor MariaDB's is told with an example that is."""
        with pytest.raises(InputError) as caught:
            open_engine(url)
        assert "sqlite:///var/peer-support.db" in caught.value.problems[0].mend


class TestTransactions:
    """`write` and `read`."""

    def test_leaves_nothing_of_what_failed(self, store: Store) -> None:
        """Everything done before an error in the same transaction is undone with it."""
        with pytest.raises(RuntimeError), store.write() as tx:
            put_setting(tx, STATE, "paused")
            case_id = new_case(tx)
            raise RuntimeError
        with store.read() as tx:
            assert get_setting(tx, STATE) is None
            for table in metadata.sorted_tables:
                left = tx.connection.execute(table.select()).mappings().all()
                assert {row.get("name") for row in left} <= MADE_WITH_IT, table.name
        assert case_id

    def test_sees_one_moment_while_it_reads(self, store: Store) -> None:
        """A page that is being put together does not change under its reader."""
        with store.write() as tx:
            put_setting(tx, STATE, "open")
        with store.read() as looking:
            assert get_setting(looking, STATE) == "open"
            with store.write() as tx:
                put_setting(tx, STATE, "paused")
            assert get_setting(looking, STATE) == "open"
        with store.read() as looking:
            assert get_setting(looking, STATE) == "paused"

    def test_keeps_settings(self, store: Store) -> None:
        """A small fact is kept, changed and found by its name; there is none of an unknown one."""
        with store.write() as tx:
            put_setting(tx, "until", "1")
            put_setting(tx, "until", "2")
            put_setting(tx, "other", "3")
        with store.read() as tx:
            assert get_setting(tx, "until") == "2"
            assert get_setting(tx, "never") is None


def test_the_newest_schema_is_the_head_of_the_migrations() -> None:
    """What is compared at each start, without loading the migrations, is their newest."""
    scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
    assert scripts.get_current_head() == NEWEST
