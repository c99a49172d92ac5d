"""A webhook of an operator's: an address that hears of alarms."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from stage.network import StagedNetwork


@contextmanager
def hearing(network: StagedNetwork) -> Iterator[list[str]]:
    """Let the network have a webhook, and give what it hears, as `log-in begun`."""
    heard: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append(f"{told['alarm']} {told['state']}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with network.config_file.open("a", encoding="utf-8") as config:
            config.write(f'alarms: {{webhook: "http://127.0.0.1:{server.server_port}/told"}}\n')
        try:
            yield heard
        finally:
            server.shutdown()
