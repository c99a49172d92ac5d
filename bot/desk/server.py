"""Serving the desk under gunicorn, on one machine or from a Procfile."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from bot import app, i18n
from bot.desk.app import create_app
from bot.desk.headers import HEADERS
from bot.faults import kind_and_place


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's log without tracebacks and addresses of pages."""

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log the kind of an error and its place."""
        self.error("%s", kind_and_place(sys.exc_info()[1]))


class _Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, silent about requests that never reach Flask."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer in one line; gunicorn would log and repeat the address, which holds a token."""
        mangled = isinstance(exc, ParseException)
        status = HTTPStatus.BAD_REQUEST if mangled else HTTPStatus.INTERNAL_SERVER_ERROR
        if not mangled:
            self.log.error("%s", kind_and_place(exc))
        head = [f"HTTP/1.1 {status.value} {status.phrase}", "Content-Length: 0"]
        head += [f"{name}: {value}" for name, value in HEADERS.items()]
        with suppress(OSError):
            client.sendall("\r\n".join([*head, "Connection: close", "", ""]).encode())


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told what to serve in code instead of by its own command line."""

    def __init__(self, config_file: Path, address: str) -> None:
        self._config_file = config_file
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._address,
            "workers": 2,
            "threads": 4,
            "worker_class": _Worker,
            "logger_class": _Log,
            "control_socket_disable": True,
            # No access log: its lines would hold the tokens of links.
            "accesslog": None,
            "loglevel": "warning",
            "graceful_timeout": 20,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        # After the fork: a database connection is not shared between processes.
        config, store = app.open_config_and_store(str(self._config_file), os.environ)
        return create_app(config, store, i18n.load(), app.clock)


def serve(config_file: Path, host: str, port: int) -> None:
    """Serve until stopped."""
    # Opened once here, so that what is wrong is said before anything is served.
    _config, store = app.open_config_and_store(str(config_file), os.environ)
    store.close()
    logging.getLogger("peer-support").info("desk: at http://%s:%s", host, port)
    _Server(config_file, f"{host}:{port}").run()
