"""One worker at a time: a lock that is gone with the process."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from bot.store.engine import database_file
from bot.store.mariadb import named_lock


@contextmanager
def sole_worker(engine: Engine, while_waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the worker's lock; while another worker has it, say so once and wait."""
    path = database_file(engine)
    if path is None:
        with named_lock(engine, "worker", while_waiting):
            yield
        return
    with path.with_name(path.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            while_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
