"""`peer-support health`: what a cluster asks every few seconds, and acts upon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import app, heartbeat
from bot.cli.main import cli
from bot.store.store import HEARTBEAT, put_setting


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """Give the configuration of a network whose store was just made."""
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text('wiki: {intake: "Project:Peer support/Intake"}\ncoordinators: [Cleo]\n')
    assert CliRunner().invoke(cli, ["--config", str(file), "init"]).exit_code == 0
    return file


def _health(config_file: Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--config", str(config_file), "health"])
    return done.exit_code, done.output


def _beat(config_file: Path, ago: timedelta) -> None:
    config, store = app.open_config_and_store(str(config_file), {})
    assert config.database_url.startswith("sqlite")
    with store.write() as tx:
        put_setting(tx, HEARTBEAT, (app.clock() - ago).isoformat())
    store.close()


def test_a_worker_that_never_was(config_file: Path) -> None:
    """A store without a heartbeat has no worker: exit 1."""
    assert _health(config_file) == (1, "the worker is silent\n")


@pytest.mark.parametrize(
    ("ago", "code"),
    [
        (timedelta(0), 0),
        (heartbeat.SILENT - timedelta(minutes=1), 0),
        (heartbeat.SILENT + timedelta(minutes=1), 1),
    ],
)
def test_by_the_heartbeat(config_file: Path, ago: timedelta, code: int) -> None:
    """A round within ten minutes means that it is at work; no answer says more than that."""
    _beat(config_file, ago)
    said = {0: "at work\n", 1: "the worker is silent\n"}
    assert _health(config_file) == (code, said[code])
