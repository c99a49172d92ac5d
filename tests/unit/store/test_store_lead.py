"""Leading: a term that the store itself checks, and a lock whose loss is noticed."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store import mariadb as locks
from bot.store.engine import database_file, open_engine
from bot.store.keyring import Keyring
from bot.store.lock import leading, sole_worker
from bot.store.mariadb import WRITER
from bot.store.store import DeposedError, Store, create_store, get_setting, open_store, put_setting
from stage.mariadb import Server


def _nobody_is_at_work() -> None:
    pytest.fail("nobody is at work")


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def second(database_url: str, store: Store, keyring: Keyring) -> Store:
    """Open the same store once more, as another worker or the desk does."""
    return open_store(database_url, keyring)


def _begin_another_term(second: Store) -> None:
    """Let another worker lead, as it does when the database let go of the first one's lock."""
    with second.write() as tx:
        put_setting(tx, WRITER, str(int(get_setting(tx, WRITER) or 0) + 1))


def test_whoever_was_deposed_changes_nothing(store: Store, second: Store) -> None:
    """A worker back from the dead can write nothing; the next leader and the desk can."""
    with leading(store, _nobody_is_at_work):
        with store.write() as tx:
            put_setting(tx, "count", "1")
        _begin_another_term(second)
        with pytest.raises(DeposedError), store.write() as tx:
            put_setting(tx, "count", "2")
        with second.write() as tx:
            assert get_setting(tx, "count") == "1"
            put_setting(tx, "count", "3")
    second.close()


def test_what_stays_true_is_still_written_down(store: Store, second: Store) -> None:
    """What became of a mail that went is recorded by whoever knows it, leading or not."""
    with leading(store, _nobody_is_at_work):
        _begin_another_term(second)
        with store.write(even_deposed=True) as tx:
            put_setting(tx, "count", "1")
    with second.read() as tx:
        assert get_setting(tx, "count") == "1"
    second.close()


def test_each_turn_is_a_new_term(store: Store) -> None:
    """Who led, stopped and leads again writes again; with no turn there is nothing to check."""
    for number in range(3):
        with leading(store, _nobody_is_at_work), store.write() as tx:
            put_setting(tx, "count", str(number))
    with store.write() as tx:
        assert get_setting(tx, "count") == "2"


def test_networks_on_one_host_do_not_meet(
    store: Store,
    database_url: str,
    keyring: Keyring,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    """Workers of two databases lead at the same time, in one folder or on one server."""
    if database_file(store.engine) is None:
        server: Server = request.getfixturevalue("mariadb")
        other_url = server.new_database()
    else:
        other_url = database_url.replace("peer-support.db", "other.db")
    create_store(other_url, keyring)
    other = open_store(other_url, keyring)
    with leading(store, _nobody_is_at_work), leading(other, _nobody_is_at_work):
        for one in (store, other):
            with one.write() as tx:
                put_setting(tx, "count", "1")
    other.close()


def test_a_long_name_of_a_database_is_a_lock_of_its_own() -> None:
    """Two databases whose names differ only at their beginning have two locks, of legal length."""
    names = [locks._lock_name(first + "x" * 60, "worker") for first in ("a", "b")]
    assert len(set(names)) == 2
    assert all(len(name) <= 64 for name in names)
    assert locks._lock_name("s1__network", "worker") == "s1__network/worker"


def test_a_link_to_the_file_leads_to_the_same_lock(file: Path, store: Store) -> None:
    """Opened by another way, the database is the same, and so is who leads."""
    link = file.parent.parent / "link.db"
    link.symlink_to(file)
    waited = threading.Event()
    engine = open_engine(f"sqlite:///{link}")

    def stand_in_line() -> None:
        with sole_worker(engine, waited.set):
            pass

    with leading(store, _nobody_is_at_work):
        thread = threading.Thread(target=stand_in_line)
        thread.start()
        assert waited.wait(10)
    thread.join(10)
    assert not thread.is_alive()
    engine.dispose()


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_nobody_else_can_open_the_lock(file: Path, store: Store, before: int | None) -> None:
    """Another account that could open it could hold it, and no worker would ever begin."""
    lock = file.with_name(file.name + ".lock")
    if before is not None:
        lock.touch()
        lock.chmod(before)
    with leading(store, _nobody_is_at_work):
        assert lock.stat().st_mode & 0o777 == 0o600


def test_a_deleted_lock_file_is_noticed(file: Path, store: Store) -> None:
    """Who deletes the file beside the database deposes the worker: it stops by itself."""
    with leading(store, _nobody_is_at_work) as held:
        assert held()
        file.with_name(file.name + ".lock").unlink()
        assert not held()


class TestOnMariaDb:
    """What only a server can do to a lock."""

    @pytest.fixture(autouse=True)
    def _quickly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(locks, "LOCK_LIVES", 3)

    @pytest.fixture
    def store(self, mariadb: Server, keyring: Keyring) -> Store:
        """Give a store in MariaDB."""
        url = mariadb.new_database()
        create_store(url, keyring)
        return open_store(url, keyring)

    def test_a_cut_connection_is_noticed_and_lets_another_lead(
        self, store: Store, mariadb: Server, keyring: Keyring
    ) -> None:
        """The server cuts everybody off: the worker learns it, and another one leads instead."""
        url = store.engine.url.render_as_string(hide_password=False)
        with leading(store, _nobody_is_at_work) as held:
            mariadb.cut_everybody_off()
            _until(lambda: not held())
            other = open_store(url, keyring)
            with leading(other, _nobody_is_at_work) as theirs:
                assert theirs()
                with pytest.raises(DeposedError), store.write():
                    pass
            other.close()
        store.close()

    def test_a_restarted_server_is_a_lost_lock(self, store: Store, mariadb: Server) -> None:
        """The database fails over: the lock is gone, and after that everything works as before."""
        with leading(store, _nobody_is_at_work) as held:
            mariadb.kill()
            _until(lambda: not held())
            mariadb.start_again()
        with leading(store, _nobody_is_at_work), store.write() as tx:
            put_setting(tx, "count", "1")
        store.close()

    def test_the_lock_of_a_host_gone_silent_is_let_go(self, store: Store, mariadb: Server) -> None:
        """Nobody hears from a dead host: after a while the server gives its lock away."""
        engine = open_engine(store.engine.url.render_as_string(hide_password=False))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(locks, "_watched", _say_nothing)
            with sole_worker(engine, _nobody_is_at_work):
                waited = threading.Event()
                began = time.monotonic()
                with leading(store, waited.set):
                    assert waited.is_set()
                    assert time.monotonic() - began < 15
        engine.dispose()
        store.close()


@contextmanager
def _say_nothing(
    _connection: Connection, _about: Mapping[str, str]
) -> Iterator[Callable[[], bool]]:
    yield lambda: True
