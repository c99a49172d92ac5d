"""Worker and desk as on Toolforge: no home, nothing to write to, 512 MiB, half a CPU, MariaDB."""

from __future__ import annotations

import ast
import base64
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from stage.container import GRACE, MEMORY, Container, Group, Inside, group
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.mariadb import server
from stage.network import CONFIGURATION, ROSTER, free_port
from stage.sandbox import Sandbox
from tests.conftest import People

SECONDS = 90
"""Longer than elsewhere: half a CPU starts slowly."""
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Hosted:
    """A network whose programs run in containers, with all they know from the environment."""

    container: Container
    folder: Path
    desk_port: int

    def run(self, *words: str) -> str:
        """Run a command that goes well, and give what it says."""
        done = self.container.run("peer-support", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *words: str) -> Inside:
        """Start a program that goes on."""
        return self.container.start("peer-support", *words, log=self.folder / f"{words[0]}.log")


def _environment(sandbox: Sandbox, database: str, desk_port: int) -> dict[str, str]:
    log_ins = (sandbox.pywikibot_dir / "user-password.py").read_text(encoding="utf-8")
    call = ast.parse(log_ins.splitlines()[0], mode="eval").body
    assert isinstance(call, ast.Tuple)
    account, password = call.elts
    assert isinstance(password, ast.Call)
    name, (label, secret) = ast.literal_eval(account), map(ast.literal_eval, password.args)
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    return {
        "PEER_SUPPORT_SETTINGS": CONFIGURATION.format(desk_port=desk_port),
        "PEER_SUPPORT_DATABASE": database,
        "PEER_SUPPORT_SECRET": key,
        "PEER_SUPPORT_WIKI": str(sandbox.facts["api"]),
        "PEER_SUPPORT_ACCOUNT": f"{name}@{label}",
        "PEER_SUPPORT_ACCOUNT_PASSWORD": secret,
    }


@pytest.fixture
def bounds() -> Iterator[Group]:
    """Give the bounds of a container."""
    with group(f"peer-support-{os.getpid()}") as made:
        yield made


@pytest.fixture
def hosted(sandbox: Sandbox, bounds: Group, tmp_path: Path) -> Iterator[Hosted]:
    """Set a network up with nothing but an environment, on a MariaDB of its own."""
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    with TemporaryDirectory() as folder, server(Path(folder)) as mariadb:
        port = free_port()
        environ = _environment(sandbox, mariadb.new_database(), port)
        seen = (Path(folder), tmp_path)
        yield Hosted(Container(bounds, environ, seen), tmp_path, port)


def test_a_case_runs_through_and_both_end_in_order(
    hosted: Hosted, bounds: Group, people: People, mailbox: Mailbox
) -> None:
    """From an empty database to a closed case; then SIGTERM, and both end well within 30 s."""
    hosted.run("init")
    hosted.run("roster", "import", str(hosted.folder / "roster.yaml"))
    assert hosted.container.run("peer-support", "health").returncode == 1, "nobody works yet"
    hosted.run("once")
    worker, desk = hosted.start("run"), hosted.start("desk", "--port", str(hosted.desk_port))
    try:
        people.ask("Rosa", languages=["de"], message="MARKER-story")
        offer = Visitor(mailbox.wait_for_link("Salma", "offer", seconds=SECONDS))
        offer.press("accept")
        case = Visitor(mailbox.wait_for_link("Salma", "case", seconds=SECONDS)).press("open")
        assert "MARKER-story" in case.press("take").text
        case.press("close")
        assert hosted.run("health") == "at work\n"
        assert '"closed": 1' in hosted.run("status", "--json")
    finally:
        ends = [worker.stop(), desk.stop()]
    for code, seconds in ends:
        assert (code, seconds < GRACE) == (0, True)
    assert bounds.killed == 0, "512 MiB were too little"
    assert bounds.most <= MEMORY
    said = "".join(file.read_text() for file in hosted.folder.glob("*.log"))
    assert "MARKER" not in said
    assert "Read-only" not in said


@pytest.mark.parametrize(
    "file", ["/usr/lib/x", "/var/x", "/home/x", "/root/x", "/nonexistent/x", "/etc/x"]
)
def test_the_container_is_one(bounds: Group, file: str) -> None:
    """What imitates it really keeps a program from writing; only /tmp is its own."""
    container = Container(bounds, {}, ())
    assert container.run("/bin/sh", "-c", f"echo x > {file}").returncode != 0
    own = Path(tempfile.gettempdir()) / secrets.token_hex(8)
    assert container.run("/bin/sh", "-c", f"echo x > /tmp/{own.name}").returncode == 0
    assert not own.exists(), "it was the container's, and has gone with it"


def test_its_memory_is_bounded(bounds: Group) -> None:
    """A program that wants more than 512 MiB is killed, so that the bound means something."""
    wants = "x = bytearray(700 * 1024 * 1024); print(len(x))"
    done = Container(bounds, {}, ()).run("python3", "-c", wants)
    assert done.returncode != 0
    assert bounds.killed > 0
