"""`init` while another one has the store: it says so, waits a while, and ends in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.store.engine import open_engine
from bot.store.mariadb import named_lock
from bot.troubles import OutOfReachError
from stage.mariadb import Server


def test_another_one_that_hangs(
    mariadb: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of reach, with the place and what to look for; once that one is gone, it is made."""
    for name in ("PEER_SUPPORT_SECRET", "PEER_SUPPORT_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("bot.store.store.INIT_WAITS", 0.3)
    url = mariadb.new_database()
    file = tmp_path / "config" / "peer-support.yaml"
    file.parent.mkdir()
    file.write_text(
        f'wiki: {{intake: "Project:X"}}\ncoordinators: [Coral]\ndatabase: {url!r}\n', "utf-8"
    )
    engine = open_engine(url)
    with named_lock(engine, "init"):
        done = CliRunner().invoke(cli, ["--config", str(file), "init"])
    engine.dispose()
    said = " ".join(done.output.split())
    assert "Another `init` is at work on this store: waiting for it" in said
    assert isinstance(done.exception, OutOfReachError)
    problem = done.exception.problem
    assert "Another `init` is at work on this store, for" in problem.what
    assert CliRunner().invoke(cli, ["--config", str(file), "init"]).exit_code == 0
