"""One worker leads: a lock that is gone with the process, and a term that outlives it.

The lock keeps a second worker waiting. It can be lost while its holder lives (a fail-over of the
database, a host cut off), so each leader also begins a term, and a transaction of an earlier one
is refused by the store itself: whoever comes back from the dead changes nothing.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from bot.store.engine import database_file
from bot.store.mariadb import WRITER, LockTakenError, named_lock
from bot.store.store import Store, get_setting, put_setting

_OWN = 0o600
Held = Callable[[], bool]
"""Says whether the lock is still ours, as far as we know."""


@contextmanager
def sole_worker(engine: Engine, while_waiting: Callable[[], None] | None = None) -> Iterator[Held]:
    """Hold the worker's lock; while another worker has it, say so once and wait.

    Without anything to say it does not wait: then it raises `LockTakenError` at once.
    """
    path = database_file(engine)
    if path is None:
        patience = 0 if while_waiting is None else None
        with named_lock(engine, "worker", while_waiting, patience) as held:
            yield held
        return
    path = path.resolve()  # one database, one lock, whatever link leads to it
    with _own_file(path.with_name(path.name + ".lock")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if while_waiting is None:
                raise LockTakenError from None
            while_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        # Somebody who deletes the file lets a second worker in.
        yield lambda: os.fstat(file.fileno()).st_nlink > 0


def _own_file(path: Path) -> IO[bytes]:
    """Open a file that only this account can open: whoever else could, could hold the lock."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWN), "r+b")
    try:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) != _OWN:
            os.fchmod(file.fileno(), _OWN)
    except BaseException:
        file.close()
        raise
    return file


@contextmanager
def leading(store: Store, while_waiting: Callable[[], None] | None = None) -> Iterator[Held]:
    """Take the lock as `sole_worker` does, and begin a new term.

    From here on, no earlier leader changes anything.
    """
    with sole_worker(store.engine, while_waiting) as held:
        store.term = None
        with store.write() as tx:
            term = str(int(get_setting(tx, WRITER) or 0) + 1)
            put_setting(tx, WRITER, term)
        store.term = term
        try:
            yield held
        finally:
            store.term = None


__all__ = ["Held", "LockTakenError", "leading", "sole_worker"]
