"""MariaDB, as on ToolsDB: opened, and made to let one writer in at a time, as SQLite does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

BACKENDS = frozenset({"mysql", "mariadb"})
WAIT = 20
"""Seconds that a transaction waits for another one to end."""
LONGEST_IDLE = 31_536_000
"""Seconds for which MariaDB keeps a silent connection at most; the lock lives as long as one."""

WRITER = "writer"
"""The row of `settings` that whoever writes holds: two never act on the same state."""


def is_mariadb(engine: Engine) -> bool:
    """Say whether this engine leads to MariaDB."""
    return engine.dialect.name in BACKENDS


def open_mariadb(url: URL) -> Engine:
    """Make the engine; nothing is asked of the server yet."""
    engine = create_engine(
        url.set(drivername="mariadb+pymysql"),
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": 10,
            "read_timeout": 60,
            "write_timeout": 60,
        },
        # A connection that a fail-over or a long silence has cut is found out before it is used.
        pool_pre_ping=True,
        pool_recycle=300,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        # Strict: what does not fit is an error, never cut. And one moment for all that is read.
        cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {WAIT}")


def be_the_writer(connection: Connection) -> None:
    """Wait for whoever is writing; a locking read, so that what is read next is the newest."""
    row = text("SELECT name FROM settings WHERE name = :name FOR UPDATE")
    connection.execute(row, {"name": WRITER})


@contextmanager
def named_lock(
    engine: Engine, name: str, while_waiting: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold a lock that the server lets go of with the connection, and so with the process."""
    with engine.connect() as connection:
        connection.execute(text(f"SET SESSION wait_timeout = {LONGEST_IDLE}"))
        about = {"name": f"{engine.url.database}/{name}"[-64:]}
        if not connection.scalar(text("SELECT GET_LOCK(:name, 0)"), about):
            if while_waiting is not None:
                while_waiting()
            # In pieces shorter than the time after which a silent answer counts as lost.
            while not connection.scalar(text("SELECT GET_LOCK(:name, 30)"), about):
                pass
        try:
            yield
        finally:
            connection.execute(text("SELECT RELEASE_LOCK(:name)"), about)
            connection.rollback()
