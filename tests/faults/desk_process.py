"""A desk as a process of its own, whose secret and database stand in its environment."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bot.config_place import DATABASE_VARIABLE, SECRET_VARIABLE
from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store
from stage.network import ROOT, free_port
from tests.fakes.wiki import INTAKE

BYTES = b"\x5e\xc2\xe7" + b"\xa9" * 29
SECRET = base64.urlsafe_b64encode(BYTES).decode().rstrip("=")
MARKER = "MARKER-of-the-database"
COORDINATORS = ("Coral", "Cora")
SECONDS = 30
# Root may look into every process; who attacks has the same account, and not these rights.
_RIGHTS = "--bounding-set=-sys_ptrace,-perfmon,-sys_admin"
WITHOUT_THE_RIGHT = ["setpriv", _RIGHTS, "--"] if os.geteuid() == 0 else []
WITH_CORES = ["sh", "-c", 'ulimit -c "$(ulimit -H -c)" && exec "$@"', "sh"]


@dataclass(frozen=True)
class Ground:
    """What a network's processes find: their folder and their environment."""

    folder: Path
    environment: dict[str, str]

    def coordinated_by(self, *names: str) -> None:
        """Write a configuration with these coordinators."""
        text = f'wiki: {{intake: "{INTAKE}"}}\ncoordinators: [{", ".join(names)}]\n'
        self.config_file.write_text(text, encoding="utf-8")

    @property
    def config_file(self) -> Path:
        """Return where the configuration lies."""
        return self.folder / "config" / "peer-support.yaml"

    @property
    def log(self) -> Path:
        """Return where the process that was begun last writes what it says."""
        return self.folder / "said.txt"

    @property
    def store(self) -> Store:
        """Open the store."""
        return open_store(self.environment[DATABASE_VARIABLE], _KEYRING)


_KEYRING = Keyring(BYTES)


def lay_ground(folder: Path) -> Ground:
    """Make configuration and store of a network."""
    url = f"sqlite:///{folder}/{MARKER}.db"
    ground = Ground(folder, {**os.environ, SECRET_VARIABLE: SECRET, DATABASE_VARIABLE: url})
    ground.config_file.parent.mkdir()
    ground.coordinated_by(*COORDINATORS)
    create_store(url, _KEYRING)
    return ground


@contextmanager
def running(words: list[str], ground: Ground) -> Iterator[int]:
    """Run a program that may leave core files in its folder, and yield its process number."""
    with ground.log.open("wb") as log:
        process = subprocess.Popen(
            [*WITH_CORES, *WITHOUT_THE_RIGHT, *words],
            cwd=ground.folder,
            env=ground.environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class RunningDesk:
    """A desk that answers."""

    process: int
    url: str


@contextmanager
def desk(ground: Ground) -> Iterator[RunningDesk]:
    """Run a desk, and yield it once it answers."""
    port = free_port()
    words = [sys.executable, str(ROOT / "bin" / "peer-support"), "desk", "--port", str(port)]
    with running(words, ground) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(url), ground.log)
        yield RunningDesk(process, url)


def wait_for(is_there: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until something is so; where it does not come, show what was said meanwhile."""
    end = time.monotonic() + SECONDS
    while not is_there():
        assert time.monotonic() < end, log.read_text() if log else "it did not come"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/livez", timeout=SECONDS).ok
    except requests.exceptions.ConnectionError:
        return False
