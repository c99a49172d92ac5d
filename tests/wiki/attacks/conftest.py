"""What attacks on the real wiki share: a roomy network, and the world held against its store."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.casework import events as on
from bot.store import cases, roster
from stage import asking
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People
from tests.faults.checking import Delivered, Tally, World, check, leaks
from tests.wiki.conftest import Worker

WHOLE = os.environ.get("PEER_SUPPORT_FAULTS") == "whole"
"""Everything there is, on demand; otherwise a part that takes a minute or two."""
MARKER = "MARKER-attack-Zq7"
_POLICY = """
policy:
  requests_per_account_per_month: 100
  mails_per_day: 100000
  cool_down_days: 0
"""


@pytest.fixture
def policy() -> str:
    """Give the part of the configuration that is this test's own."""
    return _POLICY


@pytest.fixture
def network(network: StagedNetwork, policy: str) -> StagedNetwork:
    """Give a network with this test's policy."""
    text = network.config_file.read_text(encoding="utf-8")
    network.config_file.write_text(text + policy, encoding="utf-8")
    return network


@dataclass
class Scene:
    """A worker, the people around it, and what they did so far."""

    worker: Worker
    people: People
    mailbox: Mailbox
    folder: Path
    asked: dict[str, str]
    log: Callable[[], str]
    envelopes: int = 0
    ahead: float = 0

    def ask(self, name: str = "Rosa", **fields: Any) -> str:
        """Let somebody ask, with a marker in what they write; give the reference."""
        asked = self.people.ask(name, message=MARKER, **fields)
        self.asked[asked["ref"]] = name
        self.envelopes += 1
        return str(asked["ref"])

    def rounds(self, number: int = 3) -> None:
        """Let the worker do its rounds."""
        from bot.schedule import EVERY_STEP, do_round

        for _ in range(number):
            do_round(self.worker.network, EVERY_STEP, lambda: False)

    def later(self, minutes: float) -> None:
        """Let the worker's clock go ahead of the wiki's by so much more."""
        self.ahead += minutes
        self.worker.later(minutes=self.ahead)

    def withdraw(self, ref: str) -> None:
        """Let the requester take it back, so that the next can ask."""
        network = self.worker.network
        with network.store.write() as tx:
            stored = cases.load_ref(tx, ref)
            assert stored is not None, f"{ref} is lost"
            policy = network.config.policy
            cases.happened(tx, stored.id, on.Withdrawn(), now=network.clock(), policy=policy)

    def tally(self, *, count_envelopes: bool = True) -> Tally:
        """Hold the store against the wiki and the mailbox."""
        accounts = self.worker.sandbox.facts["accounts"]
        by_address = {str(account["mail"]): name for name, account in accounts.items()}
        mails = self.mailbox.everything()
        world = World(
            asked=self.asked,
            delivered=[Delivered(by_address[mail.to], mail.subject) for mail in mails],
            names={int(account["id"]): name for name, account in accounts.items()},
            envelopes=self.envelopes if count_envelopes else None,
        )
        tally = check(self.worker.network.store, self.worker.network.clock(), world)
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        texts: list[str | bytes] = [self.log(), *(path.read_bytes() for path in files)]
        texts += [mail.subject + mail.text for mail in mails]
        tally.leaked = leaks(texts, [MARKER])
        return tally


@pytest.fixture
def scene(
    worker: Worker,
    people: People,
    mailbox: Mailbox,
    network: StagedNetwork,
    caplog: pytest.LogCaptureFixture,
) -> Scene:
    """Give a network whose supporters have room for many, and which has read the page once."""
    with worker.network.store.write() as tx:
        for one in roster.everybody(tx):
            roomy = replace(one, capacity=100, per_week=1000)
            roster.put(tx, roomy, datetime.now(UTC))
    scene = Scene(worker, people, mailbox, network.folder, {}, lambda: caplog.text)
    scene.rounds(1)
    return scene


__all__ = ["MARKER", "WHOLE", "Scene", "asking"]
