"""The desk as it is served: by waitress, as a process of its own, until it is told to end."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import i18n
from bot.config import load
from bot.store.keyring import Keyring, read_secret
from bot.store.store import HEARTBEAT, open_store, put_setting

PROGRAM = Path(sys.executable).parent / "peer-support"
TOKEN = "TokenThatNoLogMayHold0"
GUARDS = ["Cache-Control", "Referrer-Policy", "X-Robots-Tag", "Content-Security-Policy"]


@dataclass
class _Served:
    """A desk that runs."""

    process: subprocess.Popen[str]
    port: int
    config: Path

    def ask(self, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, str]:
        """Ask in proper HTTP."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={"Host": host})
            response = connection.getresponse()
            assert not [name for name in GUARDS if not response.getheader(name)]
            return response.status, response.read().decode()
        finally:
            connection.close()

    def say(self, what: bytes) -> str:
        """Say anything at all, and give all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            heard = b""
            # What is refused before all of it was read resets the connection, at any of these.
            try:
                connection.sendall(what)
                connection.shutdown(socket.SHUT_WR)
                while more := connection.recv(65536):
                    heard += more
            except TimeoutError:
                raise
            except OSError:
                pass
        return heard.decode()

    def end(self) -> tuple[int, str]:
        """Tell it to end; give its exit code and all that it said."""
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=15)
        return self.process.returncode, said


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith("PEER_SUPPORT")
    }


@pytest.fixture
def served(tmp_path: Path) -> Iterator[_Served]:
    """Set a network up by its commands and serve its desk."""
    config = tmp_path / "peer-support.yaml"
    config.write_text('wiki: {intake: "Project:Intake"}\ncoordinators: [Coordinator]\n')
    command = [str(PROGRAM), "--config", str(config)]
    subprocess.run(
        [*command, "init"], env=_environment(), check=True, capture_output=True, timeout=60
    )
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with subprocess.Popen(
        [*command, "desk", "--port", str(port)],
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        desk = _Served(process, port, config)
        try:
            _wait(desk)
            yield desk
        finally:
            if process.poll() is None:
                process.kill()


def _wait(desk: _Served) -> None:
    for _ in range(200):
        assert desk.process.poll() is None, desk.process.communicate()[0]
        try:
            desk.ask("/livez")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the desk did not answer within 20 seconds")


def test_it_is_served_for_real_and_ends_when_told(served: _Served) -> None:
    """Alive with its worker, pages for what opens nothing, and gone within seconds at SIGTERM."""
    assert served.ask("/healthz")[0] == 503
    config = load(served.config, {})
    keyring = Keyring(read_secret({}, served.config.parent / "secret"))
    store = open_store(config.database_url, keyring)
    with store.write() as tx:
        put_setting(tx, HEARTBEAT, datetime.now(UTC).isoformat())
    store.close()
    assert served.ask("/healthz") == (200, "ok")
    assert served.ask("/healthz", "HEAD") == (200, "")
    assert served.ask("/livez") == (200, "ok")
    assert served.ask("/static/desk.css")[0] == 200
    status, text = served.ask(f"/offer/{TOKEN}")
    assert status == 404
    assert i18n.load().text("desk-not-here", "en") in text
    before = time.monotonic()
    code, said = served.end()
    assert time.monotonic() - before < 10
    assert code == 0
    assert TOKEN not in said
    assert "Traceback" not in said


def test_no_log_holds_a_token_whatever_is_sent(served: _Served) -> None:
    """Neither what it prints nor what it answers repeats a mangled request, or who sent it."""
    for host in ("a..b", "a b", "x" * 70 + ".org"):
        assert served.ask(f"/case/{TOKEN}", host=host)[0] in {400, 404}
    path = f"/case/{TOKEN}".encode()
    mangled = [
        b"GET %s HTTP/9.9\r\n\r\n" % path,
        b"GET %s\r\n\r\n" % path,
        b"get%%20 %s HTTP/1.1\r\n\r\n" % path,
        b"GET %s x HTTP/1.1\r\n\r\n" % path,
        b"GET %s HTTP/1.1\r\nbad header %s\r\n\r\n" % (path, path),
        b"GET %s%s HTTP/1.1\r\n\r\n" % (path, b"A" * 8000),
        b"GET %s HTTP/1.1\r\nCookie: %s\r\n\r\n" % (path, b"A" * 20000),
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked, %s\r\n\r\n" % (path, path),
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz%s\r\n" % (path, path),
        b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\ndo=accept" % path,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03%s" % path,
    ]
    for request in mangled:
        heard = served.say(request)
        assert TOKEN not in heard, request
        head = heard.partition("\r\n\r\n")[0]
        assert not heard or all(f"{name}: " in head for name in GUARDS), request
    assert served.ask("/healthz")[0] == 503
    code, said = served.end()
    assert code == 0
    assert TOKEN not in said
    assert "127.0.0.1 " not in said.replace(f"http://127.0.0.1:{served.port}", "")
    assert "Traceback" not in said


def _stall(port: int) -> list[socket.socket]:
    """Open 60 connections that never finish a request: half in the headers, half in the body."""
    heads = [
        b"POST /ask HTTP/1.1\r\nHost: x\r\n",
        b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nname=",
    ]
    stalled = []
    for number in range(60):
        one = socket.create_connection(("127.0.0.1", port), timeout=20)
        one.sendall(heads[number % 2])
        stalled.append(one)
    return stalled


def test_stalled_connections_keep_nobody_else_waiting(served: _Served) -> None:
    """While 60 requests never end, everybody else is answered within a second."""
    stalled = _stall(served.port)
    try:
        for _ in range(20):
            before = time.monotonic()
            assert served.ask("/ask")[0] == 200
            assert time.monotonic() - before < 1
    finally:
        for one in stalled:
            one.close()
    assert served.end()[0] == 0


def test_what_has_arrived_is_answered_when_told_to_end(served: _Served) -> None:
    """Requests that arrived before the end are answered, on old connections and on new ones."""
    ask = b"GET /ask HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as old:
        old.sendall(ask)
        assert old.recv(15) == b"HTTP/1.1 200 OK"
        os.kill(served.process.pid, signal.SIGSTOP)
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as new:
            old.sendall(ask)
            new.sendall(ask)
            served.process.send_signal(signal.SIGTERM)
            os.kill(served.process.pid, signal.SIGCONT)
            assert _all_of(new).startswith(b"HTTP/1.1 200 OK")
            assert b"HTTP/1.1 200 OK" in _all_of(old)
    assert served.process.wait(timeout=12) == 0


def _all_of(connection: socket.socket) -> bytes:
    heard = b""
    while more := connection.recv(65536):
        heard += more
    return heard


def test_without_a_store_it_does_not_start(tmp_path: Path) -> None:
    """What has to be mended is said at once, before anything is served, with exit code 2."""
    config = tmp_path / "peer-support.yaml"
    config.write_text('wiki: {intake: "Project:Intake"}\ncoordinators: [Coordinator]\n')
    done = subprocess.run(
        [str(PROGRAM), "--config", str(config), "desk", "--port", "1"],
        check=False,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "peer-support init" in done.stderr


def test_a_load_balancer_that_names_no_host(served: _Served) -> None:
    """HTTP/1.0 knows no Host; a check from there is answered like any other."""
    for host in (
        b"",
        b"Host:\r\n",
        b"Host: 10.0.0.3:8000\r\n",
        b"Host: [::1]\r\n",
        b"Host: a b\r\n",
    ):
        for path, status in ((b"/livez", "200"), (b"/healthz", "503"), (b"/offer/x", "404")):
            heard = served.say(b"GET %s HTTP/1.0\r\n%s\r\n" % (path, host))
            assert heard.partition("\r\n")[0].split()[1] == status, (host, path)
