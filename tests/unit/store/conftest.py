"""A store of one's own for each test, on every database that the bot can keep it in."""

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store
from stage.mariadb import Server, server

DATABASES = ("sqlite", "mariadb")


@pytest.fixture
def keyring() -> Keyring:
    """Give the keys of the network."""
    return Keyring(bytes(range(32)))  # the same in every process of a test


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Say where SQLite's file lies."""
    return tmp_path / "var" / "peer-support.db"


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """Run a MariaDB of the tests' own; its path is short, for a socket's may not be long."""
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


@pytest.fixture
def store(database_url: str, keyring: Keyring) -> Iterator[Store]:
    """Make a new store and open it."""
    create_store(database_url, keyring)
    opened = open_store(database_url, keyring)
    yield opened
    opened.close()
