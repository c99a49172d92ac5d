"""Bringing an earlier store forward begins with a copy of it; the copy does not live long."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.problems import InputError, Problem
from bot.store.engine import copy_into_file, database_file, is_known, open_engine, schema_state
from bot.store.engine import shown_place as place_of
from bot.store.mariadb import is_mariadb

COPY_HOURS = 24
"""How long the copy is kept: a page key in it is gone before it would be from the store."""
_MARK = ".before-"


def copy_first(url: str, *, copied: bool = False) -> Path | None:
    """Copy a store of an earlier release into a file beside it; None where there is none.

    The copy has what the store has, sealed under the same master secret. What a server keeps is
    the operator's to copy: they say so with `copied`, or this raises `InputError`.
    """
    engine = open_engine(url)
    try:
        file = database_file(engine)
        if file is not None and not file.exists():
            return None
        try:
            found, wanted = schema_state(engine)
        except OperationalError:
            raise  # out of reach, and perhaps only for now
        except DatabaseError:
            return None  # no store: whoever opens it next says so
        if found is None or found == wanted or not is_known(found):
            return None
        if file is not None:
            copy = file.with_name(f"{file.name}{_MARK}{wanted}")
            _copy(engine, copy)
            return copy
        if not copied:
            raise InputError([_not_copied(place_of(engine), found, wanted)])
    finally:
        engine.dispose()
    return None


def forget_copies(engine: Engine, now: datetime) -> int:
    """Destroy the copies that are older than `COPY_HOURS`, and say how many there were."""
    if is_mariadb(engine):
        return 0
    file = database_file(engine)
    gone = 0
    for copy in file.parent.glob(f"{file.name}{_MARK}*") if file is not None else ():
        made = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        if now - made >= timedelta(hours=COPY_HOURS):
            _overwrite(copy)
            copy.unlink()
            gone += 1
    return gone


def _copy(engine: Engine, copy: Path) -> None:
    """Make the copy whole before it gets its name: half a copy is worse than none."""
    half = copy.with_name(copy.name + ".half")
    half.unlink(missing_ok=True)
    half.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    copy_into_file(engine, half)
    with half.open("rb") as written:
        os.fsync(written.fileno())
    half.replace(copy)


def _overwrite(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(bytes(file.stat().st_size))
        opened.flush()
        os.fsync(opened.fileno())


def _not_copied(place: str, found: str, wanted: str | None) -> Problem:
    return Problem(
        place,
        f"The store is of an earlier release (schema {found}, this one has {wanted}), and its "
        "server cannot take a step back by itself.",
        "Stop the worker, copy the database with mariadb-dump, then say "
        "`peer-support init --copied`. Nothing has been changed.",
    )
