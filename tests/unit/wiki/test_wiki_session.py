"""What an answer, or none, says of what the wiki has done: met over real connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from bot.clock import clock
from bot.wiki.errors import NoAnswerError, WikiDownError
from bot.wiki.session import Wiki

ASKED = {"action": "query", "meta": "siteinfo"}


class _Site:
    """As much of a Pywikibot site as a session asks for."""

    def username(self) -> str:
        return "PeerSupportBot"

    def apipath(self) -> str:
        return "/w/api.php"


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Let a server do something with the one connection it accepts; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(10000)
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def free_port() -> int:
    """Give a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Give a way to ask whatever stands at an address, through Pywikibot's way of doing so."""

    def ask(address: str) -> dict[str, Any]:
        def request(
            _site: object, *, uri: str, method: str, callbacks: list[Any], **rest: Any
        ) -> None:
            answer: requests.Response | Exception
            try:
                params = rest.get("params")
                answer = requests.request(method, address + uri, params=params, timeout=2)
            except requests.RequestException as error:
                answer = error
            for callback in callbacks:
                callback(answer)

        monkeypatch.setattr("pywikibot.comms.http.request", request)
        return Wiki(_Site(), clock).call(ASKED)

    return ask


def test_nobody_listens(asks: Callable[[str], Any]) -> None:
    """A refused connection has carried nothing."""
    with pytest.raises(WikiDownError, match="no-connection"):
        asks(f"http://127.0.0.1:{free_port()}")


def test_no_such_name(asks: Callable[[str], Any]) -> None:
    """Neither has one to a name that leads nowhere."""
    with pytest.raises(WikiDownError, match="no-connection"):
        asks("http://wiki.invalid")


def test_hung_up(asks: Callable[[str], Any]) -> None:
    """What was asked had arrived when the other side hung up: nobody knows what came of it."""
    with (
        server(lambda _connection: None) as address,
        pytest.raises(NoAnswerError, match="connection-lost"),
    ):
        asks(address)


def test_an_answer(asks: Callable[[str], Any]) -> None:
    """And what is answered is read."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(
            b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"query": {}}'
        )

    with server(answer) as address:
        assert asks(address) == {"query": {}}
