"""A proxy between bot and wiki, on this machine alone, that does to a request what networks do."""

from __future__ import annotations

import enum
import http.client
import json
import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

LOOPBACK = "127.0.0.1"
SECONDS = 60
DELAY = 1.0
_HTML = b"<!DOCTYPE html><title>Error</title><p>Our servers are having a break."
_PASSED_BACK = frozenset({"content-type", "set-cookie", "retry-after", "location"})
_OUR_OWN = frozenset({"proxy-connection", "connection", "keep-alive", "accept-encoding"})


@enum.unique
class Fault(enum.Enum):
    """What happens to one request; `after`: the wiki has carried it out before."""

    DROPPED = "dropped on the way there"
    DROPPED_AFTER = "dropped on the way back"
    TIMED_OUT_AFTER = "timed out after delivery"
    CLOSED_MIDWAY_AFTER = "closed in the middle of the answer"
    HALF_JSON_AFTER = "half the JSON"
    HTML_AFTER = "HTML in place of the answer"
    HTML = "HTML, and nothing was done"
    HTTP_403 = "403"
    HTTP_404 = "404"
    HTTP_429 = "429"
    HTTP_500 = "500"
    HTTP_500_AFTER = "500 after delivery"
    HTTP_502 = "502"
    HTTP_502_AFTER = "502 after delivery"
    HTTP_503 = "503"
    HTTP_504_AFTER = "504 after delivery"
    DELAYED = "delayed"
    MAXLAG = "maxlag"
    READONLY = "readonly"
    BADTOKEN = "badtoken"
    ASSERTUSERFAILED = "assertuserfailed"
    SESSION_ENDED = "the session ended"

    @property
    def after(self) -> bool:
        """Whether the wiki has carried the request out."""
        return self.name.endswith("_AFTER") or self in {Fault.DELAYED, Fault.SESSION_ENDED}


_API_ERRORS = {
    Fault.MAXLAG: "maxlag",
    Fault.READONLY: "readonly",
    Fault.BADTOKEN: "badtoken",
    Fault.ASSERTUSERFAILED: "assertuserfailed",
}


class Proxy:
    """Passes everything on, but for the next request of a kind that a fault is planned for."""

    def __init__(self) -> None:
        self.planned: tuple[Fault, str] | None = None
        self.happened = 0
        self.requests = 0
        self._server = ThreadingHTTPServer(
            (LOOPBACK, 0), type("Handler", (_Handler,), {"proxy": self})
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """Its address, as `http_proxy` wants it."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def plan(self, fault: Fault, kind: str) -> None:
        """Let this happen to the next request in whose parameters this word stands as a value."""
        self.planned, self.happened = (fault, kind), 0

    def fault_for(self, asked: str) -> Fault | None:
        """Give what happens to a request, once."""
        self.requests += 1
        if self.planned is None or self.planned[1] not in _values(asked):
            return None
        fault, self.planned = self.planned[0], None
        self.happened += 1
        return fault

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def start(self) -> None:
        """Serve."""
        self._thread.start()


def _values(asked: str) -> set[str]:
    return {word for words in parse_qs(asked).values() for word in "|".join(words).split("|")}


@contextmanager
def running() -> Iterator[Proxy]:
    """Run a proxy of one's own; it ends with the block."""
    proxy = Proxy()
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.close()


@contextmanager
def through(proxy: Proxy) -> Iterator[None]:
    """Let what this process asks of the wiki go through the proxy."""
    kept = {name: os.environ.pop(name, None) for name in ("http_proxy", "no_proxy", "NO_PROXY")}
    os.environ["http_proxy"] = proxy.address
    try:
        yield
    finally:
        del os.environ["http_proxy"]
        os.environ.update({name: value for name, value in kept.items() if value is not None})


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_GET(self) -> None:
        self._pass(b"")

    def do_POST(self) -> None:
        self._pass(self.rfile.read(int(self.headers.get("content-length", "0"))))

    def _pass(self, body: bytes) -> None:
        target = urlsplit(self.path)
        if target.hostname != LOOPBACK:
            self.send_error(403)
            return
        fault = self.proxy.fault_for(f"{target.query}&{body.decode('utf-8', 'replace')}")
        if fault is not None and not fault.after:
            self._fail(fault)
            return
        status, headers, answer = self._forward(body, without_cookie=fault)
        self._answer(fault, status, headers, answer)

    def _forward(
        self, body: bytes, *, without_cookie: Fault | None
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        target = urlsplit(self.path)
        wiki = http.client.HTTPConnection(LOOPBACK, target.port or 80, timeout=SECONDS)
        given = {n: v for n, v in self.headers.items() if n.lower() not in _OUR_OWN}
        if without_cookie is Fault.SESSION_ENDED:
            given.pop("Cookie", None)
        wiki.request(self.command, f"{target.path}?{target.query}", body or None, given)
        answer = wiki.getresponse()
        text = answer.read()
        headers = [(n, v) for n, v in answer.getheaders() if n.lower() in _PASSED_BACK]
        wiki.close()
        return answer.status, headers, text

    def _answer(
        self, fault: Fault | None, status: int, headers: list[tuple[str, str]], text: bytes
    ) -> None:
        match fault:
            case Fault.TIMED_OUT_AFTER:
                select.select([self.connection], [], [], SECONDS)  # until the bot gives up
            case Fault.DROPPED_AFTER:
                self._hang_up()
            case Fault.CLOSED_MIDWAY_AFTER:
                self._say(status, headers, text[: len(text) // 2], length=len(text))
            case Fault.HALF_JSON_AFTER:
                self._say(status, headers, text[: len(text) // 2])
            case Fault.HTML_AFTER:
                self._say(200, headers, _HTML)
            case Fault.HTTP_500_AFTER | Fault.HTTP_502_AFTER | Fault.HTTP_504_AFTER:
                self._say(int(fault.name.split("_")[1]), headers, _HTML)
            case Fault.DELAYED:
                select.select([self.connection], [], [], DELAY)
                self._say(status, headers, text)
            case _:
                self._say(status, headers, text)

    def _fail(self, fault: Fault) -> None:
        if fault in _API_ERRORS:
            code = _API_ERRORS[fault]
            error = {"errors": [{"code": code, "text": code, "module": "main"}]}
            self._say(200, [("Retry-After", "5")], json.dumps(error).encode())
        elif fault is Fault.HTML:
            self._say(200, [], _HTML)
        elif fault.name.startswith("HTTP_"):
            self._say(int(fault.name.split("_")[1]), [("Retry-After", "5")], _HTML)
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _say(
        self,
        status: int,
        headers: list[tuple[str, str]],
        text: bytes,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)
        self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Keep quiet: a line would hold what was asked."""
