"""A dry run says what would happen, and nothing does."""

from __future__ import annotations

import http.server
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from stage.asking import INTAKE
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People


def test_a_dry_run_tells_and_does_nothing(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """The mails that `once` would send are named with their rules; nothing else changes."""
    asked = people.ask("Rosa", languages=["de"], message="MARKER")
    page = people["Rosa"].page(INTAKE)
    before = network.run("status", "--json").stdout
    said = network.run("once", "--dry-run")
    assert "supporter Salma" in said.stdout
    assert "the requester" in said.stdout
    assert f"{asked['ref'][:4]}-{asked['ref'][4:]}" in said.stdout
    assert "2 mails would go now" in said.stdout
    assert "Rosa" not in said.stdout + said.stderr
    assert "MARKER" not in said.stdout + said.stderr
    assert mailbox.everything() == []
    assert people["Rosa"].page(INTAKE) == page
    assert network.run("status", "--json").stdout == before
    network.run("once")
    assert len(mailbox.everything()) == 2


# Runs a command, and writes down each connection that it begins and each request that it sends.
WATCHED = """
import json, socket, sys
from urllib3.connectionpool import HTTPConnectionPool
real_connect, real_request = socket.socket.connect, HTTPConnectionPool.urlopen
seen = open(sys.argv.pop(1), "a", buffering=1)
def connect(self, address):
    print(json.dumps(["connect", address]), file=seen)
    return real_connect(self, address)
def urlopen(self, method, url, body=None, *rest, **more):
    text = body.decode() if isinstance(body, bytes) else str(body or "")
    print(json.dumps(["request", f"{self.host}:{self.port}", method, url, text]), file=seen)
    return real_request(self, method, url, body, *rest, **more)
socket.socket.connect, HTTPConnectionPool.urlopen = connect, urlopen
from bot.cli import main
main()
"""


def test_a_dry_run_speaks_to_the_wiki_alone(
    network: StagedNetwork, people: People, tmp_path: Path
) -> None:
    """No socket but to the wiki's API, no POST but to log in and ask; no webhook is called."""
    seen = tmp_path / "seen"
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as hook:
        address = f"http://127.0.0.1:{hook.server_port}/hook"
        with network.config_file.open("a") as config:
            config.write(f'alarms: {{webhook: "{address}"}}\n')
        people.ask("Rosa", languages=["de"], message="MARKER")
        _let_alarms_stand(network)
        assert network.run("status", "--check", fails=True).returncode == 1
        command = [sys.executable, "-c", WATCHED, str(seen), "once", "--dry-run"]
        subprocess.run(
            command,
            env=network.environment,
            cwd=network.folder,
            check=True,
            capture_output=True,
            timeout=120,
        )
    lines = [json.loads(line) for line in seen.read_text().splitlines()]
    api = urlsplit(network.sandbox.url)
    connected = {tuple(line[1][:2]) for line in lines if line[0] == "connect"}
    assert connected == {(api.hostname, api.port)}
    asked = [line[1:] for line in lines if line[0] == "request"]
    assert asked
    assert {where for where, *_ in asked} == {f"{api.hostname}:{api.port}"}
    posted = [body for _, method, _, body in asked if method != "GET"]
    # Pywikibot posts what it asks when it logs in; what is asked in this way changes nothing.
    actions = {parse_qs(body)["action"][0] for body in posted}
    assert actions <= {"query", "login", "clientlogin"}, posted


def _let_alarms_stand(network: StagedNetwork) -> None:
    connection = sqlite3.connect(network.database)
    with connection:
        connection.execute("DELETE FROM settings WHERE name IN ('tampered', 'alarms-to-post')")
        connection.executemany(
            "INSERT INTO settings (name, value) VALUES (?, ?)",
            [("tampered", '["MediaWiki:Gadget"]'), ("alarms-to-post", "key-old")],
        )
    connection.close()


def test_the_master_secret_is_changed(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """After `keys rewrap` a request is served as before, and the old secret opens nothing."""
    people.ask("Rosa", languages=["de"])
    secret = network.config_file.parent / "secret"
    old = secret.read_bytes()
    network.run("keys", "rewrap", "--yes")
    assert secret.read_bytes() != old
    assert secret.stat().st_mode & 0o777 == 0o600
    assert not secret.with_name("secret.new").exists()
    network.run("once")
    assert len(mailbox.to("Salma")) == 1
    new = secret.read_bytes()
    secret.write_bytes(old)
    refused = network.run("status", fails=True)
    assert refused.returncode == 2
    assert "not the one that this store was made with" in refused.stdout + refused.stderr
    # A rewrap that was cut off between the store and the file goes on where it was.
    fresh = secret.with_name("secret.new")
    fresh.write_bytes(new)
    fresh.chmod(0o600)
    network.run("keys", "rewrap", "--yes")
    assert secret.read_bytes() == new
