"""`stats`: the files of a quarter, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from bot import app
from bot.cli.main import cli
from bot.config import load
from bot.problems import InputError
from bot.store.keyring import write_new_secret
from bot.store.schema import tallies
from bot.store.store import create_store, open_store
from tests.fakes.network import kept_in

QUARTER = "2026-Q3"


@pytest.fixture
def config(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the configuration of a network, in the fourth quarter of 2026."""
    monkeypatch.setattr(app, "clock", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    path = tmp_path / "config" / "peer-support.yaml"
    path.parent.mkdir()
    text = 'wiki: {intake: "Project:Intake"}\ncoordinators: [Coral]\n'
    path.write_text(text + kept_in(database_url))
    write_new_secret(app.secret_path(path))
    config, keyring = load(path, {}), app.open_keyring(path, {})
    create_store(config.database_url, keyring)
    return path


def closed(config: Path, number: int) -> None:
    """Let so many cases have closed in the quarter, one of them in Swahili."""
    store = open_store(load(config, {}).database_url, app.open_keyring(config, {}))
    cells = [
        ("outcome", "helped", number),
        ("wait", "longer", number),
        ("language", "sw", 1),
        ("language", "en", number - 1),
    ]
    with store.write() as tx:
        for dimension, value, cases in cells:
            row = {"quarter": QUARTER, "dimension": dimension, "value": value, "cases": cases}
            tx.connection.execute(insert(tallies).values(row))
    store.close()


def run(config: Path, quarter: str = QUARTER) -> Result:
    """Run the command."""
    folder = str(config.parent / "told")
    return CliRunner().invoke(
        cli, ["--config", str(config), "stats", "--quarter", quarter, "--to", folder]
    )


def test_writes_table_lines_and_pictures(config: Path) -> None:
    """A quarter with enough in it becomes a table, a CSV and a picture of each dimension."""
    closed(config, 40)
    said = run(config)
    assert said.exit_code == 0, said.output
    assert "20–49" in said.output
    written = {path.name: path.read_text("utf-8") for path in (config.parent / "told").iterdir()}
    pictures = {f"{QUARTER}-{one}.svg" for one in ("outcome", "language", "topic", "wait")}
    assert set(written) == {f"{QUARTER}.md", f"{QUARTER}.csv", *pictures}
    assert f"{QUARTER},language,en,20–49" in written[f"{QUARTER}.csv"]
    assert not any(",sw," in text or "| sw |" in text for text in written.values())


def test_says_the_same_again(config: Path) -> None:
    """Run a second time it writes the very same files."""
    closed(config, 40)
    first = run(config)
    before = {path.name: path.read_bytes() for path in (config.parent / "told").iterdir()}
    assert run(config).output == first.output
    assert {p.name: p.read_bytes() for p in (config.parent / "told").iterdir()} == before


@pytest.mark.parametrize(
    ("quarter", "what"),
    [
        ("2026-Q4", "not over yet"),
        ("2027-Q1", "not over yet"),
        ("autumn", "“autumn” is no quarter"),
        ("2026-q٤", "2026-Q4 is not over yet"),
        ("2026-Q4\x1b", "“2026-Q4\\x1b” is no quarter"),
        (QUARTER, "not enough to tell"),
    ],
)
def test_refuses_before_there_is_enough(config: Path, quarter: str, what: str) -> None:
    """A quarter that runs, that is none, or has too little in it, is refused with what helps."""
    closed(config, 20)
    error = run(config, quarter).exception
    assert isinstance(error, InputError)
    assert what in str(error.problems[0])
    assert not (config.parent / "told").exists()
