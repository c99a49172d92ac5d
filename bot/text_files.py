"""Reading a file that a person wrote: whole, as UTF-8, and within what such a file can be."""

from __future__ import annotations

from pathlib import Path

from bot.problems import InputError, Problem

MOST_BYTES = 4_000_000
"""Far more than a roster of thousands; a device, or a backup named by mistake, has no end."""


def read_text(file: Path, place: str = "") -> str:
    """Return what a file says; raise InputError, at this place or at the file, where it cannot."""
    it = f"The file {file}" if place else "This file"
    try:
        with file.open("rb") as opened:
            found = opened.read(MOST_BYTES + 1)
        if len(found) <= MOST_BYTES:
            return found.decode("utf-8")
        what = f"{it} is larger than {MOST_BYTES // 1_000_000} MB."
        mend = "Look whether it is the right one."
    except UnicodeDecodeError:
        what, mend = f"{it} is not UTF-8 text.", "Save it as UTF-8."
    except OSError as error:
        what = f"{it} cannot be read: {error.strerror}."
        mend = "Check that it is a file, and that this account may read it."
    raise InputError([Problem(place or str(file), what, mend)])
