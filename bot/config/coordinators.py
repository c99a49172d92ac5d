"""The coordinators as the configuration names them now, not as it did when the process began."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from bot.config.reader import load
from bot.problems import InputError

Coordinators: TypeAlias = Callable[[], tuple[str, ...]]
"""Returns the names of whoever coordinates now."""

_log = logging.getLogger("peer-support")


class CoordinatorsInFile:
    """Reads the configuration again once its file has changed; nothing else of it is taken up.

    Whoever is taken off the list has nothing to look for at the desk from then on, and hears
    nothing more, whether or not anybody restarts it. A file that cannot be used, as while it is
    being edited, changes nothing: it is told once, and read again when it changes.
    """

    def __init__(
        self, names: tuple[str, ...], config_file: Path, environ: Mapping[str, str]
    ) -> None:
        self._names = names
        self._file = config_file
        self._environ = environ
        self._read = self._seen()

    def __call__(self) -> tuple[str, ...]:
        """Return the names of whoever coordinates now."""
        seen = self._seen()
        if seen != self._read:
            self._read = seen
            try:
                self._names = load(self._file, self._environ).coordinators
            except InputError:
                _log.warning("the configuration has changed and cannot be used: see `check`")
        return self._names

    def _seen(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
