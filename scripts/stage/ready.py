"""Commands begun by a fork: the libraries are loaded once, for tests that run hundreds of commands.

Each is a process of its own, with its own environment and folder, and ends as it always does. Only
what it would load first is there already, which is most of the time that a short one takes.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

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
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(Asked(**json.loads(line)))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(asked: Asked) -> None:
    """Be the command: it ends by itself, through all that has to be done at the end."""
    for number, (file, mode) in enumerate([(os.devnull, "r"), (asked.out, "w"), (asked.err, "w")]):
        with Path(file).open(mode) as opened:
            os.dup2(opened.fileno(), number)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    random.seed()
    os.chdir(asked.folder)
    sys.argv = asked.argv
    if asked.sandbox:
        sys.exit(import_module("sandbox_wiki.commands").main(asked.argv[1:]))
    sys.modules["__main__"].__package__ = None  # click names the program after it
    import_module("bot.cli").start()


if __name__ == "__main__":
    main()
