"""What Toolforge reads names what is there: processes, a command that exists, one worker."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
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


def arguments(process: str) -> list[str]:
    """Return what a process of the Procfile calls our program with."""
    call, program, *words = shlex.split(PROCESSES[process])
    assert call == "exec", "a shell in between would keep SIGTERM to itself"
    assert os.access(ROOT / program, os.X_OK)
    return words


@pytest.mark.parametrize("name", ["web", "worker", "health"])
def test_each_process_is_a_command(name: str) -> None:
    """The Procfile calls commands of this release, by a file that is in the app's folder."""
    assert arguments(name)[0] in MODULES


def test_the_job_is_one_worker() -> None:
    """One continuous job with a health check; it needs no home, and its log no file."""
    [job] = JOBS
    assert arguments(job["command"]) == ["run"]
    assert arguments(job["health-check-script"]) == ["health"]
    assert (job["continuous"], job["mount"], job["filelog"]) == (True, "none", False)
    assert job.get("replicas", 1) == 1, "two would overlap"
    assert "cpu" not in job, "a number here is a most, not a least"


def test_the_components_are_worker_and_desk() -> None:
    """Whoever deploys by components gets both on one image, the worker as the job is."""
    [job] = JOBS
    assert COMPONENTS["config_version"] == "v1beta1"
    worker, desk = (COMPONENTS["components"][name] for name in ("worker", "desk"))
    run = worker["run"]
    assert (run["command"], run["health_check_script"]) == (job["command"], "health")
    assert run["memory"] == job["mem"]
    assert desk["build"] == {"reuse_from": "worker"}
    run = desk["run"]
    assert arguments(run["command"])[0] == "desk"
    assert (run["publish"], run["port"] > 1024) == ("/", True)
    assert run["health_check_http"] == "/livez", "/healthz would restart a sound desk"
    for one in (worker, desk):
        assert one["component_type"] == "continuous"
        assert "cpu" not in one["run"]
        assert one["run"].get("replicas", 1) == 1


def test_the_build_finds_one_lock_and_a_python() -> None:
    """The buildpack wants exactly one lock, and a version of Python that we support."""
    locks = ["requirements.txt", "poetry.lock", "uv.lock"]
    assert [name for name in locks if (ROOT / name).exists()] == ["requirements.txt"]
    written = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert f"Programming Language :: Python :: {written}\n" in setup


def test_gitlab_runs_what_every_submission_runs() -> None:
    """On both Debians that the README names, `.ci/run` and nothing else."""
    ci = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    job = ci["test"]
    assert job["script"] == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert job["stage"] in ci["stages"]
    [images] = job["parallel"]["matrix"]
    assert images == {"IMAGE": ["debian:12", "debian:13"]}
    assert job["image"] == "$IMAGE"


def database_statement(account_file: str, folder: Path) -> str:
    """Run the lines of docs/toolforge.md that make the database; return what is said in SQL."""
    page = (ROOT / "docs" / "toolforge.md").read_text(encoding="utf-8")
    [lines] = [one for one in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "mariadb" in one]
    (folder / "replica.my.cnf").write_text(account_file, encoding="utf-8")
    client = folder / "mariadb"
    client.write_text('#!/bin/sh\nfor last; do :; done\nprintf %s "$last"\n', encoding="utf-8")
    client.chmod(0o755)
    environ = {"HOME": str(folder), "PATH": f"{folder}:/usr/bin:/bin"}
    asked = ["bash", "-euc", lines]
    done = subprocess.run(asked, check=False, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_the_database_has_the_name_of_its_account(quote: str, tmp_path: Path) -> None:
    """The account of `replica.my.cnf`, quoted in SQL, however it is quoted in the file."""
    written = f"[client]\nuser = {quote}s12345{quote}\npassword = {quote}user=x{quote}\n"
    made = database_statement(written, tmp_path)
    assert made == "CREATE DATABASE `s12345__peer_support` CHARACTER SET utf8mb4"
