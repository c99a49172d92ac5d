"""What Toolforge reads names what is there: processes, a command that exists, one worker."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.main import MODULES

ROOT = Path(__file__).parents[2]
PROCESSES = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
)
JOBS: list[dict[str, Any]] = yaml.safe_load((ROOT / "jobs.yaml").read_text(encoding="utf-8"))
COMPONENTS: dict[str, Any] = yaml.safe_load((ROOT / "toolforge.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["web", "worker", "health"])
def test_each_process_is_a_command(name: str) -> None:
    """The Procfile calls commands of this release."""
    program, command, *_ = shlex.split(PROCESSES[name])
    assert program == "peer-support"
    assert command in MODULES


def test_the_job_is_one_worker() -> None:
    """One continuous job with a health check; it needs no home, and its log no file."""
    [job] = JOBS
    assert PROCESSES[job["command"]] == "peer-support run"
    assert PROCESSES[job["health-check-script"]] == "peer-support health"
    assert (job["continuous"], job["mount"], job["filelog"]) == (True, "none", False)
    assert job.get("replicas", 1) == 1, "two would overlap"


def test_the_component_is_the_same_worker() -> None:
    """Whoever deploys by components gets the same bounds and the same check as by jobs."""
    [job] = JOBS
    assert COMPONENTS["config_version"] == "v1beta1"
    [worker] = COMPONENTS["components"].values()
    run = worker["run"]
    assert (run["command"], run["health_check_script"]) == (job["command"], "health")
    assert (run["memory"], run["cpu"]) == (job["mem"], job["cpu"])
