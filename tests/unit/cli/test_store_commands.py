"""`store backup`, `store restore` and `status --check`, as an operator types them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import app
from bot.cli.main import cli
from bot.problems import InputError
from bot.store.store import READ_UNTIL, put_setting

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give the command line of a network that was just made."""
    for name in ("PEER_SUPPORT_SECRET", "PEER_SUPPORT_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text('wiki: {intake: "Project:X"}\ncoordinators: [Coral]\n')

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["--config", str(file), *arguments])

    assert run("init").exit_code == 0
    return run


def test_there_and_back(run: Run, tmp_path: Path) -> None:
    """A backup is private and says that it holds no keys; restored, the network is paused."""
    file = tmp_path / "backup"
    made = run("store", "backup", str(file))
    assert made.exit_code == 0
    assert "No keys are in it" in made.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    (tmp_path / "var" / "peer-support.db").unlink()
    assert run("init").exit_code == 0
    back = run("store", "restore", str(file))
    assert back.exit_code == 0
    assert "have to ask again" in back.output
    assert "paused" in run("status").output


def test_with_keys_is_said(run: Run, tmp_path: Path) -> None:
    """Whoever asks for the keys is told what that means, and on the way back nothing is missing."""
    file = tmp_path / "backup"
    assert "delete it soon" in run("store", "backup", "--with-keys", str(file)).output
    (tmp_path / "var" / "peer-support.db").unlink()
    assert run("init").exit_code == 0
    assert "have to ask again" not in run("store", "restore", str(file)).output


def test_never_over_another_file(run: Run, tmp_path: Path) -> None:
    """An older backup stays, and a file that is not there cannot be restored."""
    file = tmp_path / "backup"
    file.write_text("an older one")
    for arguments in (("backup", str(file)), ("restore", str(tmp_path / "nowhere"))):
        result = run("store", *arguments)
        assert isinstance(result.exception, InputError)
    assert file.read_text() == "an older one"


def test_status_is_a_check_for_scripts(run: Run, tmp_path: Path) -> None:
    """Exit code 1 while an alarm stands, although no worker lives that could tell of it."""
    assert run("status", "--check").exit_code == 0
    _, store = app.open_config_and_store(str(tmp_path / "config" / "peer-support.yaml"), {})
    with store.write() as tx:
        put_setting(tx, READ_UNTIL, (app.clock() - timedelta(minutes=11)).isoformat())
    store.close()
    result = run("status", "--check")
    assert result.exit_code == 1
    assert "not-read" in result.output
    assert run("status").exit_code == 0
