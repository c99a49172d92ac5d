"""A worker that starts while the wiki is away, or lets it not in: it waits, and alarms."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stage.network import StagedNetwork, free_port
from stage.sandbox import Sandbox
from tests.wiki.hook import hearing
from tests.wiki.oauth_gateway import gateway
from tests.wiki.test_commands import pywikibot_files
from tests.wiki.test_log_in import OTHER_SECRET, Password, password, wait_for

__all__ = ["password"]

BOT = "PeerSupportBot"
QUIET_FOR = 25
"""Seconds: two looks at the password file lie in them."""


@contextmanager
def running(network: StagedNetwork) -> Iterator[subprocess.Popen[bytes]]:
    """Let a worker run, which ends with 0 whatever it waits for."""
    worker = network.start("run")
    try:
        yield worker
        assert worker.poll() is None, log_of(network).read_text()
        worker.terminate()
        assert worker.wait(10) == 0, log_of(network).read_text()
    finally:
        worker.kill()


def log_of(network: StagedNetwork) -> Path:
    """Give the log of what the network has started."""
    return network.folder / "log"


def behind(network: StagedNetwork, port: int) -> StagedNetwork:
    """Give the network as its bot finds the wiki on another port."""
    own, other = f"127.0.0.1:{network.sandbox.port}", f"127.0.0.1:{port}"
    return pywikibot_files(network, lambda text: text.replace(own, other))


def read_just_now(network: StagedNetwork) -> None:
    """Let a worker have read the wiki now: the copy of a network is as old as the tests' start."""
    assert network.run("once").returncode == 0


def away_since(network: StagedNetwork, ago: timedelta) -> None:
    """Let the wiki have gone away earlier."""
    when = (datetime.now(UTC) - ago).isoformat()
    with closing(sqlite3.connect(network.database, timeout=30)) as store, store:
        store.execute("update settings set value = ? where name = 'wiki-away-since'", (when,))


def test_a_wiki_that_is_away_at_the_start(network: StagedNetwork, sandbox: Sandbox) -> None:
    """It keeps trying, says so once, alarms after minutes, and works as soon as the wiki does."""
    read_just_now(network)
    port = free_port()
    far = behind(network, port)
    with hearing(far) as heard, running(far):
        log = log_of(far)
        wait_for(lambda: "Trying again in 10 s" in log.read_text(), "it does not wait")
        assert far.run("status", "--check").returncode == 0, "the first minutes alarm nobody"
        away_since(far, timedelta(minutes=4))
        wait_for(lambda: heard == ["wiki-away begun"], str(heard))
        done = far.run("status", "--check", fails=True)
        assert (done.returncode, "wiki-away" in done.stdout) == (1, True)
        assert far.run("health").stdout == "at work\n", "a new start would mend nothing"
        with gateway(sandbox, BOT, port):
            wait_for(lambda: "run: started" in log.read_text(), log.read_text())
            wait_for(lambda: "wiki-away over" in heard, str(heard))
            assert far.run("status", "--check").returncode == 0
            assert log.read_text().count("does not answer as a wiki should") == 1
            assert "run: works again, after " in log.read_text()


def test_the_next_in_line_ends_at_once_when_told(network: StagedNetwork) -> None:
    """Whoever stands behind another worker has begun nothing: 0."""
    with running(network):
        wait_for(lambda: "run: started" in log_of(network).read_text(), "no start")
        second = network.start("run")
        wait_for(lambda: "waiting until it ends" in log_of(network).read_text(), "no line")
        second.terminate()
        assert second.wait(10) == 0


@pytest.mark.parametrize("was_at_work", [True, False])
def test_a_worker_that_starts_shut_out(
    network: StagedNetwork, sandbox: Sandbox, password: Password, *, was_at_work: bool
) -> None:
    """One try, an alarm at once, no request while it waits; a new password is found in the file."""
    read_just_now(network)
    password.replace()
    with gateway(sandbox, BOT) as door, hearing(network) as heard:
        far = behind(network, int(door.address.rpartition(":")[2]))
        log = log_of(far)
        if not was_at_work:
            with closing(sqlite3.connect(far.database, timeout=30)) as store, store:
                store.execute("delete from settings where name = 'read-until'")
            done = far.run("run", fails=True)
            assert done.returncode == 2
            assert "does not take this account and password" in done.stderr
            return
        with running(far):
            wait_for(lambda: "does not take this account and password" in log.read_text(), "quiet")
            wait_for(lambda: heard == ["log-in begun"], str(heard))
            assert far.run("health", fails=True).stdout == "the worker cannot log in to the wiki\n"
            done = far.run("status", "--check", fails=True)
            assert (done.returncode, "log-in" in done.stdout) == (1, True)
            assert door.plain.count("login") == 1
            asked = len(door.plain)
            time.sleep(QUIET_FOR)
            assert len(door.plain) == asked
            assert log.read_text().count("does not take this account and password") == 1
            right = str(network.sandbox.facts["bot"]["botpassword_secret"])
            file = far.sandbox.pywikibot_dir / "user-password.py"
            file.write_text(file.read_text().replace(right, OTHER_SECRET))
            wait_for(lambda: "run: started" in log.read_text(), log.read_text())
            wait_for(lambda: heard == ["log-in begun", "log-in over"], str(heard))
            assert far.run("health").stdout == "at work\n"
