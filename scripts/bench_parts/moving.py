"""Wiki, worker and desk that share a clock which the bench moves."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_parts.place import FOLDER, Place
from stage.network import ROOT, StagedNetwork
from stage.pace import Pace, for_the_wiki

STOP_SECONDS = 60
_CLOCK = "clock.json"
_STAGED = "schedule: {intake_seconds: 2}\n"


@dataclass(frozen=True)
class Moving:
    """A network that lives by the clock in this file."""

    network: StagedNetwork
    clock: Path

    def now(self) -> float:
        """Say what its clock says, in seconds since 1970."""
        return Pace.read(self.clock).now(time.time())

    def move(self, *, ahead: float = 0.0, rate: float = 1.0) -> None:
        """Put the clock forward by so many seconds, and let it go at this rate from now on."""
        Pace.read(self.clock).changed(time.time(), ahead=ahead, rate=rate).write(self.clock)

    @contextmanager
    def runs(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Let a command run, and end it in order."""
        with (self.network.folder / "log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "stage.moved", str(self.clock), *words],
                env=self.network.environment | {"PYTHONPATH": str(ROOT / "scripts")},
                cwd=self.network.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            yield started
        finally:
            started.terminate()
            code = started.wait(STOP_SECONDS)
        if code != 0:
            message = f"peer-support {words[0]} ended with {code}: {self.network.folder / 'log'}"
            raise RuntimeError(message)


@contextmanager
def fresh(place: Place, name: str, policy: str) -> Iterator[Moving]:
    """Give the network as just published, with the usual schedule, and this added to its policy.

    The wiki goes by its clock, too, and is afterwards as it was before: its pages, and its clock.
    """
    place.go_back()
    network = place.fresh_network(name)
    text = network.config_file.read_text(encoding="utf-8")
    usual = text.replace(_STAGED, "")
    if usual == text:
        raise RuntimeError("the staged network's schedule is written otherwise than thought")
    network.config_file.write_text(usual + policy, encoding="utf-8")
    clock = FOLDER / _CLOCK
    Pace(time.time(), time.time()).write(clock)
    Path(place.sandbox.facts["override"]).write_text(for_the_wiki(clock), encoding="utf-8")
    try:
        yield Moving(network, clock)
    finally:
        place.go_back()
