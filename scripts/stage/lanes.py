"""Commands side by side: what each has said comes in one piece, and a line tells what is left."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

PROGRESS = "PEER_SUPPORT_TEST_PROGRESS"
LOOK_EVERY = 0.2
TOLD_EVERY = 30.0
"""Seconds between two lines where there is no terminal."""
ENDS_WITHIN = 60.0
"""Seconds that a command has to take down what it has put up, once somebody has stopped it."""
MINUTE = 60


@dataclass(frozen=True)
class Command:
    """One command: what it is called for people, and where and how it is run."""

    called: str
    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def __str__(self) -> str:
        """Return it as one would type it."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Far:
    """How far a command is that tells so; `left` are seconds."""

    total: int = 0
    ended: int = 0
    failed: tuple[str, ...] = ()
    left: float | None = None


class Running:
    """A command that runs, and what it says."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command = command
        self._folder = folder
        self._said: IO[bytes] = (folder / "said").open("wb")
        self._told = 0
        # Its lines come in one piece later, so that two at a time can be read.
        self._process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env={**command.environment, PROGRESS: str(folder / "progress")},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )

    def code(self) -> int | None:
        """Return its exit code; None while it runs."""
        return self._process.poll()

    def said(self) -> str:
        """Return all that it has said so far."""
        return (self._folder / "said").read_text(encoding="utf-8", errors="replace")

    def far(self) -> Far:
        """Return how far it says it is."""
        try:
            state: dict[str, Any] = json.loads((self._folder / "progress").read_text("utf-8"))
        except FileNotFoundError:
            return Far()
        return Far(state["total"], state["ended"], tuple(state["failed"]), state["left"])

    def new_failures(self) -> tuple[str, ...]:
        """Return the tests that have failed since this was asked last."""
        failed = self.far().failed
        new, self._told = failed[self._told :], len(failed)
        return new

    def took(self) -> dict[str, float]:
        """Return the seconds that each file of tests took."""
        file = self._folder / "progress.seconds.json"
        return json.loads(file.read_text("utf-8")) if file.exists() else {}

    def close(self) -> None:
        """Let it end: Ctrl-C has reached it too, and it takes down what it has put up."""
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def line(running: Iterable[tuple[str, Far]], waiting: Sequence[str]) -> str:
    """Say in one line what is left."""
    parts, lefts = [], []
    for called, far in running:
        part = called
        if far.total:
            part += f" {far.total - far.ended} of {far.total} left"
        if far.failed:
            part += f", {len(far.failed)} failed"
        parts.append(part)
        lefts.append(far.left)
    if waiting:
        parts.append(f"then {', '.join(waiting)}")
    known = [left for left in lefts if left is not None]
    if known and any(known):
        # Those that wait are short, but nobody has said how short.
        parts.append(f"{'more than' if waiting else 'about'} {_span(max(known))}")
    return " · ".join(parts)


def _span(seconds: float) -> str:
    return f"{round(seconds / MINUTE)} min" if seconds >= 1.5 * MINUTE else f"{round(seconds)} s"


class Teller:
    """Says the line: over itself on a terminal, each half minute elsewhere."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._over = out.isatty()
        self._next = time.monotonic() + (0 if self._over else TOLD_EVERY)

    def say(self, text: str) -> None:
        """Say how it stands, where it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (1 if self._over else TOLD_EVERY)
        if self._over:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{text[:width]}", end="", file=self._out, flush=True)
        else:
            print(text, file=self._out, flush=True)

    def tell(self, text: str) -> None:
        """Say something that stays."""
        clear = "\r\x1b[K" if self._over else ""
        print(f"{clear}{text}", file=self._out, flush=True)


def run(lanes: Sequence[Sequence[Command]], took: Path, out: IO[str] = sys.stdout) -> list[Command]:
    """Run lanes beside each other, each command by command; return the commands that failed.

    The seconds that each file of tests took go to the file `took`.
    """
    teller = Teller(out)
    failed: list[Command] = []
    seconds: dict[str, float] = {}
    waiting = [deque(lane) for lane in lanes]
    running: dict[int, Running] = {}
    with TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        number = 0
        while running or any(waiting):
            for lane, commands in enumerate(waiting):
                if lane not in running and commands:
                    folder = Path(place, str(number))
                    folder.mkdir()
                    number += 1
                    running[lane] = Running(commands.popleft(), folder)
                    stack.callback(running[lane].close)
            for lane, one in list(running.items()):
                for test in one.new_failures():
                    teller.tell(f"FAILED {test}")
                if (code := one.code()) is None:
                    continue
                del running[lane]
                teller.tell(f"\n$ {one.command}\n{one.said()}".rstrip())
                seconds |= one.took()
                if code != 0:
                    failed.append(one.command)
            left = [command.called for commands in waiting for command in commands]
            if running:
                far = [(one.command.called, one.far()) for one in running.values()]
                teller.say(line(far, list(dict.fromkeys(left))))
            time.sleep(LOOK_EVERY)
    if seconds:
        took.parent.mkdir(exist_ok=True)
        took.write_text(json.dumps(seconds, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return failed
