"""A copy of the store in one file, and back again, from any kind of database into any other.

The file is a store of SQLite's itself, whatever the store lies in. Without keys it holds nothing
that any master secret could open of a request: open cases stay out of it, and so does everything
that somebody wrote or that names who asked. With keys it holds all of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Select, Table, create_engine, delete, func, insert, or_, select
from sqlalchemy.exc import DatabaseError

from bot.casework.states import State
from bot.problems import InputError, Problem
from bot.store.engine import NEWEST, is_known, migrate, schema_state
from bot.store.keyring import ACCOUNTS, Keyring, WrongSecretError
from bot.store.mariadb import WRITER
from bot.store.schema import (
    account_links,
    case_keys,
    case_secrets,
    cases,
    complaints,
    metadata,
    page_keys,
    settings,
    sign_ins,
    talk,
)
from bot.store.store import (
    SECRET_CHECK,
    STATE,
    Store,
    Tx,
    get_setting,
    own_key_name,
    put_setting,
)

WITH_KEYS = "backup-with-keys"
"""In a backup: whether its keys are in it."""
_SEALED_FOR_NAMES = frozenset({case_keys, case_secrets, talk, complaints, sign_ins, account_links})
_STAYS_OUT = frozenset({WRITER, WITH_KEYS})
ROWS_AT_ONCE = 500

Progress = Callable[[str, int, int], None]
"""Told of each table: its name, how many of its rows are done, and how many there are."""


def back_up(store: Store, file: Path, *, with_keys: bool, progress: Progress) -> int:
    """Write the store as it is at one moment to a new file that its owner alone can read.

    Gives the number of rows. The file appears under its name only when it is whole.
    """
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _connected(f"sqlite:///{part}") as target, store.read() as tx:
            migrate(target)
            count = sum(
                _copy(tx.connection, target, table, progress, with_keys=with_keys)
                for table in metadata.sorted_tables
            )
            target.execute(insert(settings).values(name=WITH_KEYS, value=str(int(with_keys))))
        _be_on_disk(part)
        os.link(part, file)  # never over another file, whoever made that one
    finally:
        part.unlink(missing_ok=True)
    return count


def restore(store: Store, file: Path, progress: Progress) -> tuple[int, bool]:
    """Fill an empty store from a backup and pause it; give the rows, and whether keys came too.

    What is left to be mailed may have been mailed since that day: whoever resumes should look.
    """
    with _of_this_release(file) as source:
        had_keys = _opened(source, store.keyring, file)
        with store.write() as tx:
            _be_empty(tx)
            term = get_setting(tx, WRITER)
            tx.connection.execute(delete(settings))
            count = sum(
                _copy(source, tx.connection, table, progress, with_keys=had_keys)
                for table in metadata.sorted_tables
            )
            put_setting(tx, WRITER, term or "")
            put_setting(tx, STATE, "paused")
            _draw_missing_keys(tx)
    return count, had_keys


def _copy(
    source: Connection, target: Connection, table: Table, progress: Progress, *, with_keys: bool
) -> int:
    query = _rows_of(table, with_keys=with_keys)
    if query is None:
        return 0
    total = source.scalar(select(func.count()).select_from(query.subquery())) or 0
    done = 0
    for rows in source.execute(query).mappings().partitions(ROWS_AT_ONCE):
        target.execute(insert(table), [_kept(table, dict(row), with_keys) for row in rows])
        done += len(rows)
        progress(table.name, done, total)
    return done


def _rows_of(table: Table, *, with_keys: bool) -> Select[Any] | None:
    """Say which rows of a table belong into a backup; None: none at all."""
    query = select(table)
    if table is settings:
        left_out = _STAYS_OUT if with_keys else _STAYS_OUT | {own_key_name(ACCOUNTS)}
        return query.where(settings.c.name.not_in(left_out))
    if with_keys:
        return query
    if table in _SEALED_FOR_NAMES:
        return None
    closed = cases.c.state == State.CLOSED.value
    if table is cases:
        return query.where(closed)
    if "case_id" in table.c:
        of_closed = table.c.case_id.in_(select(cases.c.id).where(closed))
        return query.where(or_(table.c.case_id.is_(None), of_closed))
    return query


def _kept(table: Table, row: dict[str, Any], with_keys: bool) -> dict[str, Any]:
    if table is page_keys and not with_keys:
        row["wrapped"] = None
    return row


@contextmanager
def _connected(address: str) -> Iterator[Connection]:
    """Open a backup in one transaction."""
    engine = create_engine(address)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _of_this_release(file: Path) -> Iterator[Connection]:
    """Open a backup to be read; one of an earlier release is brought forward, as a copy."""
    revision = _revision_of(file)
    if revision == NEWEST:
        with _connected(f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro&uri=true") as opened:
            yield opened
        return
    with TemporaryDirectory(dir=file.parent) as folder:
        copy = Path(folder) / "backup.db"
        shutil.copyfile(file, copy)
        with _connected(f"sqlite:///{copy}") as opened:
            migrate(opened)
            yield opened


def _be_on_disk(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _revision_of(file: Path) -> str:
    engine = create_engine(f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro&uri=true")
    try:
        revision, _newest = schema_state(engine)
    except DatabaseError:
        revision = None
    finally:
        engine.dispose()
    if revision is None:
        what, mend = "This is no backup of a store.", "Name a file that `store backup` wrote."
        raise InputError([Problem(str(file), what, mend)])
    if not is_known(revision):
        what = f"This backup is of a newer release (schema {revision}, this one has {NEWEST})."
        raise InputError(
            [Problem(str(file), what, "Restore it with that release, or a later one.")]
        )
    return revision


def _opened(source: Connection, keyring: Keyring, file: Path) -> bool:
    """Hold the backup against the master secret; say whether keys are in it."""
    wrapped = _setting(source, SECRET_CHECK)
    try:
        keyring.unwrap(bytes.fromhex(wrapped or ""), SECRET_CHECK)
    except WrongSecretError:
        what = "This backup was made under another master secret."
        mend = "Put the secret of its day in place first, in an empty network; `keys rewrap` then."
        raise InputError([Problem(str(file), what, mend)]) from None
    return _setting(source, WITH_KEYS) == "1"


def _setting(source: Connection, name: str) -> str | None:
    value: str | None = source.scalar(select(settings.c.value).where(settings.c.name == name))
    return value


def _be_empty(tx: Tx) -> None:
    for table in metadata.sorted_tables:
        if table is settings:
            continue
        if tx.connection.execute(select(table).limit(1)).first() is not None:
            what = "There is something in this store already, which a backup would mix with."
            mend = (
                "Name an empty database, or move the file away, and run `peer-support init` first."
            )
            raise InputError([Problem("database", what, mend)])


def _draw_missing_keys(tx: Tx) -> None:
    name = own_key_name(ACCOUNTS)
    if get_setting(tx, name) is None:
        put_setting(tx, name, tx.keyring.wrap(tx.keyring.new_key(), name).hex())
