"""`check` where the store is out of reach: told plainly, and all else is looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.mariadb import Server
from stage.network import StagedNetwork, free_port
from tests.wiki.test_check import lines

ALL_ELSE = ("file modes", "bot flag", "needed grants", "intake page", "coordinator Coral")
AFTER_THE_STORE = ("key page", "supporters")


@pytest.fixture
def on_mariadb(
    network: StagedNetwork, mariadb: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Let the network's store be a tool's database, and give its address."""
    url = mariadb.new_database_of_a_tool()
    monkeypatch.setenv("PEER_SUPPORT_DATABASE", url)
    network.run("init")
    assert lines(network, code=1)["store"]["verdict"] == "ok"
    yield url


def store_of(found: dict[str, dict[str, str]], verdict: str) -> tuple[str, str]:
    """Hold the store's line to its verdict, and that all else was looked at; give its words."""
    assert found["store"]["verdict"] == verdict, found["store"]
    assert {found[name]["verdict"] for name in ALL_ELSE} == {"ok"}
    assert {found[name]["verdict"] for name in AFTER_THE_STORE} == {"not tried"}
    assert "secret" not in found["store"]["found"] + found["store"]["mend"]
    return found["store"]["found"], found["store"]["mend"]


def test_a_server_that_is_stopped(network: StagedNetwork, on_mariadb: str, mariadb: Server) -> None:
    """Out of reach, by host and name; as soon as it runs again, all is well, and nothing lost."""
    mariadb.kill()
    try:
        found, mend = store_of(lines(network, code=3), "out of reach")
        said = network.run("status", fails=True)
    finally:
        mariadb.start_again()
    name = on_mariadb.partition("@")[2].partition("?")[0]
    assert found == f"{name}: The database's server is not reached. (2003)"
    assert "server of the database runs" in mend
    assert said.returncode == 3
    assert f"{name}: The database's server is not reached." in said.stderr
    assert lines(network, code=1)["store"]["verdict"] == "ok"


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "nowhere.invalid"])
@pytest.mark.usefixtures("mariadb")
def test_a_wrong_host(network: StagedNetwork, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Nobody listens there, or there is no such host."""
    host = host.format(port=free_port())
    monkeypatch.setenv("PEER_SUPPORT_DATABASE", f"mysql://tool:secret@{host}/s1__peer_support")
    found, mend = store_of(lines(network, code=3), "out of reach")
    assert found.startswith(host.partition(":")[0])
    assert "not reached" in found
    assert "its name in `database`" in mend


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (":secret@", ":false@", "does not take this account and password"),
        ("peer_support_", "peer_sup_", "This account may not use the database."),
    ],
    ids=["password", "name"],
)
def test_a_server_that_refuses(
    network: StagedNetwork,
    on_mariadb: str,
    monkeypatch: pytest.MonkeyPatch,
    right: str,
    wrong: str,
    words: str,
) -> None:
    """It is reached, so to wait would not help: a failure, and wrong use for other commands."""
    monkeypatch.setenv("PEER_SUPPORT_DATABASE", on_mariadb.replace(right, wrong))
    found, mend = store_of(lines(network, code=1), "fails")
    assert words in found
    assert "`database`" in mend
    assert "false" not in found + mend
    said = network.run("status", fails=True)
    assert (said.returncode, words in said.stderr) == (2, True)


def test_a_database_that_can_only_be_read(
    network: StagedNetwork, on_mariadb: str, mariadb: Server
) -> None:
    """As in a server's read-only times: what can be read is looked at, and 3 says: not now."""
    assert on_mariadb
    mariadb.do("SET GLOBAL read_only = 1")
    try:
        found = lines(network, code=3)
    finally:
        mariadb.do("SET GLOBAL read_only = 0")
    assert found["store"]["verdict"] == "out of reach"
    assert "can be read now, but not written" in found["store"]["found"]
    assert "try again in a while" in found["store"]["mend"]
    assert found["supporters"]["verdict"] == "fails"  # nobody is on its roster: it was read


def test_a_folder_that_is_gone(network: StagedNetwork) -> None:
    """Perhaps a disk that is not there: that is said before anybody makes a new store."""
    network.database.parent.rename(network.folder / "elsewhere")
    found, mend = store_of(lines(network, code=1), "fails")
    assert f"There is no folder {network.database.parent}" in found
    assert mend.index("mount") < mend.index("peer-support init")
    (network.folder / "elsewhere").rename(network.database.parent)
    assert lines(network, code=1)["store"]["verdict"] == "ok"


def test_a_folder_that_can_only_be_read(network: StagedNetwork) -> None:
    """SQLite needs the folder, too: whoever may only read is told what to allow."""
    network.database.chmod(0o400)
    network.database.parent.chmod(0o500)
    found, mend = store_of(_as_ordinary_account(network), "out of reach")
    assert str(network.database) in found
    assert "the folder that it is in" in mend
    network.database.parent.chmod(0o700)
    network.database.chmod(0o600)
    assert lines(network, code=1)["store"]["verdict"] == "ok"


def _as_ordinary_account(network: StagedNetwork) -> dict[str, dict[str, str]]:
    """Run `check` bound by file modes, as root is not."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [
            *(bound if os.geteuid() == 0 else []),
            str(Path(sys.executable).parent / "peer-support"),
            "check",
            "--json",
        ],
        env=network.environment,
        cwd=network.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    return {line["name"]: line for line in json.loads(done.stdout)}
