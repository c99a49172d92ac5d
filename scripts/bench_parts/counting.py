"""Requests counted where they arrive: in the log of the wiki's server, whoever made them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_REQUEST = re.compile(rb"\]: (GET|POST) /api\.php(\S*)")
# The server writes a line when it has answered, which can be a moment after the answer is read.
_SETTLE_SECONDS = 0.1


@dataclass
class Cost:
    """What something took: seconds, and each request to the API as the log has it."""

    seconds: float = 0.0
    requests: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many requests there were."""
        return len(self.requests)

    def with_parameter(self, parameter: str) -> int:
        """Count those that name this in their address; what is posted is not in the log."""
        return sum(parameter in one for one in self.requests)

    @property
    def posts(self) -> int:
        """How many requests were posts."""
        return sum(one.startswith("POST") for one in self.requests)


class WikiLog:
    """The log of the sandbox's wiki."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "php.log"

    def size(self) -> int:
        """Give the place where what is written from now on begins."""
        return self._file.stat().st_size

    def since(self, start: int) -> tuple[str, ...]:
        """Give the requests that were written from this place on."""
        with self._file.open("rb") as log:
            log.seek(start)
            found = _REQUEST.findall(log.read())
        return tuple(f"{method.decode()} {rest.decode()}" for method, rest in found)

    @contextmanager
    def cost(self) -> Iterator[Cost]:
        """Measure what is done inside; the cost is known when it ends."""
        start = self.size()
        cost = Cost()
        begun = time.perf_counter()
        yield cost
        cost.seconds = time.perf_counter() - begun
        time.sleep(_SETTLE_SECONDS)
        cost.requests = self.since(start)
