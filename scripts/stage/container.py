"""A container as Toolforge gives one, imitated: nothing to write to, little memory, half a CPU.

The root is read-only, there is no home, and only /tmp can be written, which goes with the process;
of the environment, only what is handed in is there. Memory and CPU are bounded by a control group,
of version 1 or 2; bubblewrap does the rest. Both need root.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stage.sandbox import ROOT

MEBIBYTE = 1024 * 1024
MEMORY = 512 * MEBIBYTE
PERIOD = 100_000  # microseconds
QUOTA = PERIOD // 2
GRACE = 30
"""Seconds from SIGTERM until a container is killed."""
_GROUPS = Path("/sys/fs/cgroup")
_NOTHING = subprocess.DEVNULL


class NoContainerError(Exception):
    """This machine can not bound a process as asked."""


@dataclass(frozen=True)
class Group:
    """A control group: its folders, and the files that hold what is asked."""

    memory: Path
    cpu: Path
    peak: str
    events: str

    def enter(self) -> list[str]:
        """Give the shell's commands by which it enters the group itself."""
        return [f"echo $$ > {folder}/cgroup.procs" for folder in sorted({self.memory, self.cpu})]

    @property
    def most(self) -> int:
        """The most memory that was in use at once, in bytes: files that were read are in it."""
        return int((self.memory / self.peak).read_text())

    @property
    def killed(self) -> int:
        """How many processes were killed because the memory did not do."""
        lines = dict(line.split() for line in (self.memory / self.events).read_text().splitlines())
        return int(lines.get("oom_kill", 0))


@contextmanager
def group(name: str) -> Iterator[Group]:
    """Make a control group with a container's bounds; it goes when all in it has ended."""
    made = _version_2(name) if (_GROUPS / "cgroup.controllers").exists() else _version_1(name)
    try:
        yield made
    finally:
        for folder in {made.memory, made.cpu}:
            _remove(folder)


def _version_1(name: str) -> Group:
    memory, cpu = _GROUPS / "memory" / name, _GROUPS / "cpu" / name
    try:
        memory.mkdir()
        cpu.mkdir()
        (memory / "memory.limit_in_bytes").write_text(str(MEMORY))
        (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
        (cpu / "cpu.cfs_quota_us").write_text(str(QUOTA))
    except OSError as error:
        raise _can_not(error) from None
    return Group(memory, cpu, "memory.max_usage_in_bytes", "memory.oom_control")


def _version_2(name: str) -> Group:
    folder = _GROUPS / name
    try:
        folder.mkdir()
        (folder / "memory.max").write_text(str(MEMORY))
        (folder / "cpu.max").write_text(f"{QUOTA} {PERIOD}")
    except OSError as error:
        raise _can_not(error) from None
    return Group(folder, folder, "memory.peak", "memory.events")


def _can_not(error: OSError) -> NoContainerError:
    return NoContainerError(f"control groups can not be made here (root?): {error.strerror}")


def _remove(folder: Path) -> None:
    for _ in range(50):
        try:
            folder.rmdir()
        except OSError:  # its last process is not quite gone
            time.sleep(0.1)
        else:
            return


@dataclass(frozen=True)
class Container:
    """What can be started inside: what is handed in, and what can be read beside the root."""

    bounds: Group
    environ: Mapping[str, str]
    seen: Sequence[Path]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._command(words), check=False, capture_output=True, text=True, stdin=_NOTHING
        )

    def start(self, *words: str, log: Path) -> Inside:
        """Start a program that goes on."""
        with log.open("ab") as said:
            command = self._command(words)
            started = subprocess.Popen(command, stdout=said, stderr=said, stdin=_NOTHING)
        return Inside(started)

    def _command(self, words: Sequence[str]) -> list[str]:
        bubblewrap = shutil.which("bwrap")
        if bubblewrap is None:
            raise NoContainerError("bubblewrap is not installed: scripts/test does that")
        programs = Path(sys.executable).parent
        inside = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": "/nonexistent"} | dict(self.environ)
        # The sources and Python itself may lie in somebody's home.
        seen = [ROOT, Path(sys.base_prefix), *self.seen]
        hidden = ("/tmp", "/home", "/root")  # noqa: S108 - the container's own
        options = [
            *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
            *(word for path in hidden for word in ("--tmpfs", path)),
            *(word for path in seen for word in ("--ro-bind", str(path), str(path))),
            *("--remount-ro", "/home", "--remount-ro", "/root"),
            *("--unshare-pid", "--as-pid-1", "--die-with-parent", "--clearenv"),
            *(word for name, value in inside.items() for word in ("--setenv", name, value)),
            *("--chdir", "/"),
        ]
        enter = "; ".join([*self.bounds.enter(), 'exec "$@"'])
        return ["/bin/sh", "-c", enter, "sh", bubblewrap, *options, *words]


@dataclass(frozen=True)
class Inside:
    """A program that runs inside."""

    process: subprocess.Popen[bytes]

    def stop(self) -> tuple[int, float]:
        """Ask it to end as a cluster does; give its exit code and the seconds that it took.

        Raises `subprocess.TimeoutExpired` when it has to be killed.
        """
        begun = time.monotonic()
        os.kill(self._program(), signal.SIGTERM)
        try:
            code = self.process.wait(GRACE)
        finally:
            self.process.kill()
            self.process.wait()
        return code, time.monotonic() - begun

    def _program(self) -> int:
        """Find the program: bubblewrap stays outside as its parent, and would not pass it on."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0])
