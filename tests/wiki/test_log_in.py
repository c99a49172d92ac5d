"""A log-in that the real wiki refuses: the cause is named, tried rarely, and over by itself."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.conftest import People
from tests.wiki.conftest import Worker
from tests.wiki.test_check import lines, with_log_in

OTHER_SECRET = "0123456789abcdefghijklmnopqrstuv"
SECONDS = 40
LOCKED = (
    "<?php $wgHooks['UserIsLocked'][] = static function ( $user, &$locked ) {"
    " $locked = $user->getName() === 'PeerSupportBot'; return true; };"
)


class Password:
    """The bot password as the wiki has it; each change ends the sessions, as on its own page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._database = Path(sandbox.facts["override"]).parent / "data" / "peerwiki.sqlite"
        self._sandbox = sandbox
        self._right = self._do("select bp_password from bot_passwords where bp_app_id = 'worker'")

    def replace(self) -> None:
        """Set another one: `OTHER_SECRET`."""
        self._sandbox.maintenance(
            *("createBotPassword", "--appid", "other", "--grants", "basic"),
            *("PeerSupportBot", OTHER_SECRET),
        )
        self._set("select bp_password from bot_passwords where bp_app_id = 'other'")

    def put_back(self) -> None:
        """Set the first one again."""
        self._set("?", self._right)

    def end_sessions(self) -> None:
        """Let what was logged in with it be logged out."""
        self._do("update bot_passwords set bp_token = hex(randomblob(16))")

    def _set(self, query: str, *values: str) -> None:
        into = "update bot_passwords set bp_password = (%s) where bp_app_id = 'worker'"
        self._do(into % query, *values)
        self.end_sessions()

    def _do(self, query: str, *values: str) -> str:
        with closing(sqlite3.connect(self._database, timeout=30)) as wiki, wiki:
            row = wiki.execute(query, values).fetchone()
        return "" if row is None else str(row[0])


@pytest.fixture
def password(sandbox: Sandbox) -> Password:
    """Give the bot password of the sandbox as it is on the wiki."""
    return Password(sandbox)


@pytest.fixture
def override(sandbox: Sandbox) -> Iterator[Path]:
    """Give the file of PHP that changes the wiki for this test."""
    file = Path(sandbox.facts["override"])
    yield file
    file.unlink(missing_ok=True)


def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_a_password_replaced_while_the_worker_runs(
    network: StagedNetwork, password: Password
) -> None:
    """Named in log, `health`, `status` and `check`; with the new one in the file it goes on."""
    own = with_log_in(network, lambda text: text)
    file = own.sandbox.pywikibot_dir / "user-password.py"
    log = own.folder / "log"
    worker = own.start("run")
    try:
        wait_for(lambda: "run: started" in log.read_text(), "no start")
        time.sleep(3)
        password.replace()
        wait_for(lambda: "log-in: " in log.read_text(), log.read_text())
        assert "does not take this account and password" in log.read_text()
        assert "fault of ours" not in log.read_text()
        health = own.run("health", fails=True)
        assert (health.returncode, "log in" in health.stdout) == (1, True)
        wait_for(lambda: own.run("status", "--check", fails=True).returncode == 1, "no alarm")
        assert "wrong-password" in own.run("status").stdout
        time.sleep(8)  # rounds come every two seconds
        assert log.read_text().count("log-in: ") == 2, "told once, and alarmed once"
        right = str(own.sandbox.facts["bot"]["botpassword_secret"])
        file.write_text(file.read_text().replace(right, OTHER_SECRET))
        wait_for(lambda: own.run("health", fails=True).stdout == "at work\n", log.read_text())
        assert "lets the account in again" in log.read_text()
        assert OTHER_SECRET not in log.read_text()
        assert lines(own, code=1)["log-in"]["verdict"] == "ok"
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def test_put_back_it_goes_on_by_itself(worker: Worker, password: Password) -> None:
    """Nothing but minutes pass: one try for each wait, and no request in between."""
    wiki = worker.network.wiki
    now = datetime.now(UTC)
    password.replace()
    for minutes, tries in ((0, 1), (1, 1), (2, 2), (5, 2), (6, 3)):
        wiki.clock = lambda at=now + timedelta(minutes=minutes): at  # type: ignore[misc]
        assert not worker.once()
        assert wiki.patience.tries == tries, minutes
    asked = wiki.requests
    assert not worker.once()
    assert wiki.requests == asked
    password.put_back()
    wiki.clock = lambda: now + timedelta(minutes=14)
    assert worker.once()
    assert wiki.patience.refusal is None


def test_throttled_is_told_from_wrong(network: StagedNetwork, override: Path) -> None:
    """After five wrong ones the wiki takes the right one no more, and `check` does not blame it."""
    # As MediaWiki has it; the sandbox is more patient with tests.
    override.write_text("<?php $wgPasswordAttemptThrottle = [[ 'count' => 5, 'seconds' => 300 ]];")
    right = str(network.sandbox.facts["bot"]["botpassword_secret"])
    other = with_log_in(network, lambda text: text.replace(right, OTHER_SECRET))
    found = [lines(other, code=code)["log-in"] for code in (1, 1, 1, 1, 1)]
    assert all("does not take this account and password" in one["found"] for one in found)
    file = other.sandbox.pywikibot_dir / "user-password.py"
    file.write_text(file.read_text().replace(OTHER_SECRET, right))
    line = lines(other, code=3)["log-in"]
    assert (line["verdict"], "login-throttled" in line["found"]) == ("out of reach", True)
    assert "does not take" not in line["found"]
    assert other.run("once", fails=True).returncode == 3


def test_a_locked_account(worker: Worker, password: Password, override: Path) -> None:
    """As CentralAuth locks one: named as that, and over when the lock is."""
    override.write_text(LOCKED)
    password.end_sessions()
    assert not worker.once()
    assert worker.network.wiki.patience.refusal is not None
    assert worker.network.wiki.patience.refusal.value == "locked"
    assert '"locked"' in worker.setting("log-in")
    override.unlink()
    later = datetime.now(UTC) + timedelta(minutes=3)
    worker.network.wiki.clock = lambda: later
    assert worker.once()
    assert worker.setting("log-in") == ""


def test_a_blocked_account(network: StagedNetwork, people: People, override: Path) -> None:
    """With its own password, on a wiki that lets no blocked account in: named as that."""
    override.write_text("<?php $wgBlockDisablesLogin = true;")
    people["Admin"].call(action="block", user="PeerSupportBot", reason="a test", nocreate=True)
    own = network.sandbox.password("PeerSupportBot")
    other = with_log_in(network, lambda _text: f"('PeerSupportBot', {own!r})\n")
    line = lines(other, code=1)["log-in"]
    assert (line["verdict"], "(login-userblocked)" in line["found"]) == ("fails", True)
    assert "The account is blocked" in line["found"]
    assert "does not take" not in line["found"]


def test_the_wiki_is_told_how_to_reach_the_operator(
    network: StagedNetwork, override: Path, tmp_path: Path
) -> None:
    """What a real wiki receives with every request: program, user page and privacy contact."""
    received = tmp_path / "agents"
    override.write_text(
        f"<?php file_put_contents( '{received}', ( $_SERVER['HTTP_USER_AGENT'] ?? '' ) . \"\\n\","
        " FILE_APPEND );"
    )
    text = network.config_file.read_text(encoding="utf-8")
    text = text.replace('name: "the sandbox"', 'name: "us", privacy_contact: "p@wiki.example"')
    network.config_file.write_text(text, encoding="utf-8")
    network.run("once")
    agents = set(received.read_text(encoding="utf-8").splitlines())
    page = re.escape(f"{network.sandbox.url}/index.php?title=User:PeerSupportBot")
    assert len(agents) == 1, agents
    pattern = rf"peer-support/\S+ \({page}; p@wiki\.example\) Pywikibot/\S+ requests/\S+ Python/\S+"
    assert re.fullmatch(pattern, agents.pop())
