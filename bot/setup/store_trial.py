"""Whether the store could lie where somebody says: tried for real, and taken back."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from bot import troubles
from bot.checks.check import Check, Verdict, judged
from bot.problems import InputError
from bot.store.engine import database_file, is_known, open_engine, schema_state, shown_place
from bot.store.mariadb import is_mariadb, refusal

NAME = "database"
OLDEST = (10, 6)
"""The oldest MariaDB that is still looked after, and that is tested with."""


def look(url: str, secret: Path | None) -> Iterator[Check]:
    """Try a database; nothing of the trial stays.

    `secret` is the file of the master secret, None where it is in the environment: a store that is
    there already needs its own.
    """
    try:
        engine = open_engine(url)
    except InputError as error:
        yield from _refused(error)
        return
    place = shown_place(engine)
    try:
        file = database_file(engine)
        if file is not None and not (file.exists() and file.stat().st_size):
            yield _folder(file)
            return
        if is_mariadb(engine):
            yield _version(engine)
            yield _tables(engine, place)
        yield _store(engine, place, secret)
    except DBAPIError as error:
        away = isinstance(error, OperationalError) and refusal(error) is None
        verdict = Verdict.OUT_OF_REACH if away else Verdict.FAILED
        problem = troubles.of_store(error, place)
        yield Check(NAME, verdict, f"{place}: {problem.what}", problem.mend)
    except InputError as error:
        yield from _refused(error)
    except OSError as error:
        problem = troubles.of_file(error)
        yield Check(NAME, Verdict.FAILED, f"{place}: {problem.what}", problem.mend)
    finally:
        engine.dispose()


def _refused(error: InputError) -> Iterator[Check]:
    for problem in error.problems:
        yield Check(NAME, Verdict.FAILED, f"{problem.place}: {problem.what}", problem.mend)


def _folder(file: Path) -> Check:
    """Write into the folder of a file that is still to be made, or into the nearest there is."""
    folder = next(one for one in file.parents if one.exists())
    with tempfile.TemporaryFile(dir=folder) as trial:
        trial.write(b"peer support")
    return Check(NAME, Verdict.PASSED, f"{file} can be made")


def _version(engine: Engine) -> Check:
    with engine.connect() as connection:
        said = str(connection.scalar(text("SELECT VERSION()")))
    numbers = tuple(int(one) for one in re.findall(r"\d+", said)[:2])
    plain = ".".join(re.findall(r"\d+", said)[:3])
    is_maria = "mariadb" in said.casefold()
    return judged(
        NAME,
        is_maria and numbers >= OLDEST,
        f"{'MariaDB' if is_maria else 'MySQL'} {plain}",
        f"Use MariaDB {OLDEST[0]}.{OLDEST[1]} or newer.",
    )


def _tables(engine: Engine, place: str) -> Check:
    """Make a table, write a row, read it and take all back."""
    name = f"peer_support_trial_{uuid4().hex[:12]}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {name} (word VARCHAR(20)) ENGINE=InnoDB"))
        try:
            connection.execute(text(f"INSERT INTO {name} VALUES ('peer support')"))  # noqa: S608
        finally:
            connection.execute(text(f"DROP TABLE {name}"))
    return Check(NAME, Verdict.PASSED, f"{place} can be written, and tables made")


def _store(engine: Engine, place: str, secret: Path | None) -> Check:
    try:
        found, wanted = schema_state(engine)
    except OperationalError:
        raise
    except DatabaseError:
        mend = "Name another file: this one is something else, or damaged."
        return Check(NAME, Verdict.FAILED, f"{place} is no store", mend)
    if found is None:
        return Check(NAME, Verdict.PASSED, f"{place} is empty: the store can be made there")
    if not is_known(found):
        what = f"{place} holds the store of a newer release (schema {found}, this one has {wanted})"
        mend = "Install that release, or name another database."
        return Check(NAME, Verdict.FAILED, what, mend)
    if secret is not None and not secret.exists():
        what = f"{place} holds a store already, and its master secret is not in {secret}"
        mend = "Put the secret back there, or into PEER_SUPPORT_SECRET; or name another database."
        return Check(NAME, Verdict.FAILED, what, mend)
    if found != wanted and is_mariadb(engine):
        what = f"{place} holds the store of an earlier release (schema {found})"
        mend = (
            "Stop the worker, copy the database with mariadb-dump, and say "
            "`peer-support init --copied` afterwards: setup leaves it as it is."
        )
        return Check(NAME, Verdict.NOT_TRIED, what, mend)
    if found != wanted:
        what = f"{place} holds the store of an earlier release; a copy of it is made first"
        return Check(NAME, Verdict.PASSED, what)
    return Check(NAME, Verdict.PASSED, f"{place} holds a store of this release already")
