"""What tests share: one sandbox wiki, and a fresh network on it for each test."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot.logs import OURS
from sandbox_wiki.files import alone
from stage import asking
from stage import network as networks
from stage import sandbox as sandboxes
from stage.mailbox import Mailbox
from stage.network import ROOT, StagedNetwork
from stage.ready import Ready
from stage.sandbox import Account, Sandbox
from tests.compiled_pages import compile_once
from tests.databases import (
    database_url,
    disk_lags_behind,
    file,
    mariadb,
    needs_mariadb,
    pytest_generate_tests,
    real_connections,
    real_migrations,
    stores_are_closed,
    tables_at_once,
)
from tests.progress import long_first

__all__ = [
    "database_url",
    "disk_lags_behind",
    "file",
    "mariadb",
    "pytest_generate_tests",
    "real_connections",
    "real_migrations",
    "stores_are_closed",
    "tables_at_once",
]

# On a busy machine a thing that takes a millisecond can take a second; that says nothing of ours.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# A third of what a test of the desk's pages took went into compiling the same templates again.
compile_once()

# Tests that run at the same time each have a wiki of their own.
TOLD = "told"
PORTS_APART = 10
_BESIDE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORT = int(os.environ.get("PEER_SUPPORT_TEST_PORT", "8480")) + PORTS_APART * _BESIDE


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what a command that ran in this process has set: the next test has its own log."""
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    handlers, levels, raising = root.handlers, (root.level, ours.level), logging.raiseExceptions
    hooks = (sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield
    logging.captureWarnings(capture=False)
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """Give the tests' own sandbox, running."""
    # One after the other: each would build what it needs of MediaWiki, and both the same.
    with alone(ROOT / "var" / "raising.lock", "raising a wiki for the tests"):
        sandbox = sandboxes.up(PORT, fresh=True)
    os.environ["PYWIKIBOT_DIR"] = str(sandbox.pywikibot_dir)
    yield sandbox
    sandboxes.command(("down", "--port", str(PORT)))


@pytest.fixture(scope="session")
def ready() -> Iterator[Ready]:
    """Give what commands are forked from."""
    process = Ready()
    yield process
    process.close()


@pytest.fixture(scope="session")
def first_network(
    running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, ready: Ready
) -> StagedNetwork:
    """Set a network up and publish it, once; the sandbox keeps that state."""
    network = networks.make(tmp_path_factory.mktemp("first"), running_sandbox, ready=ready)
    sandboxes.command(("keep", "--port", str(running_sandbox.port)))
    return network


@pytest.fixture
def sandbox(first_network: StagedNetwork, ready: Ready) -> Sandbox:
    """Give the sandbox as it was when the network had just been published, with no mail."""
    ready.sandbox("return", "--port", str(first_network.sandbox.port))
    return first_network.sandbox


@pytest.fixture
def mailbox(sandbox: Sandbox) -> Mailbox:
    """Give the sandbox's mailbox."""
    return Mailbox(sandbox.mailbox_url)


@pytest.fixture
def network(sandbox: Sandbox, first_network: StagedNetwork, tmp_path: Path) -> StagedNetwork:
    """Give a network that was just set up and published, in a folder of this test's own."""
    return networks.copy(first_network, tmp_path)


@pytest.fixture
def desk(network: StagedNetwork) -> Iterator[None]:
    """Let the network's desk be open."""
    process = network.start_desk()
    yield
    process.terminate()
    process.wait()


class People:
    """The sandbox's accounts, each logged in once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._known: dict[str, Account] = {}

    def __getitem__(self, name: str) -> Account:
        if name not in self._known:
            self._known[name] = self._sandbox.as_account(name)
        return self._known[name]

    def ask(self, name: str, **fields: Any) -> dict[str, Any]:
        """Let somebody ask, sealed; the fields are those of the payload."""
        return asking.ask(self[name], self._sandbox.user_id(name), **fields)


@pytest.fixture
def people(sandbox: Sandbox) -> People:
    """Give the people of the sandbox."""
    return People(sandbox)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Give a way to say in one line what an attack came to; all are shown at the end."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the attacks and faults came to, a line each."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    lines = [value for one in reports for name, value in one.user_properties if name == TOLD]
    lines += [line for one in reports for line in one.capstdout.splitlines() if "lost 0" in line]
    if lines:
        terminalreporter.section("attacks and faults")
    for line in dict.fromkeys(lines):
        terminalreporter.write_line(str(line))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder and by what they need, and begin with those that take longest."""
    long_first(items)
    for item in items:
        if needs_mariadb(item):
            item.add_marker(pytest.mark.mariadb)
        for folder in {"wiki", "browser"}.intersection(item.path.parts):
            item.add_marker(getattr(pytest.mark, folder))
