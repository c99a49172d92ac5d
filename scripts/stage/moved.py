"""`peer-support` as it is, in a process whose clock goes by a file (see `stage.pace`).

`python -m stage.moved FILE COMMAND …`: what the system counts by itself, such as waiting for an
answer, goes on in real seconds; what the worker's scheduler waits for goes by the clock.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

# It would load pytest where that is installed: 7 MB that are not the program's.
sys.modules["pytest"] = None  # type: ignore[assignment]
import time_machine  # noqa: E402
from apscheduler.schedulers import background  # noqa: E402

from bot.cli.main import main  # noqa: E402
from stage.pace import Pace  # noqa: E402

STEP = 0.05
"""Real seconds between two looks at the file."""


class _Waits(threading.Event):
    """Waits seconds of the moved clock, also when that is put forward meanwhile."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, or so many seconds have passed."""
        if timeout is None:
            return super().wait()
        end = time.time() + timeout
        while (left := end - time.time()) > 0:
            if super().wait(min(left, STEP)):
                return True
        return self.is_set()


def go_by(file: Path) -> None:
    """Move this process's clock, and that of each process that it forks."""
    traveller = time_machine.travel(_at(file, time.time()), tick=True).start()

    def follow() -> None:
        while True:
            time.sleep(STEP)
            traveller.move_to(_at(file, time_machine.escape_hatch.time.time()))

    def begin() -> None:
        threading.Thread(target=follow, daemon=True).start()

    begin()
    os.register_at_fork(after_in_child=begin)
    background.Event = _Waits


def _at(file: Path, real: float) -> datetime:
    return datetime.fromtimestamp(Pace.read(file).now(real), UTC)


if __name__ == "__main__":
    go_by(Path(sys.argv[1]))
    sys.argv = ["peer-support", *sys.argv[2:]]
    main()
