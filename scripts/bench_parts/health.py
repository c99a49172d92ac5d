"""The worker's health check, which a cluster runs every ten seconds: processor time and memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_parts.figures import Figure, ratio
from stage.mariadb import server

MOST_TIMES = 6
"""Of the processor time that Python takes to start and do nothing."""
MOST_MEGABYTES = 40
RUNS = 21
PROGRAM = Path(sys.executable).with_name("peer-support")
SETTINGS = 'wiki: {intake: "Project:Intake"}\ncoordinators: [Coordinator]\n'
# A process of its own, so that what other children took is not in the figures.
MEASURE = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1000]))
"""

Say = Callable[[str], None]


def measure(say: Say) -> Iterator[Figure]:
    """Measure it on both databases, beside `python -c pass` in between."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config" / "peer-support.yaml"
        config.parent.mkdir()
        config.write_text(SETTINGS, encoding="utf-8")
        say("the health check on SQLite")
        yield from _beside("SQLite", config, dict(os.environ))
        say("the health check on MariaDB")
        with server(Path(folder) / "mariadb") as mariadb:
            url = {"PEER_SUPPORT_DATABASE": mariadb.new_database()}
            yield from _beside("MariaDB", config, os.environ | url)


def _beside(database: str, config: Path, environment: Mapping[str, str]) -> Iterator[Figure]:
    command = [str(PROGRAM), "--config", str(config)]
    subprocess.run([*command, "init"], env=environment, check=True, capture_output=True)
    health, bare = [], []
    for _ in range(RUNS):
        bare.append(_cost([sys.executable, "-c", "pass"], environment))
        health.append(_cost([*command, "health"], environment))
    middle = [statistics.median(seconds for seconds, _ in costs) for costs in (health, bare)]
    group = f"`peer-support health` (middle of {RUNS})"
    bare_start = f"a bare start ({middle[1] * 1000:.0f} ms of a processor)"
    yield ratio(group, f"{database}, processor", middle[0] / middle[1], MOST_TIMES, bare_start)
    peak = max(memory for _, memory in health)
    most = f"{MOST_MEGABYTES} MB ({peak:.0f} MB)"
    yield ratio(group, f"{database}, memory at its peak", peak / MOST_MEGABYTES, 1, most)


def _cost(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Return seconds of a processor, and megabytes at the peak, of one command."""
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, memory = json.loads(measured.stdout)
    return seconds, memory
