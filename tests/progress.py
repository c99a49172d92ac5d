"""How far a run of the tests is, for `scripts/test`, and which of them are begun first.

Loaded with `-p tests.progress`. What files take is known from an earlier run (`seconds.json`); only
the order and the estimate depend on it, so it may be old. A run leaves its own in `var/`.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

KNOWN = Path(__file__).with_name("seconds.json")
FILE = "PEER_SUPPORT_TEST_PROGRESS"
EVERY = 0.5
"""Seconds between two words about it."""
UNKNOWN = 1.0
"""Seconds for each test of a file of which nothing is known."""


def file_of(nodeid: str) -> str:
    """Return the file that a test is in."""
    return nodeid.partition("::")[0]


def known_seconds() -> Mapping[str, float]:
    """Read what each file took in an earlier run, in seconds of one process."""
    found: dict[str, float] = json.loads(KNOWN.read_text(encoding="utf-8"))
    return found


class Estimate:
    """What is left of a run, by what its files took once, and by how fast this one is."""

    def __init__(self, tests: list[str], seconds: Mapping[str, float]) -> None:
        self.tests = dict.fromkeys(tests)
        sizes = Counter(map(file_of, self.tests))
        self._each = {
            file: max(seconds.get(file, UNKNOWN * size), 0.01) / size
            for file, size in sizes.items()
        }
        self._all = sum(self._each[file_of(test)] for test in self.tests)
        self._done = 0.0
        self.ended = 0

    def end(self, test: str) -> None:
        """Take note of a test that has ended."""
        if test in self.tests:
            del self.tests[test]
            self.ended += 1
            self._done += self._each[file_of(test)]

    def left(self, elapsed: float) -> float | None:
        """Return the seconds that are left after so many; None before anything can be said."""
        if not self.tests:
            return 0.0
        return None if not self.ended else elapsed * (self._all - self._done) / self._done


class Progress:
    """Write down how far this run is, for whoever has started it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._estimate = Estimate([], {})
        self._total = 0
        self._failed: list[str] = []
        self._took: defaultdict[str, float] = defaultdict(float)
        self._began = self._said = time.monotonic()

    def collected(self, tests: list[str]) -> None:
        """Begin: these are all."""
        self._estimate, self._total = Estimate(tests, known_seconds()), len(tests)
        self._began = time.monotonic()
        self._say()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a part of a test that has ended."""
        self._took[file_of(report.nodeid)] += report.duration
        if report.failed and report.nodeid not in self._failed:
            self._failed.append(report.nodeid)
        if report.when == "teardown":
            self._estimate.end(report.nodeid)
        if time.monotonic() - self._said >= EVERY:
            self._say()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin, where one process runs them all."""
        if session.items:
            self.collected([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Begin, where others run them: the first that has collected knows them all."""
        if not self._total:
            self.collected(ids)

    def pytest_sessionfinish(self) -> None:
        """Say the last, and leave what each file took."""
        self._say()
        took = {file: round(seconds, 1) for file, seconds in sorted(self._took.items())}
        self._file.with_suffix(".seconds.json").write_text(json.dumps(took), encoding="utf-8")

    def _say(self) -> None:
        self._said = time.monotonic()
        state = {
            "total": self._total,
            "ended": self._estimate.ended,
            "failed": self._failed,
            "left": self._estimate.left(self._said - self._began),
        }
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(state), encoding="utf-8")
        beside.replace(self._file)


def pytest_configure(config: pytest.Config) -> None:
    """Report to whoever asked; the processes that tests are spread over do not."""
    if FILE in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(Path(os.environ[FILE])))


def long_first(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that none of them is left over at the end."""
    seconds, sizes = known_seconds(), Counter(file_of(item.nodeid) for item in items)
    takes = {file: seconds.get(file, UNKNOWN * size) for file, size in sizes.items()}
    items.sort(key=lambda item: -takes[file_of(item.nodeid)])
