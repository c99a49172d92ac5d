"""A machine with nothing on it, and the ways to set a network up there."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from stage.sandbox import Sandbox
from stage.terminal import Talk, talking

PROGRAM = str(Path(sys.executable).parent / "peer-support")
WRONG = "0" * 32
"""What a bot password looks like, and not the right one."""
OURS = ("PEER_SUPPORT_", "PYWIKIBOT_", "TOOL_")


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


def answer_all(talk: Talk, bare: Bare, mail_to: str = "") -> None:
    """Answer every question, rightly."""
    talk.answer("Wiki", str(bare.sandbox.facts["api"]))
    talk.answer("Account", bare.log_in)
    talk.answer("Bot password", bare.secret)
    talk.answer("Coordinators", "User:Coral")
    talk.answer("Send it to", mail_to)
    talk.answer("Database")
    talk.answer("Address of the desk", bare.desk_url)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.05)
