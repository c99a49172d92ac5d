"""A store of an earlier release is brought forward, with all that is in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.problems import InputError
from bot.store import cases, links, migrations
from bot.store.engine import create_file, open_engine
from bot.store.keyring import Keyring, token_digest
from bot.store.schema import metadata
from bot.store.store import Store, create_store, open_store
from bot.store.upgrade import copy_first
from tests.unit.store.samples import (
    ANA,
    BORIS,
    NOW,
    ROSA,
    SOFIA,
    STORY,
    YES,
    case_of,
    new_case,
    offered,
    tell,
)

pytestmark = pytest.mark.usefixtures("real_migrations")
NOT_YET = {"key-accounts", "writer"}
"""Settings that the first release did not have."""


@pytest.fixture
def today(tmp_path: Path, keyring: Keyring) -> Iterator[Store]:
    """Give a store of this release with two cases, of which one is supported."""
    url = f"sqlite:///{tmp_path / 'today' / 'peer-support.db'}"
    create_store(url, keyring)
    store = open_store(url, keyring)
    with store.write() as tx:
        first = new_case(tx, "AAAAAAAA", ROSA)
        tell(tx, first, *offered(ANA, BORIS), on.Declined(BORIS), YES, on.Taken(ANA))
        second = new_case(tx, "BBBBBBBB", SOFIA)
        tell(tx, second, *offered(BORIS))
        digest = token_digest("rosa")
        links.put(tx, digest, Door.STATUS, first, supporter=None, now=NOW, expires_at=None)
    yield store
    store.close()


@pytest.fixture
def earlier(today: Store, database_url: str) -> str:
    """Give the address of a store with the same in it, as the first release made it."""
    engine = open_engine(database_url)
    create_file(engine)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", migrations.__path__[0])
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with engine.begin() as connection:
        then = MetaData()
        then.reflect(connection)
        assert "talk" not in then.tables
        for table in metadata.sorted_tables:
            if table.name not in then.tables:
                continue
            known = then.tables[table.name].columns.keys()
            for row in _rows(today, table.name):
                if row.get("name") not in NOT_YET:
                    kept = {name: row[name] for name in known}
                    connection.execute(insert(table).values(kept))
    engine.dispose()
    return database_url


def _rows(store: Store, name: str) -> list[dict[str, Any]]:
    table = metadata.tables[name]
    with store.read() as tx:
        found = tx.connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def test_an_earlier_store_is_not_opened(earlier: str, keyring: Keyring) -> None:
    """The program says what to do, and changes nothing by itself."""
    with pytest.raises(InputError, match="schema 0001"):
        open_store(earlier, keyring)


def test_init_brings_it_forward_with_every_row(
    today: Store, earlier: str, keyring: Keyring
) -> None:
    """Cases, offers, secrets, links, mails and what happened are there as they were."""
    create_store(earlier, keyring)
    store = open_store(earlier, keyring)
    try:
        with store.read() as tx:
            assert compare_metadata(MigrationContext.configure(tx.connection), metadata) == []
        for table in metadata.sorted_tables:
            if table.name != "settings":
                assert _rows(store, table.name) == _rows(today, table.name), table.name
        assert case_of(store, 1) == case_of(today, 1)
        with store.read() as tx:
            assert cases.story_of(tx, 1) == STORY
            assert cases.identity_of(tx, 2) == SOFIA
            link = links.find(tx, "rosa", Door.STATUS, NOW)
        assert link is not None
        _goes_on(store)
    finally:
        store.close()


def _goes_on(store: Store) -> None:
    """Do what only the newer schema can hold."""
    with store.write() as tx:
        tell(tx, 1, on.Complained(on.Side.REQUESTER), on.Closed(on.Side.REQUESTER))
        tell(tx, 2, on.Accepted(BORIS, has_room=True), on.Closed(on.Side.SUPPORTER))
    with store.read() as tx:
        assert cases.pair_of(tx, 2) == BORIS
    loose = [row["supporter"] for row in _rows(store, "offers") if row["case_id"] is None]
    assert sorted(loose) == [ANA, BORIS, BORIS]
    # A case still has no more than one offer to each.
    with store.write() as tx:
        third = new_case(tx, "CCCCCCCC", ROSA)
        tell(tx, third, *offered(ANA))
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), store.write() as tx:
        offers = metadata.tables["offers"]
        row = {"case_id": third, "supporter": ANA, "state": "sent", "made_at": NOW}
        tx.connection.execute(insert(offers).values(**row, reminded=False))


def test_may_be_run_again(earlier: str, keyring: Keyring) -> None:
    """Brought forward twice it is as after the first time."""
    create_store(earlier, keyring)
    store = open_store(earlier, keyring)
    before = {table.name: _rows(store, table.name) for table in metadata.sorted_tables}
    store.close()
    create_store(earlier, keyring)
    store = open_store(earlier, keyring)
    assert {table.name: _rows(store, table.name) for table in metadata.sorted_tables} == before
    store.close()


def test_a_copy_comes_before(earlier: str, keyring: Keyring) -> None:
    """A file is copied by `init`; for a server's database the operator has to say that they did."""
    if earlier.startswith("sqlite"):
        copy = copy_first(earlier)
        assert copy is not None
        assert copy.is_file()
    else:
        with pytest.raises(InputError, match="mariadb-dump"):
            copy_first(earlier)
        assert copy_first(earlier, copied=True) is None
    create_store(earlier, keyring)
    assert copy_first(earlier) is None, "nothing is left to bring forward"
