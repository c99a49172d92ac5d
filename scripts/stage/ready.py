"""Commands begun by a fork: the libraries are loaded once, for tests that run hundreds of commands.

Each is a process of its own, with its own environment and folder, and ends as it always does. Only
what it would load first is there already, which is most of the time that a short one takes.
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parents[2]
# Nothing that reads the environment as it is loaded: Pywikibot asks there for its wiki.
LOADED = (
    "bot.cli.main",
    "bot.app",
    "bot.checks.run",
    "bot.desk.server",
    "bot.setup.dialogue",
    "requests",
    "mwparserfromhell",
    "babel.dates",
    "alembic.command",
    "apscheduler.executors.pool",
    "apscheduler.schedulers.background",
    "sqlalchemy.dialects.mysql.pymysql",
    "sqlalchemy.dialects.sqlite",
    "sandbox_wiki.commands",
)

# And what reads the environment, for the commands that all have the same.
LOADED_FOR_ONE_WIKI = ("bot.wiki.session", "bot.schedule", "bot.checks.run")
MOST_WARM = 2


@dataclass(frozen=True)
class Asked:
    """A command line, where it runs, and the files that it says what it says into."""

    argv: list[str]
    environment: dict[str, str]
    folder: str
    out: str
    err: str
    sandbox: bool = False
    """Whether it is `scripts/sandbox`, and not one of the bot's commands."""


class Ready:
    """A process in which everything is loaded, and which becomes what it is asked for."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def run(
        self, program: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end, as `subprocess.run` would."""
        return self._run([program, *arguments], environment, folder, sandbox=False)

    def sandbox(self, *arguments: str) -> None:
        """Run a command of `scripts/sandbox`; one that fails raises, with what it said."""
        done = self._run(["scripts/sandbox", *arguments], os.environ, ROOT, sandbox=True)
        if done.returncode != 0:
            message = f"scripts/sandbox {' '.join(arguments)}: {done.stdout}{done.stderr}"
            raise RuntimeError(message)

    def _run(
        self, argv: list[str], environment: Mapping[str, str], folder: Path, *, sandbox: bool
    ) -> subprocess.CompletedProcess[str]:
        with self._one_at_a_time, TemporaryDirectory() as place:
            out, err = Path(place, "out"), Path(place, "err")
            given = (dict(environment), str(folder), str(out), str(err), sandbox)
            code = self._ask(Asked(argv, *given))
            said = (file.read_text(encoding="utf-8") for file in (out, err))
            return subprocess.CompletedProcess(argv, code, *said)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()  # without another line it ends
            self._process = None

    def _ask(self, asked: Asked) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "stage.ready"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'scripts'}"},
                cwd=ROOT,
            )
        print(json.dumps(asdict(asked)), file=self._process.stdin, flush=True)
        for answer in self._process.stdout or ():
            return int(answer)
        message = "the process that commands are forked from has ended"
        raise RuntimeError(message)


@dataclass(frozen=True)
class _Ground:
    """What Pywikibot reads while it is loaded, and by what a change of it is known."""

    folder: str
    environment: tuple[tuple[str, str], ...]
    inode: int
    changed_ns: int


def main() -> None:
    """Load everything, and become each command that a line asks for."""
    for name in LOADED:
        import_module(name)
    if "pywikibot" in sys.modules:
        message = "Pywikibot is loaded too early: each command would speak to the same wiki."
        raise RuntimeError(message)
    # What is here now stays: no command has to look through it, or copy it.
    gc.collect()
    gc.freeze()
    seen: set[_Ground] = set()
    warm: dict[_Ground, _Warm] = {}
    for line in sys.stdin:
        asked = Asked(**json.loads(line))
        ground = _ground(asked)
        if ground in seen and ground not in warm:
            while len(warm) >= MOST_WARM:
                warm.pop(next(iter(warm))).close()
            warm[ground] = _Warm(asked)
        if ground is not None:
            seen.add(ground)
        code = warm[ground].run(line) if ground in warm else None
        print(_forked(asked) if code is None else code, flush=True)
    for one in warm.values():
        one.close()


def _ground(asked: Asked) -> _Ground | None:
    """Return what Pywikibot reads while it is loaded; None where it finds nothing to read."""
    folder = asked.environment.get("PYWIKIBOT_DIR") or asked.folder
    try:
        found = Path(folder, "user-config.py").stat()
    except OSError:
        return None
    environment = tuple(sorted(asked.environment.items()))
    return _Ground(asked.folder, environment, found.st_ino, found.st_mtime_ns)


def _forked(asked: Asked) -> int:
    """Fork a process that becomes a command, and return its exit code."""
    child = os.fork()
    if child == 0:
        _become(asked)
        sys.exit()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class _Warm:
    """A process that has loaded Pywikibot, too: for a network's commands, from the second on."""

    def __init__(self, asked: Asked) -> None:
        ours, theirs = socket.socketpair()
        self._child = os.fork()
        if self._child == 0:
            ours.close()
            _serve(asked, theirs.makefile("rw", encoding="utf-8"))
        theirs.close()
        with ours:
            self._lines = ours.makefile("rw", encoding="utf-8")

    def run(self, line: str) -> int | None:
        """Return the exit code of a command; None where there was nothing to fork it from."""
        try:
            print(line, end="", file=self._lines, flush=True)
            answer = self._lines.readline()
        except ConnectionError:
            return None
        return int(answer) if answer else None

    def close(self) -> None:
        """End it; a later one has inherited its line, so to close that would end nothing."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        with suppress(BrokenPipeError):
            self._lines.close()


def _serve(asked: Asked, lines: IO[str]) -> NoReturn:
    """Load Pywikibot as the command would, and fork each one that is asked for."""
    _stand_in(asked, os.devnull, os.devnull)
    try:
        for name in LOADED_FOR_ONE_WIKI:
            import_module(name)
    except BaseException:  # noqa: BLE001 - the command itself says what is wrong
        os._exit(1)
    gc.collect()
    gc.freeze()
    for line in lines:
        print(_forked(Asked(**json.loads(line))), file=lines, flush=True)
    os._exit(0)


def _stand_in(asked: Asked, out: str, err: str) -> None:
    """Take over environment, folder and command line, and say things where they are wanted."""
    for number, (file, mode) in enumerate([(os.devnull, "r"), (out, "w"), (err, "w")]):
        with Path(file).open(mode) as opened:
            os.dup2(opened.fileno(), number)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    os.chdir(asked.folder)
    sys.argv = asked.argv


def _become(asked: Asked) -> None:
    """Be the command: it ends by itself, through all that has to be done at the end."""
    _stand_in(asked, asked.out, asked.err)
    random.seed()
    if asked.sandbox:
        sys.exit(import_module("sandbox_wiki.commands").main(asked.argv[1:]))
    sys.modules["__main__"].__package__ = None  # click names the program after it
    import_module("bot.cli").start()


if __name__ == "__main__":
    main()
