"""The bot's log-in by OAuth: real Pywikibot, signatures that are verified, and the real wiki."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.conftest import People
from tests.wiki.oauth_gateway import FOUR, Gateway, gateway
from tests.wiki.test_check import lines
from tests.wiki.test_log_in import wait_for

BOT = "PeerSupportBot"


@pytest.fixture
def door(sandbox: Sandbox) -> Iterator[Gateway]:
    """Give the gateway of a consumer that is the bot's."""
    with gateway(sandbox, BOT) as opened:
        yield opened


@pytest.fixture
def by_oauth(network: StagedNetwork, door: Gateway, tmp_path: Path) -> Callable[..., StagedNetwork]:
    """Give the network as its bot logs in by OAuth, with these four values, under this key."""

    def make(four: tuple[str, ...] = FOUR, key: str = "", passwords: str = "") -> StagedNetwork:
        folder = tmp_path / "by-oauth"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        text = (network.sandbox.pywikibot_dir / "user-config.py").read_text()
        text = text.replace(f"http://127.0.0.1:{network.sandbox.port}", door.address)
        text = text.replace("password_file = ", "password_file = " if passwords else "# ")
        host = key or urlsplit(door.address).netloc
        for name, held in (
            ("user-config.py", f"{text}authenticate[{host!r}] = {four!r}\n"),
            ("user-password.py", passwords),
        ):
            file = folder / name
            file.touch(mode=0o600)
            file.write_text(held)
        facts = network.sandbox.facts | {"pywikibot_dir": str(folder)}
        return replace(network, sandbox=Sandbox(network.sandbox.port, facts))

    return make


def test_a_case_by_oauth(
    by_oauth: Callable[..., StagedNetwork], door: Gateway, people: People, mailbox: Mailbox
) -> None:
    """Read, published and mailed as the account, with each request signed; no password is there."""
    network = by_oauth()
    people.ask("Rosa")
    network.run("once")
    assert {"query", "emailuser"} <= set(door.signed)
    assert "login" not in door.signed + door.plain
    assert "clientlogin" not in door.signed + door.plain
    assert door.refused == 0
    assert mailbox.everything()
    found = lines(network, code=1)
    assert (found["log-in"]["verdict"], found["log-in"]["found"]) == ("ok", f"as {BOT}")


@pytest.mark.parametrize("wrong", range(4))
def test_a_value_that_is_wrong(
    by_oauth: Callable[..., StagedNetwork], door: Gateway, wrong: int
) -> None:
    """Each of the four: told as the consumer's, with what to look at, and without the value."""
    four = [*FOUR]
    four[wrong] = four[wrong][:-2] + "zz"
    network = by_oauth(tuple(four))
    done = network.run("once", fails=True)
    assert done.returncode == 2
    assert "does not take this OAuth consumer. (mwoauth-invalid-authorization)" in done.stderr
    assert "`authenticate`" in done.stderr
    assert four[wrong] not in done.stdout + done.stderr
    assert (door.signed, door.refused > 0) == ([], True)
    assert lines(network, code=1)["log-in"]["verdict"] == "fails"


def test_a_key_without_the_port(by_oauth: Callable[..., StagedNetwork]) -> None:
    """Pywikibot passes it over; the words say what a key looks like."""
    done = by_oauth(key="127.0.0.1").run("once", fails=True)
    assert done.returncode == 2
    assert "`authenticate` has nothing for this wiki's address" in done.stderr
    assert "with its port" in done.stderr


def test_a_consumer_that_is_taken_back_while_the_worker_waits(
    by_oauth: Callable[..., StagedNetwork], door: Gateway
) -> None:
    """Told as OAuth's, asked about once, and over by itself."""
    network = by_oauth()
    door.refuses_all_with = "mwoauth-invalid-authorization-not-approved"
    worker = network.start("run")
    try:
        log = network.folder / "log"
        wait_for(lambda: "does not take this OAuth consumer" in log.read_text(), "nothing told")
        assert "oauth-refused" in network.run("status").stdout
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


def test_another_accounts_password_beside_it(
    by_oauth: Callable[..., StagedNetwork], network: StagedNetwork, door: Gateway
) -> None:
    """`publish --as` logs in by password, although OAuth would make everything the bot's."""
    line = f"('Iface', {network.sandbox.password('Iface')!r})\n"
    by_oauth(passwords=line).run("publish", "--as", "Iface")
    assert "clientlogin" in door.plain
    assert "query" in door.signed


def test_without_the_package_it_ends_in_words(
    by_oauth: Callable[..., StagedNetwork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pywikibot ends the program then; we say what is missing."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "requests_oauthlib.py").write_text("raise ImportError('not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "without"))
    done = replace(by_oauth(), ready=None).run("once", fails=True)
    assert done.returncode == 2
    assert "requests-oauthlib has to be installed" in done.stderr


def test_files_for_everybody_end_it_in_words(by_oauth: Callable[..., StagedNetwork]) -> None:
    """So it does where a setting would let others read its files."""
    network = by_oauth()
    file = network.sandbox.pywikibot_dir / "user-config.py"
    file.write_text(file.read_text() + "private_files_permission = 0o644\n")
    done = replace(network, ready=None).run("once", fails=True)
    assert done.returncode == 2
    assert "`private_files_permission`" in done.stderr
