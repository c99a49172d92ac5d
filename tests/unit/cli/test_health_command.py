"""`peer-support health`: what a cluster asks every few seconds, and acts upon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import app
from bot.cli.main import cli
from bot.health import SILENT_AFTER
from bot.store.store import HEARTBEAT, LOG_IN, put_setting
from bot.wiki.refused import LogInError, Patience, Refusal


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
        (SILENT_AFTER - timedelta(minutes=1), 0),
        (SILENT_AFTER + timedelta(minutes=1), 1),
    ],
)
def test_by_the_heartbeat(config_file: Path, ago: timedelta, code: int) -> None:
    """A round within ten minutes means that it is at work; no answer says more than that."""
    _beat(config_file, ago)
    said = {0: "at work\n", 1: "the worker is silent\n"}
    assert _health(config_file) == (code, said[code])


def test_a_worker_that_is_shut_out_is_not_at_work(config_file: Path) -> None:
    """Alive, and the wiki does not let it in: exit 1, with words that no new start mends."""
    _beat(config_file, timedelta(0))
    patience = Patience()
    patience.refused(LogInError(Refusal.WRONG), app.clock(), "ab12")
    _config, store = app.open_config_and_store(str(config_file), {})
    with store.write() as tx:
        put_setting(tx, LOG_IN, patience.kept())
    store.close()
    assert _health(config_file) == (1, "the worker cannot log in to the wiki\n")
    done = CliRunner().invoke(cli, ["--config", str(config_file), "status", "--check"])
    assert done.exit_code == 1
    assert "wrong-password" in done.output
    assert "log-in" in done.output
