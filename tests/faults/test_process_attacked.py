"""What others on the machine find of a process of ours: in `/proc`, and in what a crash leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot.config_place import SECRET_VARIABLE
from stage.network import ROOT
from tests.faults.desk_process import (
    MARKER,
    SECRET,
    WITHOUT_THE_RIGHT,
    desk,
    lay_ground,
    running,
    wait_for,
)

OTHER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
TAKES = f"""
import subprocess
from bot import private
private.take()
assert private.variables()[{SECRET_VARIABLE!r}] == {SECRET!r}
subprocess.run(["env"])
"""


def look_into(process: int, name: str) -> bytes:
    """Return what another process of the same account reads in `/proc`; empty where it may not."""
    words = [*WITHOUT_THE_RIGHT, "head", "-c", "100000", f"/proc/{process}/{name}"]
    return subprocess.run(words, capture_output=True, check=False).stdout


def crash(process: int) -> bool:
    """Let a process crash, and return whether the kernel wrote its memory down."""
    os.kill(process, signal.SIGSEGV)
    _, status = os.waitpid(process, 0)
    return os.WCOREDUMP(status)


def test_nobody_reads_the_secrets_of_a_process(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Neither the same account nor root finds them in `/proc`, and no crash writes them down."""
    ground = lay_ground(tmp_path)
    with running(OTHER, ground) as other:
        # Before that it may still be the program that takes away its rights, and has them itself.
        wait_for(lambda: "up" in ground.log.read_text(encoding="utf-8"))
        assert SECRET.encode() in look_into(other, "environ"), "the attack works on no process"
        assert look_into(other, "maps"), "the attack works on no process"
        leaves_a_core = crash(other)
    for core in tmp_path.glob("core*"):
        core.unlink()
    with desk(ground) as ours:
        assert look_into(ours.process, "cmdline"), "the desk is gone"
        for name in ("environ", "maps", "auxv"):
            assert look_into(ours.process, name) == b"", name
        # Root may read what is there; for any other account it is the attack above.
        shown = Path(f"/proc/{ours.process}/environ").read_bytes() if os.geteuid() == 0 else b""
        assert SECRET.encode() not in shown
        assert MARKER.encode() not in shown
        assert not crash(ours.process)
    assert not list(tmp_path.glob("core*"))
    tell(
        "safety row 15: memory and secrets of the desk out of reach of its own account, no core "
        f"(another program left {'one' if leaves_a_core else 'none'})"
    )


def test_a_child_inherits_no_secret(tmp_path: Path) -> None:
    """What was taken out is still there for us, and for nobody whom we start."""
    ground = lay_ground(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", TAKES],
        env=ground.environment | {"PYTHONPATH": str(ROOT), "PEER_SUPPORT_LOG": "INFO"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PEER_SUPPORT_LOG" in done.stdout
    assert SECRET not in done.stdout
    assert MARKER not in done.stdout
