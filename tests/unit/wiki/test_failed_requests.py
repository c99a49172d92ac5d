"""What a failed request means, with real sockets: never "not sent" of one that may have arrived."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.wiki.errors import NoAnswerError, WikiDownError, WikiError
from bot.wiki.failed_requests import failure_of, was_sent_on
from stage.tls import front

Serve = Callable[[socket.socket], None]
NOWHERE = "http://wiki.invalid/api.php"


@contextmanager
def server(serve: Serve) -> Iterator[str]:
    """Give the address of a server that does this with each connection, once it was written to."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                serve(connection)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def hang_up(connection: socket.socket) -> None:
    """Say nothing."""
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Cut it off as a router does that has forgotten the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def say_nothing(_connection: socket.socket) -> None:
    """Keep who asked waiting."""
    threading.Event().wait(1.0)


def says(text: str) -> Serve:
    """Say this, and hang up."""
    return lambda connection: connection.sendall(text.encode())


HALF = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
CHUNKS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"
LIE = "Tunnel connection failed: CERTIFICATE_VERIFY_FAILED NewConnectionError\r\n\r\n"
ARRIVED: dict[str, Serve] = {
    "hangs up": hang_up,
    "cut off": reset,
    "half an answer": says(HALF),
    "odd chunks": says(CHUNKS),
    "words that name other errors": says(LIE),
    "nothing": say_nothing,
}


def failed(address: str, **how: Any) -> WikiError:
    """Post to an address, and give what its failure tells."""
    with pytest.raises(OSError) as caught:
        requests.post(address, data={"action": "emailuser"}, timeout=0.5, **how)
    return failure_of(caught.value)


@pytest.mark.parametrize("proxied", [False, True])
@pytest.mark.parametrize("how", ARRIVED)
def test_what_may_have_arrived(how: str, proxied: bool) -> None:
    """With a proxy between or without: who has read the request may have acted on it."""
    with server(ARRIVED[how]) as address:
        proxies = {"http": address} if proxied else {}
        told = failed(NOWHERE if proxied else address, proxies=proxies)
    assert isinstance(told, NoAnswerError)


def refused() -> str:
    """Give an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return f"http://127.0.0.1:{gone.getsockname()[1]}"


def test_nobody_listens() -> None:
    """Neither the wiki nor the proxy before it was reached."""
    nobody = refused()
    for told in (
        failed(nobody),
        failed(NOWHERE),
        failed(NOWHERE, proxies={"http": nobody}),
        failed("https://wiki.invalid/", proxies={"https": nobody}),
    ):
        assert isinstance(told, WikiDownError)
        assert told.code == "no-connection"


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Who are you", "502 No way"])
def test_a_proxy_that_opens_no_way(status: str) -> None:
    """It refuses before anything but the wiki's name was said to it."""
    with server(says(f"HTTP/1.1 {status}\r\n\r\n")) as proxy:
        told = failed("https://wiki.invalid/", proxies={"https": proxy})
    assert isinstance(told, WikiDownError)
    assert told.code == "no-proxy"


def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    """The two have not even agreed on how to talk; with a file that is not there, not begun to."""
    with front(tmp_path, 9) as untrusted:
        assert _code(failed(untrusted.url)) == "certificate"
        gone = str(tmp_path / "nowhere.pem")
        assert _code(failed(untrusted.url, verify=gone)) == "certificates-missing"


def _code(told: WikiError) -> str:
    assert isinstance(told, WikiDownError)
    return told.code


@pytest.mark.parametrize(
    ("status", "lost"), [(301, True), (302, True), (303, False), (307, False), (308, False)]
)
def test_sent_on_to_another_address(status: int, lost: bool) -> None:
    """Only what asks anew without what was posted is known to have done nothing."""
    with server(says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as there:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {there}/\r\nContent-Length: 0\r\n\r\n"
        with server(says(moved)) as here:
            answer = requests.post(here, data={"action": "emailuser"}, timeout=2)
    assert was_sent_on(answer) is lost


def test_sent_round_in_circles() -> None:
    """It is never taken anywhere."""
    moved = "HTTP/1.1 307 Moved\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with server(says(moved)) as here:
        assert _code(failed(here)) == "redirected"
