"""The databases that the bot can keep its store in, for tests that are run on each of them."""

from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, event

from bot.store import engine
from bot.store import mariadb as mariadb_engine
from bot.store.store import Store
from stage.mariadb import Server, server
from tests.store_template import REAL, Template

DATABASES = ("sqlite", "mariadb")
REAL_CONNECTIONS = engine._prepare
OPENED: list[Store] = []
"""The stores that fake networks opened for the test that runs now."""


@pytest.fixture(autouse=True)
def stores_are_closed() -> Iterator[None]:
    """Close what a test has opened through a fake network, when the test is over."""
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(scope="session", autouse=True)
def tables_at_once() -> Iterator[None]:
    """Make the tables of each new store from a template, and not by every migration again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "upgrade", Template().upgrade)
        yield


@pytest.fixture(scope="session", autouse=True)
def disk_lags_behind() -> Iterator[None]:
    """Wait for no disk: only a power cut of the machine could take back what was written.

    What a store in use asks of SQLite is tested with `real_connections`.
    """

    def prepare(connection: Any, record: Any) -> None:
        REAL_CONNECTIONS(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "_prepare", prepare)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Compile each statement once for all stores of a kind, and not for each test's anew.

    SQLAlchemy keeps what it has compiled by engine and dialect: all share those of the first.
    """
    first: dict[str, Engine] = {}
    with pytest.MonkeyPatch.context() as patched:
        for module in (engine, mariadb_engine):
            create: Callable[..., Engine] = module.create_engine

            def share(url: Any, create: Callable[..., Engine] = create, **given: Any) -> Engine:
                made = create(url, **given)
                if (other := first.get(made.dialect.name)) is None:
                    event.listen(
                        made, "connect", lambda *_: first.setdefault(made.dialect.name, made)
                    )
                else:
                    made.dialect = made.pool._dialect = other.dialect
                    made._compiled_cache = other._compiled_cache
                return made

            patched.setattr(module, "create_engine", share)
        yield


@pytest.fixture
def real_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each connection to SQLite be as in use."""
    monkeypatch.setattr(engine, "_prepare", REAL_CONNECTIONS)


@pytest.fixture
def real_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the migrations themselves make the tables."""
    monkeypatch.setattr(command, "upgrade", REAL)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Say where SQLite's file lies."""
    return tmp_path / "var" / "peer-support.db"


def needs_mariadb(item: pytest.Item) -> bool:
    """Say whether a test asks for MariaDB's server: as its fixture, or by what it is given."""
    call = getattr(item, "callspec", None)
    given = () if call is None else call.params.values()
    return "mariadb" in getattr(item, "fixturenames", ()) or "mariadb" in map(str, given)


@pytest.fixture(scope="session")
def mariadb(pytestconfig: pytest.Config) -> Iterator[Server]:
    """Run a MariaDB of the tests' own; its path is short, for a socket's may not be long."""
    if pytestconfig.option.markexpr == "not mariadb":
        pytest.fail("A test starts MariaDB's server, and `needs_mariadb` did not see it coming.")
    with TemporaryDirectory() as folder, server(Path(folder)) as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on every database; what looks into SQLite's file, on SQLite alone."""
    if "database_url" in metafunc.fixturenames:
        files = "file" in signature(metafunc.function).parameters
        names = ["sqlite"] if files else DATABASES
        metafunc.parametrize("database_url", names, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, file: Path) -> str:
    """Give the address of a database that nothing is in yet."""
    if request.param == "sqlite":
        return f"sqlite:///{file}"
    running: Server = request.getfixturevalue("mariadb")
    return running.new_database()
