"""The bench's clock: it can be put forward and hurried, and whole processes go by it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stage.network import ROOT
from stage.pace import Pace, for_the_wiki

IN_A_PROCESS = """\
import json, os, sys, threading, time
from pathlib import Path
from stage.moved import go_by
go_by(Path(sys.argv[1]))
from apscheduler.schedulers import background
here = time.time()
begun = time.monotonic()
background.Event().wait(3600)
waited = time.monotonic() - begun
out, into = os.pipe()
if os.fork() == 0:
    time.sleep(0.2)
    os.write(into, str(time.time()).encode())
    os._exit(0)
os.wait()
print(json.dumps({"here": here, "waited": waited, "child": float(os.read(out, 100))}))
"""


def test_it_goes_as_told_from_when_it_is_told() -> None:
    """Put forward by an hour and hurried tenfold, it goes on from where it was."""
    clock = Pace(since=100.0, at=5000.0)
    assert clock.now(107.0) == 5007.0
    hurried = clock.changed(110.0, ahead=3600.0, rate=10.0)
    assert hurried.now(110.0) == 5010.0 + 3600.0
    assert hurried.now(112.0) == 5010.0 + 3600.0 + 20.0
    assert hurried.changed(112.0).now(113.0) == 5010.0 + 3600.0 + 20.0 + 1.0


def test_who_reads_its_file_goes_by_it(tmp_path: Path) -> None:
    """What one process writes another reads, and the wiki's settings name that file."""
    file = tmp_path / "clock.json"
    clock = Pace(1.5, 2.5, 144.0)
    clock.write(file)
    assert Pace.read(file) == clock
    assert json.dumps(str(file)) in for_the_wiki(file)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("rate", [3600.0, 36000.0])
def test_a_process_and_its_children_go_by_it(tmp_path: Path, rate: float) -> None:
    """Its clock is moved, what its scheduler waits for, and the clock of what it forks."""
    file = tmp_path / "clock.json"
    future = time.time() + 1e8
    Pace(time.time(), future, rate).write(file)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(file)],
        env={"PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"},
        check=True,
        capture_output=True,
        text=True,
    )
    seen = json.loads(done.stdout)
    assert seen["here"] >= future
    assert seen["waited"] < 60, "an hour of the clock is a second here"
    assert seen["child"] > seen["here"] + 3600, "the child's clock went on at this rate"
