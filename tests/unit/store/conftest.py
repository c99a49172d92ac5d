"""A store of one's own for each test, on every database that the bot can keep it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store

# A second one joins by its name here, and by its address in `database_url`.
DATABASES = ("sqlite",)


@pytest.fixture
def keyring() -> Keyring:
    """Give the keys of the network."""
    return Keyring(bytes(range(32)))  # the same in every process of a test


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Say where SQLite's file lies."""
    return tmp_path / "var" / "peer-support.db"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, file: Path) -> str:
    """Give the address of a database that is not there yet."""
    assert request.param == "sqlite"
    return f"sqlite:///{file}"


@pytest.fixture
def store(database_url: str, keyring: Keyring) -> Iterator[Store]:
    """Make a new store and open it."""
    create_store(database_url, keyring)
    opened = open_store(database_url, keyring)
    yield opened
    opened.close()
