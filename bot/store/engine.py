"""Opening the database: SQLite made safe for two processes, or MariaDB; the newest schema."""

from __future__ import annotations

import sqlite3
import stat
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from bot.problems import InputError, Problem
from bot.store.mariadb import BACKENDS, is_mariadb, open_mariadb
from bot.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

NEWEST = "0004"
"""The schema of this release, which is the head of the migrations: a test compares."""
BUSY_TIMEOUT = 20_000
"""Milliseconds that a transaction waits for another one to end."""


def open_engine(url: str) -> Engine:
    """Open the database at this URL; nothing is created and nothing migrated yet."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is not None and parsed.get_backend_name() in BACKENDS and parsed.database:
        return open_mariadb(parsed)
    if parsed is None or parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise InputError(
            (
                Problem(
                    place="database",
                    what="This is not the address of a database that this release can use.",
                    mend="Give a file, sqlite:///var/peer-support.db, or a database of MariaDB's, "
                    "mysql://account:password@host/name",
                ),
            )
        )
    if Path(parsed.database).is_dir():
        what, mend = "This is a folder.", "Name a file in it as `database`, perhaps a new one."
        raise InputError([Problem(parsed.database, what, mend)])
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def database_file(engine: Engine) -> Path | None:
    """Give the file that the database lies in; None where a server keeps it."""
    return None if is_mariadb(engine) else Path(engine.url.database or "")


def shown_place(engine: Engine) -> str:
    """Say where the store is, for people: never with a password."""
    return place_of(engine.url)


def place_of(url: URL) -> str:
    """Say where the database at an address is, for people: never with a password."""
    server = url.get_backend_name() in BACKENDS
    return f"{url.host}/{url.database}" if server else str(Path(url.database or ""))


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late (at the first write), so that two processes
    # could read the same state and both act on it; `_begin` says BEGIN IMMEDIATE instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what was answered to somebody survives a power cut
        "secure_delete=ON",  # an erased story leaves no bytes behind
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT}",
        "temp_store=MEMORY",  # no sorted copy of a row in a temporary file
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("transaction", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _scripts(connection: Connection | None = None) -> AlembicConfig:
    from alembic.config import Config  # noqa: PLC0415 - a tenth of the worker's memory

    config = Config()
    config.set_main_option("script_location", str(files("bot.store") / "migrations"))
    config.attributes["connection"] = connection
    return config


def create_file(engine: Engine) -> None:
    """Make the database file, readable by its owner alone, before SQLite makes it wider."""
    path = database_file(engine)
    if path is None:
        return  # the server's operator has made the database
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=True)


def migrate(connection: Connection) -> None:
    """Bring the database to this release's schema, in the transaction of this connection."""
    from alembic import command  # noqa: PLC0415 - as in `_scripts`

    command.upgrade(_scripts(connection), "head")


def schema_state(engine: Engine) -> tuple[str | None, str | None]:
    """Give the database's revision and this release's; None for a database without tables."""
    with engine.connect() as connection:
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found, NEWEST


def is_known(revision: str) -> bool:
    """Say whether this release can bring a database of this revision forward."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as in `_scripts`

    scripts = ScriptDirectory.from_config(_scripts()).walk_revisions()
    return revision in {script.revision for script in scripts}


def truncate_journal(engine: Engine) -> bool:
    """Take SQLite's write-ahead log into the database; False where somebody reads from it."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=500")  # whoever pressed a button waits for this
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone() or (True,)
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    finally:
        connection.close()
    return not busy


def copy_into_memory(engine: Engine) -> Engine:
    """Copy the database into memory, as it is at this moment, for what must not touch it."""
    copy = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(copy, "connect", _prepare)
    event.listen(copy, "begin", _begin)
    if is_mariadb(engine):
        _copy_rows(engine, copy)
        return copy
    source, target = engine.raw_connection(), copy.raw_connection()
    try:
        source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    finally:
        source.close()
        target.close()
    return copy


def copy_into_file(engine: Engine, copy: Path) -> None:
    """Copy SQLite's database into another file, as it is at this moment, whoever writes to it."""
    source = engine.raw_connection()
    target = sqlite3.connect(copy)
    try:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
    finally:
        target.close()
        source.close()


def _copy_rows(source: Engine, target: Engine) -> None:
    with source.connect() as reading, target.begin() as writing:
        metadata.create_all(writing)
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
