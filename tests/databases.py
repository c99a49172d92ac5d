"""The databases that the bot can keep its store in, for tests that are run on each of them."""

from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from stage.mariadb import Server, server

DATABASES = ("sqlite", "mariadb")


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
