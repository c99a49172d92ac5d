"""The end of a network on the real wiki: the mails, the pages, the store."""

from __future__ import annotations

import json

from stage.asking import INTAKE, KEY_PAGE
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker

ENDED = "This peer support network has ended."


def test_the_end(worker: Worker, people: People, network: StagedNetwork, mailbox: Mailbox) -> None:
    """Rosa and every supporter hear it, the pages say where else to turn, the store is empty."""
    people.ask("Rosa", locale="en")
    worker.once()
    said = network.run("wind-down", "--yes")
    assert "The network has ended" in said.stdout, said.stderr
    last = mailbox.to("Rosa")[-1]
    assert "the network is ending" in last.subject
    assert "@" in last.text.partition("\n-- ")[0], "where else to turn"
    assert len([m for m in mailbox.to("Salma") if "das Netzwerk endet" in m.subject]) == 1
    assert ENDED in people["Rosa"].page(INTAKE)["text"]
    assert people["Rosa"].page("Project:Peer support")["text"].startswith(f"'''{ENDED}'''")
    key_page = json.loads(people["Rosa"].page(KEY_PAGE)["text"])
    assert key_page["state"] == "paused"
    assert key_page["where_to_turn"] != []
    tables = ("cases", "page_keys", "supporters", "outbox", "messages", "links", "marks")
    for table in tables:
        assert worker.rows(f"select count(*) from {table}") == [(0,)], table  # noqa: S608
    assert network.run("wind-down", "--yes").returncode == 0
