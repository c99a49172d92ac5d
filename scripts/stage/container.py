"""A container as Toolforge gives one, imitated: nothing to write to, little memory, half a CPU.

The root is read-only, there is no home, and only /tmp can be written, which goes with the process;
of the environment, only what is handed in is there. Memory and CPU are bounded by a control group,
of version 1 or 2; bubblewrap does the rest. Where no such group can be made (they need root, and a
machine that lets them be made), what is used is measured instead, and who asks is told.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stage.sandbox import ROOT

MEBIBYTE = 1024 * 1024
MEMORY = 512 * MEBIBYTE
PERIOD = 100_000  # microseconds
QUOTA = PERIOD // 2
GRACE = 15
"""Seconds from SIGTERM until a container is killed."""
_GROUPS = Path("/sys/fs/cgroup")
_NOTHING = subprocess.DEVNULL


class NoContainerError(Exception):
    """This machine cannot bound a process as asked."""


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

    def saw_run(self, most: int) -> None:
        """Pass over what one command took: the system counts them together."""

    def saw_end(self, most: int) -> None:
        """Pass over what a program took that went on."""

    @property
    def most(self) -> int:
        """The most memory that was in use at once, in bytes: files that were read are in it."""
        return int((self.memory / self.peak).read_text())

    @property
    def killed(self) -> int:
        """How many processes were killed because the memory did not do."""
        lines = dict(line.split() for line in (self.memory / self.events).read_text().splitlines())
        return int(lines.get("oom_kill", 0))


@dataclass
class Unbound:
    """No bounds, for this machine makes none (`why`): nothing is killed, what is used is measured.

    Measured is each process at its peak, and those that run at the same time are added up: never
    less than was in use at once.
    """

    why: str
    ran: int = 0
    ended: int = 0
    killed = 0

    def enter(self) -> list[str]:
        """Give nothing that a shell would have to do."""
        return []

    def saw_run(self, most: int) -> None:
        """Keep what the largest command took."""
        self.ran = max(self.ran, most)

    def saw_end(self, most: int) -> None:
        """Add what a program took that went on."""
        self.ended += most

    @property
    def most(self) -> int:
        """The most memory that can have been in use at once, in bytes."""
        return self.ran + self.ended


Bounds: TypeAlias = Group | Unbound


@contextmanager
def bounds(name: str) -> Iterator[Bounds]:
    """Give a container's bounds, for as long as something runs in them; or none, saying why."""
    try:
        made = _version_2(name) if (_GROUPS / "cgroup.controllers").exists() else _version_1(name)
    except NoContainerError as error:
        yield Unbound(str(error))
        return
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
        _without_swap(memory / "memory.memsw.limit_in_bytes", str(MEMORY))
        (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
        (cpu / "cpu.cfs_quota_us").write_text(str(QUOTA))
    except OSError as error:
        raise _can_not(error, memory, cpu) from None
    return Group(memory, cpu, "memory.max_usage_in_bytes", "memory.oom_control")


def _version_2(name: str) -> Group:
    folder = _GROUPS / name
    try:
        (_GROUPS / "cgroup.subtree_control").write_text("+memory +cpu")
        folder.mkdir()
        (folder / "memory.max").write_text(str(MEMORY))
        _without_swap(folder / "memory.swap.max", "0")
        (folder / "cpu.max").write_text(f"{QUOTA} {PERIOD}")
    except OSError as error:
        raise _can_not(error, folder) from None
    return Group(folder, folder, "memory.peak", "memory.events")


def _without_swap(file: Path, bound: str) -> None:
    """Let what is over the bound be killed, not swapped out, where swap is counted at all."""
    if file.exists():
        file.write_text(bound)


def _can_not(error: OSError, *begun: Path) -> NoContainerError:
    for folder in begun:
        with suppress(OSError):  # it may not have come to that
            folder.rmdir()
    return NoContainerError(f"control groups cannot be made here (root?): {error.strerror}")


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
    """What can be started inside: what is handed in, and what can be read beside the root.

    Into `kept` it can write, as into a tool's home that was asked for; it begins in `folder`.
    """

    bounds: Bounds
    environ: Mapping[str, str]
    seen: Sequence[Path]
    kept: Sequence[Path] = ()
    folder: Path = Path("/")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = self._command(words)
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            # Not `subprocess.run`: it does not say how much memory was taken.
            started = subprocess.Popen(command, stdout=out, stderr=err, stdin=_NOTHING)
            _pid, status, used = os.wait4(started.pid, 0)
            started.returncode = os.waitstatus_to_exitcode(status)
            self.bounds.saw_run(used.ru_maxrss * 1024)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, started.returncode, out.read(), err.read())

    def start(self, *words: str, log: Path) -> Inside:
        """Start a program that goes on."""
        with log.open("ab") as said:
            command = self._command(words)
            started = subprocess.Popen(command, stdout=said, stderr=said, stdin=_NOTHING)
        return Inside(started, self.bounds)

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
            *(word for path in self.kept for word in ("--bind", str(path), str(path))),
            *("--remount-ro", "/home", "--remount-ro", "/root"),
            *("--unshare-pid", "--as-pid-1", "--die-with-parent", "--clearenv"),
            *(word for name, value in inside.items() for word in ("--setenv", name, value)),
            *("--chdir", str(self.folder)),
        ]
        enter = "; ".join([*self.bounds.enter(), 'exec "$@"'])
        return ["/bin/sh", "-c", enter, "sh", bubblewrap, *options, *words]


@dataclass(frozen=True)
class Inside:
    """A program that runs inside."""

    process: subprocess.Popen[bytes]
    bounds: Bounds

    def stop(self) -> tuple[int, float]:
        """Ask it to end as a cluster does; give its exit code and the seconds that it took.

        Raises `subprocess.TimeoutExpired` when it has to be killed.
        """
        program = self._program()
        self.bounds.saw_end(sum(map(_peak, [program, *_children(program)])))
        begun = time.monotonic()
        os.kill(program, signal.SIGTERM)
        try:
            code = self.process.wait(GRACE)
        finally:
            self.process.kill()
            self.process.wait()
        return code, time.monotonic() - begun

    def _program(self) -> int:
        """Find the program: bubblewrap stays outside as its parent, and would not pass it on."""
        return _children(self.process.pid)[0]


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak(pid: int) -> int:
    """Give the most that a process held, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
