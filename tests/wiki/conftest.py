"""What tests on the wiki share: a worker inside the test's own process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stage.network import StagedNetwork
from stage.sandbox import Sandbox

if TYPE_CHECKING:
    from bot.network import Network


class Worker:
    """A worker whose steps are called one by one."""

    def __init__(self, network: Network, sandbox: Sandbox) -> None:
        self.network = network
        self.sandbox = sandbox

    def do(self, step: str) -> bool:
        """Do one step once, and say whether there was work."""
        function: Any = getattr(import_module(f"bot.steps.{step}"), step)
        return bool(function(self.network))

    def once(self) -> bool:
        """Do every step until no work is left; False when a step failed."""
        from bot.schedule import once

        return once(self.network)

    def requests_of(self, step: str) -> int:
        """Do one step once, and say how many requests to the wiki it took."""
        before = self.network.wiki.requests
        self.do(step)
        return self.network.wiki.requests - before

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store in SQL."""
        with self.network.store.read() as tx:
            return [tuple(row) for row in tx.connection.exec_driver_sql(query)]

    def outcomes(self) -> list[str]:
        """Give what was recorded of each message, in order."""
        return [row[0] for row in self.rows("select outcome from messages order by id")]

    def cases(self) -> int:
        """Count the cases."""
        return int(self.rows("select count(*) from cases")[0][0])

    def told(self, kind: str) -> list[str]:
        """Give the reasons of the mails of this kind that were queued."""
        rows = self.rows("select kind, reason from outbox order by id")
        return [reason for name, reason in rows if name == kind]

    def setting(self, name: str) -> str:
        """Read one fact about the network."""
        query = f"select value from settings where name = '{name}'"  # noqa: S608
        return str((self.rows(query) or [("",)])[0][0])

    def later(self, **span: float) -> None:
        """Let the network's clock be ahead from now on."""
        ahead = timedelta(**span)
        self.network = replace(
            self.network,
            clock=lambda: datetime.now(UTC) + ahead,
            clocks_apart=timedelta.max,  # it is the test that moves it, not a fault
        )


@pytest.fixture
def worker(network: StagedNetwork, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Give a worker on a network that was just set up, logged in."""
    from bot import app

    loaded = sys.modules.get("pywikibot.config")
    here = network.sandbox.pywikibot_dir
    if loaded is not None and not here.samefile(loaded.base_dir):
        pytest.fail("Pywikibot was loaded for another wiki: run this folder alone (scripts/test)")
    monkeypatch.chdir(network.folder)
    config, store = app.open_config_and_store(str(network.config_file), os.environ)
    opened = app.open_network(config, store)
    # The sandbox was returned to an earlier state: the session is renewed here, not in a test.
    opened.wiki.call({"action": "query", "meta": "userinfo"})
    yield Worker(opened, network.sandbox)
    store.close()


@pytest.fixture
def sysops_hide(sandbox: Sandbox) -> Iterator[None]:
    """Let administrators hide revisions, as on Wikimedia's wikis."""
    override = Path(sandbox.facts["override"])
    override.write_text("<?php $wgGroupPermissions['sysop']['deleterevision'] = true;")
    yield
    override.unlink()


@pytest.fixture
def with_ip_edits(sandbox: Sandbox) -> Iterator[None]:
    """Let people edit logged out, as on wikis without temporary accounts."""
    override = Path(sandbox.facts["override"])
    override.write_text("<?php $wgAutoCreateTempUser['enabled'] = false;")
    yield
    override.unlink()
