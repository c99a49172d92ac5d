"""pytest's plugin for `scripts/mutants`: records what tests run, or runs those that are wanted."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import coverage
import pytest

from stage.mutant_reach import RECORD, WANTED, digest, file_of


class Recorder:
    """Records what the tests of one process run."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._seconds: dict[str, float] = {}
        self._test = ""
        ours = [str(Path(folder).absolute() / "*") for folder in ("bot", "tests")]
        self._coverage = coverage.Coverage(data_file=None, config_file=False, include=ours)
        self._coverage.set_option("run:disable_warnings", ["no-data-collected"])
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Record one test."""
        self._test = item.nodeid
        self._coverage.switch_context(self._test)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self._seconds[item.nodeid] = round(time.process_time() - began, 3)
            self._coverage.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """Record for a whole file what is done once for several of its tests."""
        if fixturedef.scope == "function":
            return (yield)
        test = self._test
        self._coverage.switch_context(file_of(test))
        try:
            return (yield)
        finally:
            self._coverage.switch_context(test)

    def pytest_sessionfinish(self) -> None:
        """Write down what was recorded."""
        self._coverage.stop()
        data = self._coverage.get_data()
        files = {str(Path(file).relative_to(Path.cwd())): file for file in data.measured_files()}
        lines = {
            name: {
                line: sorted(filter(None, tests))
                for line, tests in data.contexts_by_lineno(file).items()
                if any(tests)
            }
            for name, file in files.items()
            if name.startswith("bot/")
        }
        of = {name: digest(Path(file)) for name, file in files.items()}
        said = json.dumps({"of": of, "seconds": self._seconds, "lines": lines})
        self._out.write_text(said, encoding="utf-8")


class Chooser:
    """Runs the tests that are wanted, in that order; none that is there is no failure."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._order = {name: place for place, name in enumerate(wanted)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out all others."""
        wanted = [one for one in items if one.nodeid in self._order]
        items[:] = sorted(wanted, key=lambda one: self._order[one.nodeid])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Count a change that takes a test's name away as one that no test has noticed."""
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK


def pytest_configure(config: pytest.Config) -> None:
    """Do what the environment says."""
    if RECORD in os.environ:
        config.pluginmanager.register(Recorder(Path(os.environ[RECORD])))
    if WANTED in os.environ:
        wanted = Path(os.environ[WANTED]).read_text(encoding="utf-8")
        config.pluginmanager.register(Chooser(wanted.splitlines()))
