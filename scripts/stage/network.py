"""A network on the sandbox: configuration, secret, store and roster in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from stage.ready import Ready
from stage.sandbox import ROOT, Sandbox

CONFIGURATION = """\
wiki:
  intake: "Project:Peer support/Intake"
  landing: "Project:Peer support"
  shutoff: "User:PeerSupportBot/stop"
database: sqlite:///var/peer-support.db
desk: {{url: "http://127.0.0.1:{desk_port}"}}
coordinators: [Coral]
operator: {{name: "the sandbox"}}
schedule: {{intake_seconds: 2}}
"""

ROSTER = """\
- user: Salma
  languages: [de, ar]
  channels: [desk, wikimail, email]
  word: lighthouse
- user: Sven
  languages: [en]
- user: Sofie
  languages: [fr, en]
  channels: [desk, wikimail]
- user: Samir
  languages: [ar, fr]
"""


@dataclass(frozen=True)
class StagedNetwork:
    """A network whose commands can be run."""

    folder: Path
    sandbox: Sandbox
    desk_port: int
    ready: Ready | None = None
    """What commands are forked from; without it each is started anew."""

    @property
    def config_file(self) -> Path:
        """The configuration file."""
        return self.folder / "config" / "peer-support.yaml"

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.folder / "var" / "peer-support.db"

    @property
    def desk_url(self) -> str:
        """The desk's address."""
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment that the network's programs run in."""
        return os.environ | {
            "PEER_SUPPORT_CONFIG": str(self.config_file),
            "PYWIKIBOT_DIR": str(self.sandbox.pywikibot_dir),
        }

    def run(self, *arguments: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; one that fails raises, with what it said."""
        program = str(Path(sys.executable).parent / "peer-support")
        if self.ready is not None:
            done = self.ready.run(program, arguments, self.environment, self.folder)
        else:
            done = subprocess.run(
                [program, *arguments],
                env=self.environment,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        if done.returncode != 0 and not fails:
            message = f"peer-support {' '.join(arguments)}: {done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return done

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that goes on; what it says goes to a log in the folder."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(Path(sys.executable).parent / "peer-support"), *arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                # Ctrl-C is for the demo alone: it then ends these in order.
                start_new_session=True,
            )

    def start_desk(self, seconds: float = 20) -> subprocess.Popen[bytes]:
        """Start the desk and wait until it answers."""
        started = self.start("desk", "--port", str(self.desk_port))
        try:
            self._wait_for_desk(started, seconds)
        except BaseException:
            started.kill()
            raise
        return started

    def _wait_for_desk(self, started: subprocess.Popen[bytes], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and started.poll() is None:
            try:
                requests.get(f"http://127.0.0.1:{self.desk_port}/livez", timeout=2)
            except requests.exceptions.ConnectionError:
                time.sleep(0.1)
            else:
                return
        message = f"the desk did not start; see {self.folder / 'log'}"
        raise RuntimeError(message)


def make(
    folder: Path,
    sandbox: Sandbox,
    roster: str = ROSTER,
    more: str = "",
    ready: Ready | None = None,
) -> StagedNetwork:
    """Make a network in this folder and publish it on the sandbox."""
    network = StagedNetwork(folder, sandbox, free_port(), ready)
    network.config_file.parent.mkdir(parents=True, exist_ok=True)
    text = CONFIGURATION.format(desk_port=network.desk_port) + more
    network.config_file.write_text(text, encoding="utf-8")
    roster_file = folder / "config" / "roster.yaml"
    roster_file.write_text(roster, encoding="utf-8")
    network.run("init")
    network.run("publish", "--as", "Iface")
    network.run("roster", "import", str(roster_file))
    network.run("once")
    return network


def copy(network: StagedNetwork, folder: Path) -> StagedNetwork:
    """Give the same network in another folder; only one of the two may be used on the wiki."""
    shutil.copytree(network.folder, folder, dirs_exist_ok=True)
    return replace(network, folder=folder)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


__all__ = ["ROOT", "StagedNetwork", "copy", "free_port", "make"]
