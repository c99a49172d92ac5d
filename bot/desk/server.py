"""The desk's HTTP server: waitress, which reads a request whole before a thread works on it."""

from __future__ import annotations

import errno
import logging
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from bot import app, i18n
from bot.config.coordinators import CoordinatorsInFile
from bot.desk.app import LARGEST_FORM, create_app
from bot.desk.headers import HEADERS
from bot.private import variables
from bot.problems import InputError, Problem
from bot.store.store import Store

THREADS = 8
MOST_CONNECTIONS = 1000
"""Far more than visitors need: each stalled connection costs a few kilobytes and no thread."""
SECONDS_FOR_A_REQUEST = 60
"""Until then a request has to have arrived whole, however slowly it is sent."""
IDLE_SECONDS = 20
TIME_TO_READ = timedelta(seconds=0.5)
TIME_TO_END = timedelta(seconds=10)
"""For answers under way when the desk is told to end; Toolforge allows 15 seconds in all."""
# Waitress may not write what somebody sent into a temporary file, so its buffers hold it whole.
LARGEST_REQUEST = LARGEST_FORM * 2
LARGEST_HEADER = 16 * 1024


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is not HTTP: waitress's own would quote the request, which has a token."""

    def execute(self) -> None:
        """Answer with a status and the desk's headers alone."""
        error = self.request.error
        status = HTTPStatus(error.code)
        self.status = f"{status.value} {status.phrase}"
        self.response_headers = [("Content-Length", "0"), *HEADERS.items()]
        self.set_close_on_finish()
        self.complete = True
        self.write(b"")


class _Channel(HTTPChannel):  # type: ignore[misc]
    """One connection; remembers since when a request is arriving on it."""

    error_task_class = _Refusal
    arriving_since: float | None = None

    def received(self, data: bytes) -> bool:
        """Take what has arrived."""
        taken = bool(super().received(data))
        if self.request is None:
            self.arriving_since = None
        elif self.arriving_since is None:
            self.arriving_since = self.last_activity
        return taken


class _Journal:
    """A task for the threads that answer: `Store.empty_journal`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def service(self) -> None:
        """Do it; a store out of reach is told by the pages."""
        with suppress(SQLAlchemyError):
            self._store.empty_journal()

    def cancel(self) -> None:
        """Leave it to the next process."""


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket, its connections, and the threads that answer."""

    channel_class = _Channel
    journal: _Journal | None = None

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, or on which a request takes too long to arrive.

        What was erased goes from the store's log, too, where it could not at once.
        """
        super().maintenance(now)
        if self.journal is not None:
            self.task_dispatcher.add_task(self.journal)
        for channel in self.active_channels.values():
            since = channel.arriving_since
            if since is not None and now - since > SECONDS_FOR_A_REQUEST:
                channel.will_close = True

    def is_answering(self) -> bool:
        """Return whether an answer is being made or sent."""
        return any(one.requests or one.total_outbufs_len for one in self.active_channels.values())


def serve(config_file: Path, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; answers under way then have `TIME_TO_END`."""
    config, store = app.open_config_and_store(str(config_file), variables())
    store.empty_journal(at_start=True)
    coordinators = CoordinatorsInFile(config.coordinators, config_file, variables())
    application = create_app(config, store, i18n.load(), app.clock, coordinators)
    try:
        servers = _listen(application, host, port)
    except (OSError, ValueError) as error:
        store.close()
        raise InputError([_not_heard(host, port, error)]) from None
    servers[0].journal = _Journal(store)
    logging.getLogger("peer-support").info("desk: at http://%s:%s", host, port)
    signal.signal(signal.SIGTERM, _end)
    try:
        _run(servers)
    finally:
        store.close()


def _not_heard(host: str, port: int, error: OSError | ValueError) -> Problem:
    """Say why nothing can be heard at an address: it is none of this machine's, or taken."""
    place = f"--host {host} --port {port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        what = "Another program listens there already, perhaps a desk."
        return Problem(place, what, "End that one, or choose another port.")
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        what = "This account may not listen at so low a port."
        return Problem(place, what, "Choose a port above 1023, and let the proxy lead there.")
    what = "This machine has no such address."
    return Problem(place, what, "Use 127.0.0.1, where a proxy finds it, or 0.0.0.0 for all.")


def _end(_signal: int, _frame: object) -> None:
    raise SystemExit


def _listen(application: Flask, host: str, port: int) -> list[_Server]:
    """Return a server for each address of the host, which share sockets to watch and threads."""
    # Its warnings of requests that wait are no errors.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = Adjustments(
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        connection_limit=_connection_limit(),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        max_request_header_size=LARGEST_HEADER,
        max_request_body_size=LARGEST_REQUEST,
        inbuf_overflow=LARGEST_REQUEST * 2,
        outbuf_overflow=2**30,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
    )
    sockets: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(THREADS)
    try:
        return [
            _Server(application, map=sockets, dispatcher=dispatcher, adj=settings, sockinfo=address)
            for address in settings.listen
        ]
    except OSError:
        wasyncore.close_all(sockets, ignore_all=True)
        dispatcher.shutdown()
        raise


def _connection_limit() -> int:
    """Return how many sockets may be open, below the process's own limit of open files."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, most - 100))


def _run(servers: list[_Server]) -> None:
    sockets = servers[0]._map  # noqa: SLF001 - waitress shares it in this way, too
    try:
        wasyncore.loop(timeout=1, map=sockets, use_poll=True)
    except (SystemExit, KeyboardInterrupt):
        # What has arrived by now is still answered, also behind an answer that is just being made.
        _loop(sockets, app.clock() + TIME_TO_READ, lambda: True)
        for server in servers:
            server.accepting = False
            server.socket.close()
            server.del_channel(sockets)
        _loop(
            sockets,
            app.clock() + TIME_TO_END,
            lambda: any(server.is_answering() for server in servers),
        )
        servers[0].task_dispatcher.shutdown(cancel_pending=True, timeout=1)


def _loop(sockets: dict[int, Any], until: datetime, go_on: Callable[[], bool]) -> None:
    """Read and write until then, or for as long as there is anything to do."""
    while app.clock() < until and go_on():
        wasyncore.loop(timeout=0.1, map=sockets, use_poll=True, count=1)
