"""Commands beside a running worker: none waits without a limit, and nothing is half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stage import network as networks
from stage.mariadb import Server
from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.conftest import People

pytestmark = pytest.mark.timeout(600)

SECONDS = 40
"""In which each command ends: it starts, logs in, and reads and saves some pages at most."""
STOP = "A worker is at work on this store"
PROGRAM = str(Path(sys.executable).with_name("peer-support"))


@pytest.fixture(params=["sqlite", "mariadb"])
def beside(
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[StagedNetwork]:
    """Give a network of which a worker runs, its store on one database or the other."""
    if request.param == "mariadb":
        server: Server = request.getfixturevalue("mariadb")
        monkeypatch.setenv("PEER_SUPPORT_DATABASE", server.new_database())
    network = networks.make(tmp_path / "network", sandbox)
    worker = network.start("run")
    try:
        # `health` would do: but `once` was at work just before.
        _until(lambda: "run: started" in (network.folder / "log").read_text())
        yield network
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(SECONDS) == 0
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def _until(came: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not came():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.3)


def _run(network: StagedNetwork, *arguments: str) -> tuple[int, str]:
    """Run a command that must end by itself; give its exit code and all that it says, in a line."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=network.environment,
        cwd=network.folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def _about(people: People, title: str) -> dict[str, Any]:
    found = people["Rosa"].get(action="query", titles=title, prop="revisions")
    page: dict[str, Any] = found["query"]["pages"][0]
    return page


def test_what_can_go_on_does_and_the_rest_says_what_to_stop(
    beside: StagedNetwork, people: People, tmp_path: Path
) -> None:
    """`publish` and `keys rotate` work; what needs the store alone ends, and changes nothing."""
    code, said = _run(beside, "keys", "rotate")
    assert code == 0, said
    key = said.partition("Made the key ")[2].partition(".")[0]
    assert key
    title = "User:PeerSupportBot/peer-support.json"
    _until(lambda: f'"{key}"' in people["Rosa"].page(title)["text"])

    people["Iface"].call(action="delete", title="Template:Peer support envelope")
    people["Admin"].call(action="delete", title=title)
    code, said = _run(beside, "publish")
    assert code == 0, said
    assert "key page: it had been deleted, or moved away; the worker" in said
    assert "Template:Peer support envelope: saved" in said
    assert people["Rosa"].page("Template:Peer support envelope")
    _until(lambda: "revisions" in _about(people, title))
    assert f'"{key}"' in people["Rosa"].page(title)["text"]
    assert "key page: as it should be; the worker" in _run(beside, "publish")[1]

    backup = tmp_path / "backup"
    assert _run(beside, "store", "backup", str(backup))[0] == 0
    secret = beside.config_file.parent / "secret"
    before = secret.read_bytes()
    for arguments in (
        ("wind-down", "--yes"),
        ("once",),
        ("store", "restore", str(backup)),
        ("keys", "rewrap", "--yes"),
    ):
        code, said = _run(beside, *arguments)
        assert (code, STOP in said) == (3, True), (arguments, said)
        assert "toolforge jobs delete worker" in said
        assert "`kill` with its number" in said
    assert secret.read_bytes() == before
    assert [one.name for one in secret.parent.iterdir() if one.name.startswith("secret")] == [
        "secret"
    ]
    assert '"state": "open"' in _run(beside, "status", "--json")[1]
    assert os.path.lexists(backup)
