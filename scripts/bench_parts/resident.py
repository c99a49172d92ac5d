"""How much memory processes hold, as the system says it."""

from __future__ import annotations

import re
from pathlib import Path

_NAMES = ("VmRSS", "VmHWM")


def megabytes(pid: int) -> tuple[float, float]:
    """Read how much memory a process holds now, and held at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    now, peak = (re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE) for name in _NAMES)
    if now is None or peak is None:
        raise RuntimeError("this system does not say how much memory a process holds")
    return int(now[1]) / 1000, int(peak[1]) / 1000


def megabytes_together(pid: int) -> float:
    """Read how much a process and its children hold; what they share counts once."""
    pids = [pid, *_children(pid)]
    shares = (Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii") for one in pids)
    return sum(int(found[1]) for found in map(_SHARE.search, shares) if found) / 1000


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
