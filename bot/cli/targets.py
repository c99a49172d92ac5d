"""Files and folders that a command writes: looked at before anything is done for them."""

from __future__ import annotations

import os
from pathlib import Path

from bot.problems import InputError, Problem

_OTHER = "Name another one, or let this account write there."


def be_makeable(file: Path) -> None:
    """Refuse a file that is there already, or that cannot be made."""
    if os.path.lexists(file):
        raise InputError(
            [Problem(str(file), "This file is there already.", "Name one that is not.")]
        )
    be_writable(file)


def be_writable(file: Path) -> None:
    """Refuse a file that cannot be written, or is in no folder that is there."""
    folder = file.absolute().parent
    if not folder.is_dir():
        what = f"There is no folder {folder} in which it could be."
        raise InputError([Problem(str(file), what, "Make that folder, or name another one.")])
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise InputError([Problem(str(file), "This account may not write it.", _OTHER)])


def be_folder(folder: Path) -> None:
    """Refuse a folder that could neither be made nor written into."""
    whole = folder.absolute()
    there = next(one for one in (whole, *whole.parents) if os.path.lexists(one))
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = f"Nothing can be written there: {there} is no folder that this account may write to."
        raise InputError([Problem(str(folder), what, _OTHER)])
