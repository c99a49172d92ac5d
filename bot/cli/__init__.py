"""The commands of `peer-support`."""

from __future__ import annotations

import os
import sys


def start() -> None:
    """Run the command that was called; exit codes are those of DESIGN, "Commands".

    A health check is answered before anything is loaded: it runs every ten seconds, for ever.
    """
    if sys.argv[-1] == "health":
        from bot.cli import quick_health  # noqa: PLC0415
        from bot.clock import clock  # noqa: PLC0415

        code = quick_health.answer(sys.argv[1:], os.environ, clock())
        if code is not None:
            sys.exit(code)
    from bot import private  # noqa: PLC0415

    private.close_memory()
    private.take()
    from bot.cli.main import main as carry_out  # noqa: PLC0415

    carry_out()


main = start
"""The program's entry point; once the module `bot.cli.main` is loaded, this name is that module."""

__all__ = ["main", "start"]
