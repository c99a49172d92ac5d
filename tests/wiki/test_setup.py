"""`setup` on the real wiki, in a real terminal: from nothing to a network where all is well."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stage import tls
from stage.mailbox import Mailbox
from stage.network import ROSTER, StagedNetwork, free_port
from stage.sandbox import Sandbox
from stage.terminal import CTRL_C, END, Talk, talking
from tests.conftest import People
from tests.wiki.test_check import TRUSTED, protect

PROGRAM = str(Path(sys.executable).parent / "peer-support")
WRONG = "0" * 32
A_MOMENT = 0.5
"""Nobody is quicker; a key pressed while a question is still being written may be lost."""
OURS = ("PEER_SUPPORT_", "PYWIKIBOT_", "TOOL_")
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Bare:
    """A machine with the program and nothing else: a folder, a temporary folder, no variables."""

    folder: Path
    sandbox: Sandbox
    desk_port: int

    @property
    def config_file(self) -> Path:
        """Where the configuration will be."""
        return self.folder / "config" / "peer-support.yaml"

    @property
    def temporary(self) -> Path:
        """Where programs put what they need for a moment."""
        return self.folder.parent / "temporary"

    @property
    def secret(self) -> str:
        """The bot password."""
        return str(self.sandbox.facts["bot"]["botpassword_secret"])

    @property
    def log_in(self) -> str:
        """The account and the name of its bot password."""
        return f"PeerSupportBot@{self.sandbox.facts['bot']['botpassword_name']}"

    @property
    def desk_url(self) -> str:
        """The desk's address."""
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def environment(self) -> dict[str, str]:
        """An environment in which nothing of ours is set."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return bare | {
            "HOME": str(self.folder.parent / "home"),
            "TMPDIR": str(self.temporary),
            "COLUMNS": "100",
        }

    @property
    def given(self) -> dict[str, str]:
        """The variables by which `--yes` learns of wiki and account."""
        return {
            "PEER_SUPPORT_WIKI": str(self.sandbox.facts["api"]),
            "PEER_SUPPORT_ACCOUNT": self.log_in,
            "PEER_SUPPORT_ACCOUNT_PASSWORD": self.secret,
        }

    def talk(self, *more: str) -> AbstractContextManager[Talk]:
        """Begin `setup` in a terminal."""
        return talking([PROGRAM, "setup", *more], self.environment, self.folder)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal."""
        return subprocess.run(
            [PROGRAM, *words],
            env=self.environment | variables,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def yes(self, *more: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Set it up without questions."""
        told = ("--coordinator", "Coral", "--desk", self.desk_url)
        return self.run("setup", "--yes", *told, *more, **self.given | variables)

    def checks(self) -> dict[str, dict[str, str]]:
        """Give the lines of `check` by their names."""
        lines = json.loads(self.run("check", "--json").stdout)
        return {line["name"]: line for line in lines}

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Give each file that `setup` writes: its bytes and its mode."""
        named = [self.config_file, *self.folder.glob("user-*.py")]
        return {
            one.name: (one.read_bytes(), stat.S_IMODE(one.stat().st_mode))
            for one in named
            if one.exists()
        }

    def holding(self, secret: str) -> list[str]:
        """Name the files in which a secret stands."""
        every = [*self.folder.parent.rglob("*")]
        return [one.name for one in every if one.is_file() and secret.encode() in one.read_bytes()]


@pytest.fixture
def bare(sandbox: Sandbox, tmp_path: Path) -> Bare:
    """Give a folder with nothing in it."""
    for name in ("network", "home", "temporary"):
        (tmp_path / name).mkdir()
    return Bare(tmp_path / "network", sandbox, free_port())


def answer_all(talk: Talk, bare: Bare, mail_to: str = "") -> None:
    """Answer every question, rightly."""
    talk.answer("Wiki", str(bare.sandbox.facts["api"]))
    talk.answer("Account", bare.log_in)
    talk.answer("Bot password", bare.secret)
    talk.answer("Coordinators", "User:Coral")
    talk.answer("Send it to", mail_to)
    talk.answer("Database")
    talk.answer("Address of the desk", bare.desk_url)


def test_from_nothing_to_a_network_where_all_is_well(
    bare: Bare, mailbox: Mailbox, people: People
) -> None:
    """A wrong password, then the right one; a mail arrives; publish, roster, desk: all is well."""
    with bare.talk() as talk:
        talk.answer("Wiki", "wikpedia:de")
        talk.answer("Wiki", f"{bare.sandbox.url}/index.php?title=Main_Page")
        assert "Peer wiki (peerwiki)" in talk.answer("Account", f"User:{bare.log_in}")
        talk.answer("Bot password", WRONG)
        assert "does not take this account and password" in talk.answer("Account")
        talk.answer("Bot password", f"{bare.log_in}  {bare.secret}")
        before = talk.answer("Coordinators", "[[User:Coral]], Corall")
        assert "as PeerSupportBot" in before
        assert "fails" not in before
        assert "there is no such account" in talk.answer("Coordinators", "coral")
        talk.answer("Send it to", "Coral")
        assert "the wiki took it" in talk.answer("Database")
        assert "can be made" in talk.answer("Address of the desk", bare.desk_url)
        talk.wait_for("Write them?")
        assert not bare.files(), "nothing is written before somebody has agreed"
        talk.type("y")
        talk.wait_for("Run `peer-support check` now?")
        talk.type("n")
        assert talk.end() == 0
    assert bare.secret not in talk.said
    assert WRONG not in talk.said
    assert bare.holding(bare.secret) == ["user-password.py"]
    assert not bare.holding(WRONG)
    assert {mode for _, mode in bare.files().values()} == {0o600}
    assert not list(bare.temporary.iterdir())
    [mail] = mailbox.everything()
    assert "a trial" in mail.subject

    network = StagedNetwork(bare.folder, bare.sandbox, bare.desk_port)
    network.run("publish", "--as", "Iface")
    protect(people, *TRUSTED)
    (bare.folder / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    assert bare.run("roster", "import", "roster.yaml").returncode == 0
    assert bare.run("once").returncode == 0
    desk = network.start_desk()
    try:
        found = bare.checks()
    finally:
        desk.terminate()
        desk.wait()
    assert found.pop("test post")["verdict"] == "not tried"
    assert {line["verdict"] for line in found.values()} == {"ok"}, found
    assert not bare.holding(WRONG)


def test_enter_changes_nothing(bare: Bare) -> None:
    """Set up without questions, then asked everything and kept: not a byte is another."""
    done = bare.yes()
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare.secret not in done.stdout + done.stderr
    before = bare.files()
    with bare.talk() as talk:
        for prompt in ("Wiki", "Account", "Bot password", "Coordinators", "Send it to"):
            talk.answer(prompt)
        talk.answer("Database")
        talk.answer("Address of the desk")
        talk.wait_for("none was changed")
        talk.wait_for("Run `peer-support check` now?")
        talk.type("n")
        assert talk.end() == 0
    assert bare.files() == before
    again = bare.yes()
    assert (again.returncode, bare.files()) == (0, before)
    assert bare.secret not in talk.said


def test_unasked_tells_all_that_is_missing(bare: Bare) -> None:
    """In one go, with 2, and nothing is written."""
    done = bare.run("setup", "--yes")
    assert done.returncode == 2
    for word in ("--wiki", "--account", "PEER_SUPPORT_ACCOUNT_PASSWORD", "--coordinator"):
        assert word in done.stderr
    assert not list(bare.folder.iterdir())


@pytest.mark.parametrize(
    ("more", "variables", "code", "words"),
    [
        (("--coordinator", "Corall"), {}, 2, ["coordinator Corall: there is no such account"]),
        ((), {"PEER_SUPPORT_ACCOUNT_PASSWORD": WRONG}, 2, ["log-in: The wiki does not take"]),
        (("--wiki", "meta:nowhere"), {}, 2, ["wiki: It names a wiki that Pywikibot does not"]),
        (("--wiki", "http://127.0.0.1:1/api.php"), {}, 3, ["Not all could be tried"]),
        (
            ("--database", "postgres://x/y", "--desk", "a b"),
            {"PEER_SUPPORT_ACCOUNT_PASSWORD": "MARKER"},
            2,
            ["the database: ", "the desk's address: ", "the bot password: "],
        ),
    ],
)
def test_unasked_writes_nothing_that_fails(
    bare: Bare, more: tuple[str, ...], variables: Mapping[str, str], code: int, words: list[str]
) -> None:
    """What was answered and does not hold is told, and no file comes into being."""
    done = bare.yes(*more, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    assert [word for word in words if word not in done.stderr] == []
    for secret in (bare.secret, WRONG, "MARKER"):
        assert secret not in done.stdout + done.stderr
    assert not list(bare.folder.iterdir())
    assert not list(bare.temporary.iterdir())


def test_without_a_terminal(bare: Bare) -> None:
    """Nobody is there to be asked: that is said."""
    done = bare.run("setup")
    assert (done.returncode, "say --yes" in done.stderr) == (2, True)


def at_the_wiki(talk: Talk, _bare: Bare) -> None:
    """Stand at the first question."""
    talk.wait_for("Wiki: ")
    time.sleep(A_MOMENT)


def at_the_password(talk: Talk, bare: Bare) -> None:
    """Stand where the answer is hidden."""
    talk.answer("Wiki", str(bare.sandbox.facts["api"]))
    talk.answer("Account", bare.log_in)
    talk.wait_for("Bot password: ")
    time.sleep(A_MOMENT)


def in_a_trial(talk: Talk, bare: Bare) -> None:
    """Be in the middle of logging in, Pywikibot's files just written."""
    at_the_password(talk, bare)
    talk.type(bare.secret)
    wait_until(lambda: bool(list(bare.temporary.glob("*/user-password.py"))))


def at_the_end(talk: Talk, bare: Bare) -> None:
    """Stand before the files are written."""
    answer_all(talk, bare)
    talk.wait_for("Write them?")
    time.sleep(A_MOMENT)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (at_the_wiki, CTRL_C),
        (at_the_wiki, END),
        (at_the_password, CTRL_C),
        (at_the_password, END),
        (in_a_trial, CTRL_C),
        (at_the_end, CTRL_C),
    ],
)
def test_who_leaves_finds_all_as_it_was(
    bare: Bare, place: Callable[[Talk, Bare], None], key: str
) -> None:
    """Ctrl-C, or the end of what is typed, at a question or in a trial: nothing stays."""
    with bare.talk() as talk:
        place(talk, bare)
        talk.press(key)
        assert talk.end() == 1
    assert "nothing has been written" in talk.said
    assert "Traceback" not in talk.said
    assert not list(bare.folder.iterdir())
    wait_until(lambda: not list(bare.temporary.iterdir()))
    assert not bare.holding(bare.secret)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_killed_in_a_trial(bare: Bare, number: signal.Signals) -> None:
    """However it dies, the child ends by itself and takes the password with it."""
    with bare.talk() as talk:
        in_a_trial(talk, bare)
        talk.kill(number)
        wait_until(lambda: not list(bare.temporary.iterdir()))
    assert not list(bare.folder.iterdir())


def test_the_password_is_in_no_process(bare: Bare) -> None:
    """Neither on a command line nor in an environment; and where it lies nobody else can look."""
    looked = 0
    shown: set[str] = set()
    loose: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        nonlocal looked
        while not ended.is_set():
            for name in ("cmdline", "environ"):
                for file in Path("/proc").glob(f"[0-9]*/{name}"):
                    with suppress(OSError):  # it has ended
                        looked += 1
                        if bare.secret.encode() in file.read_bytes():
                            shown.add(name)
            for one in bare.temporary.glob("peer-support-setup-*"):
                for file in (one, *one.glob("user-*.py")):
                    with suppress(OSError):
                        loose.update({file.name} if file.stat().st_mode & 0o077 else ())

    with bare.talk() as talk:
        at_the_password(talk, bare)
        watching = threading.Thread(target=watch)
        watching.start()
        talk.type(bare.secret)
        talk.wait_for("Coordinators")
        ended.set()
        watching.join()
    assert looked
    assert (shown, loose) == (set(), set())


def test_files_of_somebodys_own_are_kept(bare: Bare) -> None:
    """The sandbox's own, with a second account in them, are used and not touched."""
    folder = bare.sandbox.pywikibot_dir
    before = {one.name: one.read_bytes() for one in folder.glob("user-*.py")}
    words = ("setup", "--yes", "--coordinator", "Coral")
    done = bare.run(*words, PYWIKIBOT_DIR=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {one.name: one.read_bytes() for one in folder.glob("user-*.py")} == before
    assert list(bare.files()) == ["peer-support.yaml"]
    assert b'shutoff: "User:PeerSupportBot/stop"' in bare.files()["peer-support.yaml"][0]
    other = bare.run(*words, "--wiki", "meta", PYWIKIBOT_DIR=str(folder))
    assert (other.returncode, "Change them there by hand" in other.stderr) == (2, True)


def test_values_for_variables(bare: Bare) -> None:
    """What is shown for Toolforge is what the program runs with, and no secret is in it."""
    done = bare.yes("--variables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert bare.secret not in done.stdout + done.stderr
    assert not list(bare.folder.iterdir())
    lines = done.stdout.splitlines()
    settings = lines[lines.index("PEER_SUPPORT_SETTINGS") + 1]
    assert json.loads(settings)["coordinators"] == ["Coral"]
    assert "PEER_SUPPORT_WIKI is so already." in lines
    assert "PEER_SUPPORT_ACCOUNT_PASSWORD" in lines
    variables = bare.given | {
        "PEER_SUPPORT_SETTINGS": settings,
        "PEER_SUPPORT_SECRET": "A" * 43,
        "PEER_SUPPORT_DATABASE": f"sqlite:///{bare.folder}/x.db",
    }
    assert bare.run("init", **variables).returncode == 0
    said = bare.run("check", "--json", **variables).stdout
    found = {line["name"]: line["verdict"] for line in json.loads(said)}
    assert (found["log-in"], found["coordinator Coral"], found["store"]) == ("ok",) * 3


def test_the_desk_from_outside(network: StagedNetwork, bare: Bare, tmp_path: Path) -> None:
    """Over real HTTPS: all is well; a header dropped, one added; a certificate nobody trusts."""
    port = network.desk_port
    with tls.front(tmp_path, port) as front:
        text = network.config_file.read_text()
        network.config_file.write_text(text.replace(f"http://127.0.0.1:{port}", front.url))
        there = replace(bare, desk_port=front.port)
        network.run("once")
        desk = network.start_desk()
        try:
            trusted = {"REQUESTS_CA_BUNDLE": str(front.certificate)}
            assert looked_at(there, front.url, trusted) == ("ok", "ok", "")
            front.drops = {"Referrer-Policy"}
            front.adds = {"Access-Control-Allow-Origin": "*"}
            _, verdict, found = looked_at(there, front.url, trusted)
            assert verdict == "fails"
            assert "Referrer-Policy is missing" in found
            assert "Access-Control-Allow-Origin was added" in found
            assert "Cache-Control" not in found
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("REQUESTS_CA_BUNDLE", str(front.certificate))
                lines = json.loads(network.run("check", "--json", fails=True).stdout)
            fails = {line["name"] for line in lines if line["verdict"] == "fails"}
            assert fails == {"desk headers"}
            verdict, _, found = looked_at(there, front.url, {})
            assert verdict == "fails"
            assert "no certificate that browsers would trust" in found
        finally:
            desk.terminate()
            desk.wait()


def looked_at(bare: Bare, url: str, variables: Mapping[str, str]) -> tuple[str, str, str]:
    """Give what `setup` says of the desk and of its headers, and all its words about what fails."""
    done = bare.yes("--desk", url, "--variables", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    row = r"^(ok|fails|not tried)\s{2,}(desk headers|desk)\s{2,}"
    verdicts = {name: verdict for verdict, name in re.findall(row, done.stdout, re.MULTILINE)}
    after = " ".join(done.stdout.partition("fails  ")[2].split())
    return verdicts["desk"], verdicts.get("desk headers", ""), after


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.05)
