"""The end of a network on the real wiki: the mails, the pages, the desk, the store."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import requests

from stage.asking import INTAKE, KEY_PAGE
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork, free_port
from tests.conftest import People
from tests.wiki.conftest import Worker

ENDED = "This peer support network has ended."
NOTICE = f"<div lang=\"en\" dir=\"ltr\">\n'''{ENDED}'''"
ON_THE_DESK = "The peer support network has ended"
STOP = "User:PeerSupportBot/stop"


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
    assert people["Rosa"].page("Project:Peer support")["text"].startswith(NOTICE)
    key_page = json.loads(people["Rosa"].page(KEY_PAGE)["text"])
    assert key_page["state"] == "paused"
    assert key_page["where_to_turn"] != []
    tables = ("cases", "page_keys", "supporters", "outbox", "messages", "links", "marks")
    for table in tables:
        assert worker.rows(f"select count(*) from {table}") == [(0,)], table  # noqa: S608
    assert network.run("wind-down", "--yes").returncode == 0


@pytest.mark.usefixtures("desk")
def test_who_gets_no_mail_learns_it_at_the_desk(
    people: People, network: StagedNetwork, mailbox: Mailbox
) -> None:
    """Rosa wanted none, the newcomer has no address: their own page says it from first to last.

    First while others are still to be told, then when all is erased, and after a restart.
    """
    asked = [
        people.ask("Rosa", locale="en", notify=False, message="MARKER-story"),
        people.ask("Newcomer", locale="en", message="MARKER-story"),
    ]
    network.run("once")
    pages = [Visitor(f"{network.desk_url}/status/{one['status_token']}") for one in asked]
    for page in pages:
        assert page.press("open").status == 200
        assert ON_THE_DESK not in page.text

    # The wiki says stop, so nobody may be written to, and nothing is erased.
    people["Admin"].save(STOP, "stop")
    assert network.run("wind-down", "--yes", fails=True).returncode == 3
    for page in pages:
        assert page.look().status == 200
        assert ON_THE_DESK in page.text
        assert "emergency@wikimedia.org" in page.text

    people["Admin"].call(action="delete", title=STOP)
    said = network.run("wind-down", "--yes")
    assert "in 30 days, and not before" in said.stdout
    paths = [f"/status/{one['status_token']}" for one in asked]
    _says_so_everywhere(network, paths)
    anew = replace(network, desk_port=free_port())
    started = anew.start_desk()
    try:
        _says_so_everywhere(anew, paths)
    finally:
        started.terminate()
        started.wait()
    assert mailbox.to("Rosa") == []
    assert mailbox.to("Newcomer") == []


def _says_so_everywhere(network: StagedNetwork, paths: list[str]) -> None:
    for path in [*paths, "/ask", "/"]:
        answer = requests.get(network.desk_url + path, headers={"Accept-Language": "en"}, timeout=9)
        assert ON_THE_DESK in answer.text, path
        assert "emergency@wikimedia.org" in answer.text
        assert "MARKER" not in answer.text
