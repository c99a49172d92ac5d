"""The built image as on Toolforge: no home, nothing to write to, 512 MiB, half a CPU."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from packaging.markers import Marker

from stage import container as containers
from stage.container import GRACE, MEBIBYTE, MEMORY, Bounds, Container, Unbound
from stage.desk import Visitor
from stage.image import Image
from stage.lock import LOCK, pins
from stage.mailbox import Mailbox
from tests.conftest import People

if TYPE_CHECKING:
    from tests.wiki.conftest import Hosted

SECONDS = 90
"""Longer than elsewhere: half a CPU starts slowly."""
LISTED = """
import json
from importlib.metadata import distributions
from packaging.utils import canonicalize_name
print(json.dumps({canonicalize_name(one.name): one.version for one in distributions()}))
"""
TOO_MUCH = "x = bytearray(700 * 1024 * 1024); print(len(x))"
WAITS = "trap 'exit 0' TERM; echo up; sleep 60 & wait"
pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("hosted", ["mariadb", "sqlite"], indirect=True)
def test_a_case_runs_through_and_both_end_in_order(
    hosted: Hosted,
    bounds: Bounds,
    people: People,
    mailbox: Mailbox,
    tell: Callable[[str], None],
) -> None:
    """From an empty database to a closed case; then SIGTERM, and both end well within 15 s."""
    hosted.run("init")
    hosted.run("roster", "import", str(hosted.home / "roster.yaml"))
    assert not hosted.is_healthy(), "nobody works yet"
    hosted.run("once")
    worker, desk = hosted.start("worker"), hosted.start("web")
    try:
        people.ask("Rosa", languages=["de"], message="MARKER-story")
        offer = Visitor(mailbox.wait_for_link("Salma", "offer", seconds=SECONDS))
        offer.press("accept")
        case = Visitor(mailbox.wait_for_link("Salma", "case", seconds=SECONDS)).press("open")
        assert "MARKER-story" in case.press("take").text
        case.press("close")
        assert hosted.is_healthy()
        live = requests.get(f"http://127.0.0.1:{hosted.desk_port}/livez", timeout=SECONDS)
        assert (live.status_code, live.text) == (200, "ok")
        assert '"closed": 1' in hosted.run("status", "--json")
    finally:
        ends = [worker.stop(), desk.stop()]
    for code, seconds in ends:
        assert (code, seconds < GRACE) == (0, True)
    assert bounds.killed == 0, "512 MiB were too little"
    assert bounds.most <= MEMORY
    tell(f"container: all that ran took at most {bounds.most / MEBIBYTE:.0f} of 512 MiB")
    said = "".join(file.read_text() for file in hosted.folder.glob("*.log"))
    assert "MARKER" not in said
    assert "Read-only" not in said


def test_the_image_has_what_is_locked_and_nothing_else(image: Image, bounds: Bounds) -> None:
    """Its dependencies are those of the lock; this package is run from its sources there."""
    container = Container(bounds, image.environ, (image.app, image.layer), folder=image.app)
    listed = container.run("python", "-c", LISTED)
    assert listed.returncode == 0, listed.stderr
    here = [
        pin for pin in pins(LOCK.read_text()) if not pin.marker or Marker(pin.marker).evaluate()
    ]
    assert json.loads(listed.stdout) == {pin.name: pin.version for pin in here}
    said = container.run(image.command, "--version")
    assert said.stdout == f"peer-support, version {version('peer-support')}\n"


def test_setup_shows_values_for_variables(hosted: Hosted) -> None:
    """Where no file can be written: what is so already is said, the settings become one line."""
    said = hosted.run("setup", "--yes")
    settings = said.partition("\nPEER_SUPPORT_SETTINGS\n")[2].partition("\n")[0]
    assert json.loads(settings)["coordinators"] == ["Coral"]
    assert "PEER_SUPPORT_WIKI is so already." in said
    assert "tables made" in " ".join(said.split()), "on MariaDB"
    environ = hosted.container.environ
    for secret in ("PEER_SUPPORT_ACCOUNT_PASSWORD", "PEER_SUPPORT_SECRET"):
        assert environ[secret] not in said


@pytest.mark.parametrize(
    "file", ["/usr/lib/x", "/var/x", "/home/x", "/root/x", "/nonexistent/x", "/etc/x"]
)
def test_the_container_is_one(bounds: Bounds, file: str) -> None:
    """What imitates it really keeps a program from writing; only /tmp is its own."""
    container = Container(bounds, {}, ())
    assert container.run("/bin/sh", "-c", f"echo x > {file}").returncode != 0
    own = Path(tempfile.gettempdir()) / secrets.token_hex(8)
    assert container.run("/bin/sh", "-c", f"echo x > /tmp/{own.name}").returncode == 0
    assert not own.exists(), "it was the container's, and has gone with it"


def test_its_memory_is_bounded(bounds: Bounds) -> None:
    """A program that wants more than 512 MiB is killed, or seen: the bound means something."""
    done = Container(bounds, {}, ()).run("python3", "-c", TOO_MUCH)
    if isinstance(bounds, Unbound):
        assert bounds.most > MEMORY
    else:
        assert done.returncode != 0
        assert bounds.killed > 0


def test_version_2_is_asked_for_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On plain files, for few machines have both versions: what is written where."""
    monkeypatch.setattr(containers, "_GROUPS", tmp_path)
    monkeypatch.setattr(containers, "_remove", shutil.rmtree)
    (tmp_path / "cgroup.controllers").write_text("cpu memory")
    with containers.bounds("tool") as made:
        written = {file.name: file.read_text() for file in (tmp_path / "tool").iterdir()}
        assert written == {"memory.max": str(512 * MEBIBYTE), "cpu.max": "50000 100000"}
        assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory +cpu"
        assert made.enter() == [f"echo $$ > {tmp_path}/tool/cgroup.procs"]
    assert not (tmp_path / "tool").exists()


def test_what_can_not_be_bound_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where only half of the groups can be made, none of them stays."""
    monkeypatch.setattr(containers, "_GROUPS", tmp_path)
    (tmp_path / "memory").mkdir()
    with containers.bounds("tool") as made:
        assert isinstance(made, Unbound)
    assert list((tmp_path / "memory").iterdir()) == []


def test_where_nothing_can_be_bound_it_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a machine without control groups, too much memory does not pass unseen either."""
    monkeypatch.setattr(containers, "_GROUPS", tmp_path / "none")
    with containers.bounds("nowhere") as made:
        assert isinstance(made, Unbound)
        assert "cannot be made" in made.why
        container = Container(made, {}, ())
        assert container.run("python3", "-c", "print(1)").stdout == "1\n"
        assert made.most < MEMORY
        assert container.run("python3", "-c", TOO_MUCH).returncode == 0
        assert made.most > MEMORY
        before = made.most
        waits = container.start("/bin/sh", "-c", WAITS, log=tmp_path / "log")
        while not (tmp_path / "log").read_text():
            time.sleep(0.05)
        assert waits.stop()[0] == 0
        assert made.most > before, "what went on is added to it"
