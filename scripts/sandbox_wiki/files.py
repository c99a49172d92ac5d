"""Writing so that a crash leaves either the old or the new, and one writer at a time."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

PRIVATE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w") as out:
        out.write(text)
    fresh.replace(path)


def copy_folder(source: Path, target: Path) -> None:
    """Put a copy of a folder in place of another; half a copy never bears the target's name."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def empty_folder(folder: Path) -> None:
    """Leave an empty folder where there may have been a full one or none."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)


@contextlib.contextmanager
def alone(lock: Path, about: str) -> Iterator[None]:
    """Wait until nobody else holds the lock; the kernel frees it even when its holder crashes."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting: another scripts/sandbox is busy with {about}.", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        # A program at work for us (machine.run) holds the lock too: if we are killed, whoever comes
        # next waits until it has ended.
        os.set_inheritable(held.fileno(), True)
        yield
