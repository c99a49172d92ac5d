"""Finding Pywikibot's `user-config.py` before Pywikibot does, which says little or nothing.

Without one, Pywikibot works on a wiki of its own choice; one that others may write it passes over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from traceback import walk_tb

from bot.problems import InputError, Problem

NAME = "user-config.py"
VARIABLE = "PYWIKIBOT_DIR"
_MEND = (
    "Run `peer-support setup`, or copy user-config.py.example to user-config.py and fill it in. It "
    "is looked for in the folder that PYWIKIBOT_DIR names; without that, where the program is "
    "started."
)


def find(environ: Mapping[str, str], here: Path, home: Path) -> Path:
    """Give the file that Pywikibot will read, or raise `InputError`."""
    named = environ.get(VARIABLE)
    folders = [Path(named)] if named else [here, home / ".pywikibot"]
    for folder in folders:
        file = folder / NAME
        if file.is_file():
            _be_sound(file)
            return file
    what = f"There is no {NAME} here" + (f", where {VARIABLE} points." if named else ".")
    raise InputError([Problem(str(folders[0] / NAME), what, _MEND)])


def private_files(file: Path) -> list[Path]:
    """List the files beside it that hold, or can hold, a password or a session."""
    found = [*file.parent.glob("user-*.py"), *file.parent.glob("pywikibot*.lwp")]
    return sorted(one for one in found if one.is_file())


def blamed(error: Exception, file: Path) -> Problem | None:
    """Say which line of it raised an error while Pywikibot ran it; None where another did."""
    lines = [
        number
        for frame, number in walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).name == file.name
    ]
    if not lines:
        return None
    what = f"This line cannot be carried out ({type(error).__name__})."
    return Problem(f"{file}:{lines[-1]}", what, "Compare it with user-config.py.example.")


def ended(file: Path) -> Problem:
    """Say that Pywikibot ended the program when it read this file."""
    what = "Pywikibot does not work with these settings and ended the program."
    mend = (
        "Take out what lets others read its files (`private_files_permission`, "
        "`private_folder_permission`), and compare the rest with user-config.py.example."
    )
    return Problem(str(file), what, mend)


def _be_sound(file: Path) -> None:
    try:
        about = file.stat()
        text = file.read_bytes()
    except OSError as error:
        what = f"It cannot be read ({error.strerror})."
        mend = "Let the account that runs the bot read this file, and nobody else."
        raise InputError([Problem(str(file), what, mend)]) from None
    problems = []
    if about.st_uid not in {os.getuid(), 0}:
        what = "It belongs to another account of this machine, so Pywikibot does not trust it."
        problems.append(Problem(str(file), what, f"chown it to the account that runs this: {file}"))
    if about.st_mode & stat.S_IWOTH:
        what = "Everybody on this machine can write it, so Pywikibot does not trust it."
        problems.append(Problem(str(file), what, f"chmod 600 {file}"))
    try:
        compile(text, str(file), "exec")
    except SyntaxError as error:
        what = "Python does not understand this line, or the one before it."
        mend = "Compare it with user-config.py.example."
        problems.append(Problem(f"{file}:{error.lineno or 1}", what, mend))
    except ValueError:
        problems.append(Problem(str(file), "This is not a text file.", _MEND))
    if problems:
        raise InputError(problems)
