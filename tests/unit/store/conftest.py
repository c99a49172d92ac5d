"""A store of one's own for each test, on every database that the bot can keep it in."""

from collections.abc import Iterator

import pytest

from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store


@pytest.fixture
def keyring() -> Keyring:
    """Give the keys of the network."""
    return Keyring(bytes(range(32)))  # the same in every process of a test


@pytest.fixture
def store(database_url: str, keyring: Keyring) -> Iterator[Store]:
    """Make a new store and open it."""
    create_store(database_url, keyring)
    opened = open_store(database_url, keyring)
    yield opened
    opened.close()
