"""docs/toolforge.md shows what is printed in a container like Toolforge's: its examples are run."""

from __future__ import annotations

import re
import shlex
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from bot.config import load
from bot.publishing.release import Facts, pages
from stage.network import ROOT, StagedNetwork
from stage.sandbox import Account, Sandbox
from tests.conftest import People

if TYPE_CHECKING:
    from tests.wiki.conftest import Hosted

PAGE = (ROOT / "docs" / "toolforge.md").read_text(encoding="utf-8")
EXAMPLES = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
# Each with what it prints.
COMMANDS = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", EXAMPLES, re.MULTILINE)
# As they stand on the page; here they are others.
HOME, DESK, WIKI, INSIDE = (
    "/data/project/peer-support",
    "https://peer-support.toolforge.org",
    "https://wiki.example",
    "http://0.0.0.0:8000",
)
PASTE = f"{HOME}/paste"
ANYTHING = "…"
_A_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?([.,]\d+)?(\+00:00)?")
_SECONDS = re.compile(r"[0-5] s from the wiki's")
_ROWS = re.compile(r"^\d+ rows are", re.MULTILINE)
_SPACES = re.compile(r"\s+")
SECONDS = 60
pytestmark = pytest.mark.timeout(600)


class Tool:
    """The page's tool, as it is here: a network in containers."""

    def __init__(self, hosted: Hosted, sandbox: Sandbox, going_on: ExitStack) -> None:
        self._hosted = hosted
        self._going_on = going_on
        self._names = {HOME: str(hosted.home), DESK: self._desk, WIKI: sandbox.url}
        self._names[INSIDE] = f"http://0.0.0.0:{hosted.desk_port}"

    def do(self, command: str) -> str:
        """Carry a command of the page out, and give what it prints, in the page's names."""
        for there, here in self._names.items():
            command = command.replace(there, here)
        said = self._do(command)
        for there, here in self._names.items():
            said = said.replace(here, there)
        return said

    @property
    def _desk(self) -> str:
        return f"http://127.0.0.1:{self._hosted.desk_port}"

    def _do(self, command: str) -> str:
        program, *words = shlex.split(command)
        if program == "curl":
            return requests.get(words[-1], timeout=SECONDS).text + "\n"
        if command == "toolforge jobs logs worker":
            return self._logs("worker")
        if command == "toolforge webservice buildservice logs":
            return self._logs("web")
        assert program == "peer-support", f"what would {command} print?"
        done = self._hosted.container.run(self._hosted.image.command, *words)
        return done.stdout + done.stderr

    def _logs(self, process: str) -> str:
        """Start a process, and give what it says until it is at work."""
        started = self._hosted.start(process)
        self._going_on.callback(started.stop)
        asked = {"worker": self._hosted.is_healthy, "web": self._desk_answers}[process]
        end = time.monotonic() + SECONDS
        while not asked():
            assert time.monotonic() < end, self._hosted.log(process)
            time.sleep(0.2)
        return self._hosted.log(process)

    def _desk_answers(self) -> bool:
        try:
            return requests.get(f"{self._desk}/livez", timeout=SECONDS).ok
        except requests.exceptions.ConnectionError:
            return False


def alike(text: str) -> str:
    """Return a text without what differs by day, terminal width, or step of the worker beside."""
    text = _ROWS.sub("25 rows are", text)
    text = _SECONDS.sub("0 s from the wiki's", _A_TIME.sub("2026-11-25 12:00", text))
    return _SPACES.sub(" ", text).strip()


def pattern(text: str) -> str:
    """Give what a text of the page matches, in which something may be left out."""
    return ".*?".join(re.escape(part) for part in alike(text).split(ANYTHING))


@pytest.fixture
def titles(people: People, network: StagedNetwork) -> list[str]:
    """Let the wiki have no page of the release; give the titles of those that were there."""
    config = load(network.config_file, {})
    landing, intake = config.wiki.landing, config.wiki.intake
    facts = Facts(config, landing, intake, config.wiki.shutoff, "PeerSupportBot")
    released = [page.title for page in pages(facts)]
    for title in released:
        people["Iface"].call(action="delete", title=title)
    return released


def test_each_command_prints_what_stands_there(
    titles: list[str], hosted: Hosted, sandbox: Sandbox, people: People
) -> None:
    """From the empty database to a copy of the store, in the order of the page."""
    assert len(COMMANDS) > 10, "the page shows its commands otherwise"
    with ExitStack() as going_on:
        tool = Tool(hosted, sandbox, going_on)
        for command, shown in COMMANDS:
            printed = tool.do(command)
            assert re.fullmatch(pattern(shown), alike(printed)), f"$ {command}\n{printed}"
            if PASTE in command:
                paste(hosted.home / "paste", titles, people["Iface"])


def paste(folder: Path, titles: list[str], account: Account) -> None:
    """Paste what `publish` left, as somebody with the right to does."""
    files = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    for title in titles:
        name = re.sub(r"[^\w.-]+", "_", title)
        if name in files:
            account.save(title, files.pop(name))
    assert not files
