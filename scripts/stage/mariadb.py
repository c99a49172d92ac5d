"""A MariaDB of one's own: a server in a folder, without network, that ends with its use."""

from __future__ import annotations

import gc
import getpass
import itertools
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# Debian keeps the server where only administrators look for programs.
_WHERE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STARTS_WITHIN = 60
# What is written reaches the kernel, so that it outlives a killed server; the disk may lag behind.
# Only a power cut of the whole machine could take it back, and nobody tries one.
_LAGGING = (
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
)


def program(name: str) -> str | None:
    """Find one of MariaDB's programs."""
    return shutil.which(name, path=_WHERE)


@dataclass
class Server:
    """A running server, and the databases made in it so far."""

    socket: Path
    process: subprocess.Popen[bytes]
    command: list[str]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """Make an empty database and give its address, as in the configuration."""
        name = f"peer_support_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return f"mariadb+pymysql://{getpass.getuser()}@localhost/{name}?unix_socket={self.socket}"

    def new_database_of_a_tool(self) -> str:
        """Make one as a tool has it: with an account that read-only times hold for."""
        url = self.new_database()
        name = url.partition("@localhost/")[2].partition("?")[0]
        self.do("CREATE USER IF NOT EXISTS tool@localhost IDENTIFIED BY 'secret'")
        self.do(f"GRANT ALL ON {name}.* TO tool@localhost")
        return f"mariadb+pymysql://tool:secret@localhost/{name}?unix_socket={self.socket}"

    def do(self, statement: str) -> str:
        """Do something as its administrator, and give what it answers, a row a line."""
        client = [program("mariadb") or "mariadb", "--no-defaults", f"--socket={self.socket}"]
        user = f"--user={getpass.getuser()}"
        command = [*client, user, "--skip-column-names", f"--execute={statement}"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def cut_everybody_off(self) -> None:
        """End every connection, as a proxy or a fail-over does."""
        others = "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
        for one in self.do(f"{others} AND user IN ('{getpass.getuser()}', 'tool')").split():
            self.do(f"KILL {one}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """Start it anew on the same data."""
        self.process = _start(self.command)
        _wait(self)


@contextmanager
def out_of_reach() -> Iterator[None]:
    """Let nobody be told of the sockets that find no server: PyMySQL never closes those.

    Without this the collector comes upon them in the middle of some other test.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@contextmanager
def server(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """Start a server whose data lie in a folder; it ends with the block.

    It waits for the disk, as one in use does, only where it is to be durable.
    """
    install, daemon = program("mariadb-install-db"), program("mariadbd")
    if install is None or daemon is None:
        message = "MariaDB is not installed: `scripts/test` does that (mariadb-server)."
        raise RuntimeError(message)
    data, user = folder / "data", f"--user={getpass.getuser()}"
    subprocess.run(
        [
            install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=socket",
            f"--auth-root-socket-user={getpass.getuser()}",
            "--skip-test-db",
            user,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command = [
        daemon,
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={folder / 'socket'}",
        f"--log-error={folder / 'log'}",
        "--skip-networking",
        "--innodb-buffer-pool-size=64M",
        *(() if durable else _LAGGING),
        user,
    ]
    running = Server(folder / "socket", _start(command), command)
    try:
        _wait(running)
        yield running
    finally:
        running.process.terminate()
        running.process.wait()


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(running: Server) -> None:
    end = time.monotonic() + STARTS_WITHIN
    admin = program("mariadb-admin") or "mariadb-admin"
    user = f"--user={getpass.getuser()}"
    ping = [admin, "--no-defaults", f"--socket={running.socket}", user, "ping"]
    while subprocess.run(ping, check=False, capture_output=True).returncode:
        if running.process.poll() is not None or time.monotonic() > end:
            log = running.socket.with_name("log")  # its folder goes with it
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            message = f"MariaDB did not start:\n{said}"
            raise RuntimeError(message)
        time.sleep(0.1)
