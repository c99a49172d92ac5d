"""The sandbox behind a gateway that verifies OAuth 1.0a, as MediaWiki's extension OAuth would.

The library that verifies is not the code that signs, and what is signed well goes on to the real
wiki in the session of the consumer's account. What carries no signature goes on as it came.
"""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

from stage.sandbox import Sandbox

SECONDS = 60
FOUR = ("c0ffee" * 5, "consumer-secret-MARKER", "7ea" * 10, "token-secret-MARKER")
"""Consumer key and secret, token and its secret, of an owner-only consumer."""
_HOP_BY_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding", "host"}


class _Consumer(RequestValidator):  # type: ignore[misc]  # it has no types
    """What the wiki knows of its one consumer; each nonce is good for one request."""

    enforce_ssl = False  # as the sandbox is
    client_key_length = access_token_length = nonce_length = (10, 64)
    dummy_client = dummy_access_token = "x" * 30

    def __init__(self, consumer: tuple[str, str, str, str]) -> None:
        super().__init__()
        self._key, self._secret, self._token, self._token_secret = consumer
        self._nonces: set[tuple[str, str]] = set()

    def validate_timestamp_and_nonce(
        self, _key: str, timestamp: str, nonce: str, *_rest: object, **_more: object
    ) -> bool:
        is_new = (timestamp, nonce) not in self._nonces
        self._nonces.add((timestamp, nonce))
        return is_new

    def validate_client_key(self, client_key: str, _request: object) -> bool:
        return client_key == self._key

    def validate_access_token(self, client_key: str, token: str, _request: object) -> bool:
        return (client_key, token) == (self._key, self._token)

    def validate_realms(self, *_all: object, **_more: object) -> bool:
        return True

    def get_client_secret(self, _key: str, _request: object) -> str:
        return self._secret

    def get_access_token_secret(self, _key: str, _token: str, _request: object) -> str:
        return self._token_secret


@dataclass
class Gateway:
    """Where it listens, and what came: the actions of signed requests, and how many were wrong."""

    address: str
    signed: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    refused: int = 0
    refuses_all_with: str = ""


class _Server(http.server.ThreadingHTTPServer):
    """Holds what its handlers share: the session inside, who verifies, and what came."""

    def __init__(self, sandbox: Sandbox, account: str, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.wiki = f"http://127.0.0.1:{sandbox.port}"
        self.inside = requests.Session()
        cookies = sandbox.as_account(account).cookies(sandbox.url)
        self.inside.cookies.update({one["name"]: one["value"] for one in cookies})
        self.endpoint = ResourceEndpoint(_Consumer(FOUR))
        self.found = Gateway(f"http://127.0.0.1:{self.server_port}")


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _serve(self, body: str) -> None:
        found = self.server.found
        asked = {**parse_qs(urlsplit(self.path).query), **parse_qs(body)}
        action = asked.get("action", [""])[0]
        if "Authorization" not in self.headers:
            found.plain.append(action)
            self._go_on(body, set())
            return
        valid, _ = self.server.endpoint.validate_protected_resource_request(
            found.address + self.path, self.command, body, dict(self.headers), []
        )
        if not valid or found.refuses_all_with:
            found.refused += 1
            self._refuse(found.refuses_all_with, plain="errorformat" in asked)
            return
        found.signed.append(action)
        self._go_on(body, {"authorization", "cookie", "set-cookie"}, self.server.inside)

    def _go_on(self, body: str, but: set[str], session: requests.Session | None = None) -> None:
        but = but | _HOP_BY_HOP
        answer = (session or requests).request(
            self.command,
            self.server.wiki + self.path,
            data=body.encode() or None,
            headers={name: one for name, one in self.headers.items() if name.lower() not in but},
            timeout=SECONDS,
            allow_redirects=False,
        )
        told = [one for one in answer.raw.headers.items() if one[0].lower() not in but]
        self._say(answer.status_code, answer.content, told)

    def _refuse(self, code: str, *, plain: bool) -> None:
        code = code or "mwoauth-invalid-authorization"
        words = "The authorization headers in your request are not valid: Invalid signature"
        said: dict[str, Any] = (
            {"errors": [{"code": code, "text": words}]}
            if plain
            else {"error": {"code": code, "info": words}}
        )
        kind = [("Content-Type", "application/json; charset=utf-8")]
        self._say(HTTPStatus.OK, json.dumps(said).encode(), kind)

    def _say(self, status: int, body: bytes, told: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in [*told, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@contextmanager
def gateway(sandbox: Sandbox, account: str, port: int = 0) -> Iterator[Gateway]:
    """Serve the sandbox under another port, to whoever signs as this account's consumer."""
    with _Server(sandbox, account, port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.found
        finally:
            server.shutdown()
