"""What this process keeps from others on its machine: its memory, and secrets from its environment.

Whoever has the same account, as every job of a tool on Toolforge has, may otherwise read both in
`/proc`, and a crash may leave them in a file (man pages core(5), proc(5), prctl(2)).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections import ChainMap
from collections.abc import Iterable, MutableMapping

from bot.config_place import (
    ACCOUNT_PASSWORD_VARIABLE,
    DATABASE_VARIABLE,
    SECRET_VARIABLE,
    SETTINGS_VARIABLE,
)
from bot.toolsdb_account import PASSWORD as TOOLSDB_PASSWORD_VARIABLE

SECRETS = (
    SECRET_VARIABLE,
    SETTINGS_VARIABLE,
    DATABASE_VARIABLE,
    ACCOUNT_PASSWORD_VARIABLE,
    TOOLSDB_PASSWORD_VARIABLE,
)
"""The variables whose values nobody else may read."""
_PR_SET_DUMPABLE = 4  # of linux/prctl.h

_taken: dict[str, str] = {}


def close_memory() -> None:
    """Let no crash leave a core file, and let no other process of this account read this one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def take(names: Iterable[str] = SECRETS) -> None:
    """Take variables out of the environment, which `/proc` shows and each child inherits.

    `variables` has them still.
    """
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_void_p
    for name in names:
        value = os.environ.get(name)
        if value is None:
            continue
        _taken[name] = value
        # Removed alone, it would still stand where the system put it when the process began.
        if place := libc.getenv(os.fsencode(name)):
            ctypes.memset(place, 0, len(os.fsencode(value)))
        del os.environ[name]


def variables() -> MutableMapping[str, str]:
    """Return the environment with what was taken out of it; what is set goes into it."""
    return ChainMap(os.environ, _taken)
