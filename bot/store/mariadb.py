"""MariaDB, as on ToolsDB: opened, and made to let one writer in at a time, as SQLite does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

BACKENDS = frozenset({"mysql", "mariadb"})
WAIT = 20
"""Seconds that a transaction waits for another one to end."""
LOCK_LIVES = 45
"""Seconds after which the server lets go of the lock of somebody who is silent: their host may be
gone without a word. Whoever holds it speaks up three times as often."""
ENDS_WITHIN = 5
LONGEST_PIECE = 30
LONGEST_NAME = 64

WRITER = "writer"
"""The row of `settings` that whoever writes holds: two never act on the same state."""

_LOOK_AT_ACCOUNT = (
    "Look at them: on Toolforge they are in TOOL_TOOLSDB_USER and TOOL_TOOLSDB_PASSWORD, or in "
    "replica.my.cnf; elsewhere in `database` or PEER_SUPPORT_DATABASE, where @ : / in a password "
    "are written %40 %3A %2F."
)
_LET_GRANT = (
    "Look at its name in `database`. If that is right, let its administrator grant ALL on this "
    "database to the account."
)
_MAKE = (
    "Look at its name in `database`. If that is right, make it: CREATE DATABASE with this name and "
    "CHARACTER SET utf8mb4."
)
_ACCOUNT = "The server does not take this account and password."
_REFUSALS: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1045: (_ACCOUNT, _LOOK_AT_ACCOUNT),
        1698: (_ACCOUNT, _LOOK_AT_ACCOUNT),
        1130: (
            "The server takes nobody from this machine.",
            "Ask whoever runs it to let this machine in.",
        ),
        1044: ("This account may not use the database.", _LET_GRANT),
        1142: ("This account may not do all that it has to in the database.", _LET_GRANT),
        1049: ("There is no database of this name.", _MAKE),
    }
)


class LockTakenError(Exception):
    """Somebody else holds the lock, and still did when our patience had ended."""


def error_number(error: DBAPIError) -> int | None:
    """Give MariaDB's or its driver's number of an error; None for one of SQLite's."""
    first = next(iter(getattr(error.orig, "args", ())), None)
    return first if isinstance(first, int) else None


def refusal(error: DBAPIError) -> tuple[str, str] | None:
    """Say why a server that was reached lets us not in, with the mend; None for all else.

    To try again does not help then: somebody has to change a setting.
    """
    return _REFUSALS.get(error_number(error) or 0)


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
            # A socket does not leave the machine. Else each connection reads all certificates.
            "ssl_disabled": "unix_socket" in url.query,
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


def be_the_writer(connection: Connection) -> str | None:
    """Wait for whoever is writing; a locking read, so that what is read next is the newest.

    Gives what stands in that row: the term of the worker that leads.
    """
    row = text("SELECT value FROM settings WHERE name = :name FOR UPDATE")
    term: str | None = connection.scalar(row, {"name": WRITER})
    return term


@contextmanager
def named_lock(
    engine: Engine,
    name: str,
    while_waiting: Callable[[], None] | None = None,
    patience: float | None = None,
) -> Iterator[Callable[[], bool]]:
    """Hold a lock that the server lets go of with the connection, and so with the process.

    `patience`: seconds until it gives up with `LockTakenError`; None: it waits for ever. Gives what
    says whether it is still held, as far as is known.
    """
    about = {"name": _lock_name(engine.url.database or "", name)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # the lock is this connection's, so nobody else may get it
        connection.execute(text(f"SET SESSION wait_timeout = {LOCK_LIVES}"))
        if not connection.scalar(text("SELECT GET_LOCK(:name, 0)"), about):
            if while_waiting is not None:
                while_waiting()
            _wait_for(connection, about, patience)
        with _watched(connection, about) as held:
            yield held
        if held():
            with suppress(SQLAlchemyError):  # it goes with the connection, then
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), about)


def _wait_for(connection: Connection, about: Mapping[str, str], patience: float | None) -> None:
    """Wait in pieces shorter than the time after which a silent answer counts as lost."""
    left = patience
    while left is None or left > 0:
        piece = LONGEST_PIECE if left is None else min(LONGEST_PIECE, left)
        got = text("SELECT GET_LOCK(:name, :seconds)")
        if connection.scalar(got, {**about, "seconds": piece}):
            return
        left = None if left is None else left - piece
    raise LockTakenError


def _lock_name(database: str, name: str) -> str:
    """Name a lock, for which the server has one room for all databases: no two may meet."""
    whole = f"{database}/{name}"
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{sha256(database.encode()).hexdigest()[:48]}/{name}"


@contextmanager
def _watched(connection: Connection, about: Mapping[str, str]) -> Iterator[Callable[[], bool]]:
    """Keep the lock's connection from falling silent, and notice when the lock is lost."""
    ended, lost = threading.Event(), threading.Event()
    mine = text("SELECT IS_USED_LOCK(:name) = CONNECTION_ID()")

    def watch() -> None:
        while not ended.wait(LOCK_LIVES / 3):
            try:
                still = connection.scalar(mine, about)
            except SQLAlchemyError:
                still = False
            if not still:
                lost.set()
                return

    thread = threading.Thread(target=watch, name="lock", daemon=True)
    thread.start()
    try:
        yield lambda: not lost.is_set()
    finally:
        ended.set()
        thread.join(ENDS_WITHIN)
        if thread.is_alive():
            lost.set()  # it waits for a server that does not answer
