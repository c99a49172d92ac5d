"""Writing files that hold what nobody else may read: whole or not at all, and private at once."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600


def put(file: Path, text: str, *, keep_mode: bool = False) -> bool:
    """Let a file hold this text, for its owner alone; False where it did so already.

    The text is written beside it, reaches the disk, and then takes its place. No copy of what was
    there is kept: it could be a password. `keep_mode` leaves the owner and mode that a file has.
    """
    file = file.resolve()  # a link is somebody's choice, and stays
    about = file.stat() if file.exists() else None
    if about is not None and file.read_text("utf-8") == text:
        if not keep_mode and stat.S_IMODE(about.st_mode) & 0o077:
            file.chmod(PRIVATE)
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            if keep_mode and about is not None:
                with suppress(PermissionError):
                    os.fchown(handle, about.st_uid, about.st_gid)
                os.fchmod(handle, stat.S_IMODE(about.st_mode))
            os.fsync(handle)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    _settle(file.parent)
    return True


def _settle(folder: Path) -> None:
    """Let the new name reach the disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
