"""The real wiki's mailer is away, or a firewall stands before it: nobody pays but with time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.casework.effects import Door
from bot.store import accounts
from stage import proxy as proxies
from stage.desk import Visitor
from stage.mailbox import Mailbox
from stage.network import StagedNetwork, free_port
from stage.proxy import Fault, through
from stage.sandbox import Sandbox
from stage.tls import front
from tests.conftest import People
from tests.wiki.conftest import Worker

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def one_at_a_time(network: StagedNetwork) -> None:
    """Let one supporter be asked at a time, so that there is a next one who must not be."""
    with network.config_file.open("a") as config:
        config.write("policy: {offers_at_once: 1}\n")


@contextmanager
def mailer_away(sandbox: Sandbox) -> Iterator[None]:
    """Let nobody listen where the wiki hands its mail over."""
    override = Path(sandbox.facts["override"])
    override.write_text(f"<?php $wgSMTP['port'] = {free_port()};")
    try:
        yield
    finally:
        override.unlink()


def ask_at_the_desk(worker: Worker, name: str) -> None:
    """Do what the desk does when a name is entered at /ask."""
    with worker.network.store.write() as tx:
        accounts.ask(tx, Door.ASK, name, "en", worker.network.clock())


def outbox(worker: Worker) -> list[tuple[str, str, str]]:
    """Give each mail: its kind, how it stands, and what the wiki said."""
    return [
        tuple(row) for row in worker.rows("select kind, state, outcome from outbox order by id")
    ]


def test_a_whole_case_survives(
    worker: Worker, people: People, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    """Away while Salma is asked, while she said yes, and while Ravi asks for a link at /ask."""
    with mailer_away(sandbox):
        people.ask("Rosa", languages=["de", "ar"])
        worker.once()
        assert outbox(worker) == [
            ("receipt", "queued", "pear-mail-error"),
            ("offer", "queued", "pear-mail-error"),
        ]
        assert worker.rows("select state, sent_at, answer_by from offers") == [
            ("queued", None, None)
        ]
        ask_at_the_desk(worker, "Ravi")
        worker.once()
    assert mailbox.everything() == []
    worker.later(minutes=2)
    worker.once()
    worker.later(minutes=4)
    worker.once()
    assert [len(mailbox.to(name)) for name in ("Salma", "Samir", "Rosa", "Ravi")] == [1, 0, 1, 1]
    assert "/ask/" in mailbox.to("Ravi")[0].link
    assert Visitor(mailbox.to("Ravi")[0].link).status == 200
    with mailer_away(sandbox):
        Visitor(mailbox.to("Salma")[0].link).press("accept")
        worker.once()
        worker.later(minutes=8)
        worker.once()
        assert worker.rows("select state from cases") == [("supported",)]
    worker.later(minutes=30)
    worker.once()
    worker.later(minutes=60)
    worker.once()
    link = mailbox.to("Salma")[-1].link
    assert "/case/" in link
    assert Visitor(link).status == 200
    assert worker.rows("select state from cases") == [("supported",)]
    assert len(mailbox.to("Samir")) == 0
    assert {state for _, state, _ in outbox(worker)} == {"sent"}


def test_whom_the_mailer_failed_once_may_ask_again_the_same_day(
    worker: Worker, people: People, mailbox: Mailbox
) -> None:
    """Ravi takes no mail, asks at /ask, turns it on, and asks again: his link comes."""
    people["Ravi"].call(action="options", optionname="disablemail", optionvalue="1")
    ask_at_the_desk(worker, "Ravi")
    worker.once()
    people["Ravi"].call(action="options", optionname="disablemail", optionvalue="0")
    worker.network.people.forget()
    ask_at_the_desk(worker, "Ravi")
    worker.once()
    assert len(mailbox.to("Ravi")) == 1


@pytest.mark.parametrize("fault", [Fault.HTTP_403, Fault.HTTP_404])
def test_a_firewall_turns_a_mail_away(
    worker: Worker, people: People, mailbox: Mailbox, fault: Fault
) -> None:
    """A 4xx in HTML: the offer has not gone, nobody counts it as sent, and it goes once, later."""
    people.ask("Rosa", languages=["de", "ar"], notify=False)
    worker.do("take_in")
    worker.do("offer")
    with proxies.running() as proxy, through(proxy):
        proxy.plan(fault, "emailuser")
        worker.do("deliver")
    assert proxy.happened == 1
    code = f"http-{fault.value}"
    assert outbox(worker) == [("offer", "queued", code)]
    assert worker.rows("select state, sent_at from offers") == [("queued", None)]
    worker.later(minutes=1)
    worker.once()
    worker.later(minutes=10)
    worker.once()
    assert len(mailbox.to("Salma")) == 1
    assert mailbox.to("Samir") == []


@pytest.fixture
def refusing() -> Iterator[str]:
    """Give the address of a proxy that opens no way to anywhere."""
    with proxies.running() as proxy:
        yield proxy.address


@contextmanager
def moved_to(address: str) -> Iterator[str]:
    """Give the address of a server that sends everybody on to another one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(301)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("why", ["certificate", "certificates-missing", "no-proxy", "redirected"])
def test_what_keeps_a_request_from_setting_out(
    worker: Worker,
    people: People,
    mailbox: Mailbox,
    refusing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    """No letter went out, so none counts as perhaps sent: all go once the way is free again."""
    from pywikibot.comms import http

    request = http.request
    environment = {
        "certificate": {},  # the wiki's has run out, or nobody here trusts it
        "certificates-missing": {"REQUESTS_CA_BUNDLE": str(tmp_path / "nowhere.pem")},
        "no-proxy": {"https_proxy": refusing, "no_proxy": "", "NO_PROXY": ""},
        "redirected": {},  # it has moved, or takes nothing but HTTPS from now on
    }[why]
    api = str(worker.sandbox.facts["api"])
    with (
        front(tmp_path, free_port()) as untrusted,
        moved_to(api) as moved,
        monkeypatch.context() as patched,
    ):
        address = moved if why == "redirected" else untrusted.url

        def to_the_wiki(site: Any, *, uri: str, **how: Any) -> Any:
            if how.get("data", {}).get("action") == "emailuser":
                return http.fetch(f"{address}{uri}", **how)
            return request(site, uri=uri, **how)

        patched.setattr(http, "request", to_the_wiki)
        for name, value in environment.items():
            patched.setenv(name, value)
        people.ask("Rosa", languages=["de", "ar"])
        worker.once()
        worker.later(minutes=10)
        worker.once()
    letters = [(state, said) for kind, state, said in outbox(worker) if kind != "alarm"]
    assert [state for state, _ in letters] == ["queued"] * 2
    assert {said for _, said in letters} - {None} == {why}  # the first that fails keeps the rest
    worker.later(minutes=60)
    worker.once()
    assert [len(mailbox.to(name)) for name in ("Rosa", "Salma", "Samir")] == [1, 1, 0]
