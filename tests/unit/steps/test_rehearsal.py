"""A dry run does nothing outside: no socket is opened, nothing is posted, no hand is kept."""

from __future__ import annotations

import dataclasses
import socket
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot import rehearsal, webhook
from bot.cli.publishing import publish_pages
from bot.network import Network
from bot.schedule import once
from bot.signs import ALARMS
from bot.steps.alarm import TO_POST
from bot.store.store import get_setting, put_setting
from bot.wiki.wikimail import MailOutcome
from tests.fakes.network import SVEN, FakeNetwork, make
from tests.unit.wiki.scripted import ScriptedWiki

SCRIPT = "MediaWiki:Gadget-peer-support.js"
# What a dry run asks or reckons with, and what it only looks at.
WITHOUT_HANDS = {"config", "messages", "clock", "chance", "random_bytes", "clocks_apart"}
WITHOUT_HANDS |= {"coordinators_now"}  # reads the configuration's file alone
PUT_IN_PLACE = {"store", "wiki", "people", "intake", "mailer", "memory", "hook"}


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network with a webhook in which much is to be done: mails, pages, alarms."""
    made = make(tmp_path)
    hook = partial(webhook.post, "http://127.0.0.1:9/secret", "wiki", "agent")
    object.__setattr__(made.network, "hook", hook)
    publish_pages(made.network, None)
    made.once()
    made.ask(message="MARKER")
    made.wiki.save(SVEN, "evil()", SCRIPT)
    with made.store.write() as tx:
        put_setting(tx, TO_POST, "key-old")
    made.clock.forward(hours=60)
    return made


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Let nobody open a connection, and write down who tried: an error alone would be swallowed."""
    tried: list[object] = []

    def refuse(_self: socket.socket, address: object, *_more: object) -> NoReturn:
        tried.append(address)
        raise OSError("a dry run does nothing outside")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    return tried


def test_it_opens_no_socket(fake: FakeNetwork, sockets: list[object]) -> None:
    """With a webhook, with alarms that wait for it and alarms that begin now."""
    asked = len(fake.wiki.calls)
    rehearsal.rehearse(fake.network)
    assert sockets == []
    assert set(fake.wiki.calls[asked:]) == {"query"}
    once(fake.network)
    assert sockets, "it would have been called: this test can fail"


def test_store_and_memory_stay_as_they_are(fake: FakeNetwork, sockets: list[object]) -> None:
    """What a dry run notes is gone with its copy."""

    def dump() -> list[str]:
        connection: Any = fake.store.engine.raw_connection()
        try:
            return list(connection.driver_connection.iterdump())
        finally:
            connection.close()

    before, memory = dump(), dataclasses.replace(fake.network.memory)
    rehearsal.rehearse(fake.network)
    assert dump() == before
    assert fake.network.memory == memory
    with fake.store.read() as tx:
        assert not get_setting(tx, ALARMS)
    assert not sockets


def test_no_hand_of_the_network_is_used(fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a network may get: what reaches out is not the real one, and so not what is new."""
    seen: list[Network] = []
    monkeypatch.setattr(rehearsal, "once", seen.append)
    rehearsal.rehearse(fake.network)
    [silent] = seen
    real = fake.network
    names = {one.name for one in dataclasses.fields(Network)}
    same = {name for name in names if getattr(silent, name) is getattr(real, name)}
    assert same == WITHOUT_HANDS, "say of what is new whether it reaches out"
    assert names - same == PUT_IN_PLACE
    assert silent.hook is None


@pytest.mark.parametrize(
    ("params", "post"),
    [
        ({"action": "purge", "titles": "A"}, True),
        ({"action": "query", "titles": "A"}, True),
        ({"action": "emailuser"}, False),
        ({"action": "edit"}, True),
    ],
)
def test_its_wiki_is_only_asked(params: dict[str, str], post: bool) -> None:
    """Past the usual way to save nothing goes out, either: no POST, and no action but asking."""
    looking = ScriptedWiki().looking_only()
    with pytest.raises(AssertionError, match="not asked here"):
        looking.call(params, post=post)
    with pytest.raises(AssertionError, match="not done here"):
        looking.call_with_token({"action": "emailuser"})
    assert looking.call_with_token({"action": "edit"})["edit"]["nochange"]


def test_it_still_tells_of_the_mails(fake: FakeNetwork, sockets: list[object]) -> None:
    """Held by the tamper watch nothing would go; without, the request is offered.

    That a dry run saves no key page, though there are new keys, is no change by others.
    """
    kinds = {one.kind for one in rehearsal.rehearse(fake.network)}
    assert "tampered" in kinds
    assert "offer" not in kinds
    fake.wiki.save(SVEN, fake.wiki.revisions(SCRIPT)[0]["text"], SCRIPT)
    kinds = {one.kind for one in rehearsal.rehearse(fake.network)}
    assert {"offer", "receipt"} <= kinds
    assert "tampered" not in kinds
    assert not sockets


def test_what_counts_as_sent_is_noted_and_nothing_else(fake: FakeNetwork) -> None:
    """Its mailer is one that only answers."""
    outcome: MailOutcome = rehearsal._note("Anybody", "subject", "text", fake.clock())
    assert type(outcome).__name__ == "Sent"
