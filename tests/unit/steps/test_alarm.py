"""Alarms reach coordinators, the log and the webhook, each once; and a webhook that is away."""

from __future__ import annotations

import http.server
import json
import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot import webhook
from bot.network_state import TAMPERED
from bot.schedule import do
from bot.signs import known
from bot.steps.alarm import alarm
from bot.store.store import put_setting
from bot.wiki.errors import ApiError, WikiDownError
from tests.fakes.network import START, FakeNetwork, make


class Hook:
    """A webhook that writes down what it hears, or is away."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.away = False

    def __call__(self, code: str, _now: datetime) -> bool:
        """Hear of an alarm."""
        if not self.away:
            self.heard.append(code)
        return not self.away


@pytest.fixture
def hook() -> Hook:
    """Give the operator's webhook."""
    return Hook()


@pytest.fixture
def fake(tmp_path: Path, hook: Hook) -> FakeNetwork:
    """Give a network whose operator has a webhook, and which has begun."""
    made = make(tmp_path)
    object.__setattr__(made.network, "hook", hook)
    made.once()
    return made


def _rounds(fake: FakeNetwork, minutes: int) -> None:
    for _ in range(3):
        fake.clock.forward(minutes=minutes)
        fake.once()


def test_a_wiki_that_is_away_is_told_once_and_once_when_it_is_back(
    fake: FakeNetwork, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing read for ten minutes: log and webhook at once, mail once it can go; then the end."""
    caplog.set_level(logging.INFO)
    fake.wiki.does.before["query"] = WikiDownError("no-connection")
    _rounds(fake, 6)
    assert hook.heard == ["wiki-away", "not-read"]
    assert "alarm: not-read: begun" in caplog.text
    fake.wiki.does.before.clear()
    _rounds(fake, 61)
    assert hook.heard == [
        *("wiki-away", "not-read"),
        *("not-read-over", "wiki-away-over"),
    ]
    assert "alarm: not-read: over" in caplog.text
    texts = "\n".join(mail["text"] for mail in fake.wiki.mails("Coral"))
    assert texts.count("could not be read") == 1
    assert texts.count("is being read again") == 1


def test_a_restart_tells_nothing_twice(fake: FakeNetwork, hook: Hook) -> None:
    """What was told is in the store: another worker goes on from there."""
    fake.wiki.does.before["query"] = WikiDownError("no-connection")
    _rounds(fake, 6)
    fake.store.close()
    again = make(fake.wiki.folder, fake.clock)
    object.__setattr__(again.network, "hook", hook)
    again.wiki.does.before["query"] = WikiDownError("no-connection")
    _rounds(again, 6)
    assert hook.heard == ["wiki-away", "not-read"]


def test_a_webhook_that_is_away_hears_of_it_later(fake: FakeNetwork, hook: Hook) -> None:
    """What did not get through is kept, in its order, and told when the webhook is back."""
    hook.away = True
    with fake.store.write() as tx:
        put_setting(tx, TAMPERED, '["MediaWiki:Gadget"]')
    do(alarm, fake.network)
    with fake.store.write() as tx:
        put_setting(tx, TAMPERED, "")
    do(alarm, fake.network)
    assert hook.heard == []
    hook.away = False
    do(alarm, fake.network)
    do(alarm, fake.network)
    assert hook.heard == ["gadget-differs", "gadget-differs-over"]


def test_what_the_watch_mails_is_not_mailed_twice(fake: FakeNetwork, hook: Hook) -> None:
    """A changed gadget has a mail of its own; operators hear of it all the same."""
    with fake.store.write() as tx:
        put_setting(tx, TAMPERED, '["MediaWiki:Gadget"]')
    do(alarm, fake.network)
    with fake.store.read() as tx:
        assert [one.value for one in known(tx)] == ["gadget-differs"]
    assert hook.heard == ["gadget-differs"]
    fake.once()
    assert fake.wiki.mails("Coral") == []


def test_an_account_that_may_not_send_is_stuck_and_not_short(fake: FakeNetwork, hook: Hook) -> None:
    """Blocked for hours with a day's mails left: that is what is told, and then that it is over."""
    fake.ask()
    fake.wiki.does.before["emailuser"] = ApiError("blocked")
    _rounds(fake, 31)
    assert hook.heard == ["outbox-stuck"]
    fake.wiki.does.before.clear()
    _rounds(fake, 61)
    assert hook.heard == ["outbox-stuck", "outbox-stuck-over"]


class TestWebhook:
    """`bot.webhook.post`, against a server of its own."""

    @pytest.fixture
    def server(self) -> Iterator[http.server.ThreadingHTTPServer]:
        """Serve an address that answers with the status that it was asked with."""

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append(json.loads(body))
                self.send_response(int(self.path.rpartition("/")[2]))
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_about: object) -> None:
                """Keep silent."""

        heard: list[dict[str, str]] = []
        running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.heard = heard  # type: ignore[attr-defined]
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()
        running.server_close()

    def test_says_what_it_is_about_and_nothing_else(
        self, server: http.server.ThreadingHTTPServer
    ) -> None:
        """The name of the alarm, whether it is over, the wiki, the time, and a sentence."""
        url = f"http://127.0.0.1:{server.server_address[1]}/hook/200"
        assert webhook.post(url, "testwiki", "peer-support/1 (a@b.example)", "key-old-over", START)
        assert server.heard == [  # type: ignore[attr-defined]
            {
                "wiki": "testwiki",
                "alarm": "key-old",
                "state": "over",
                "at": START.isoformat(),
                "text": "Peer support network on testwiki: key old, over",
            }
        ]

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_knows_when_it_was_not_heard(
        self,
        server: http.server.ThreadingHTTPServer,
        status: int,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """A refusal or a redirect is no yes, and the address is in no log."""
        url = f"http://127.0.0.1:{server.server_address[1]}/token/{status}"
        assert not webhook.post(url, "testwiki", "peer-support/1 (a@b.example)", "key-old", START)
        assert str(status) in caplog.text
        assert "token" not in caplog.text

    def test_does_not_fail_where_nobody_listens(self, caplog: pytest.LogCaptureFixture) -> None:
        """No server, no worker stopped."""
        assert not webhook.post(
            "http://127.0.0.1:9/token", "testwiki", "peer-support/1 (a@b.example)", "key-old", START
        )
        assert "token" not in caplog.text
