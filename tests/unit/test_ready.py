"""A command that is forked says and does what one that is started does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.ready import Ready

PROGRAM = str(Path(sys.executable).parent / "peer-support")


@pytest.fixture(scope="module")
def ready() -> Iterator[Ready]:
    """Give what commands are forked from."""
    process = Ready()
    yield process
    process.close()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["cases", "--help"], 0),
        (["nonsense"], 2),
        (["status", "--nonsense"], 2),
        (["status"], 2),  # in an empty folder
    ],
)
def test_a_fork_is_a_start(ready: Ready, tmp_path: Path, arguments: list[str], code: int) -> None:
    """Words, channels and exit code are the same, and the test's own environment is not seen."""
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "90", "HOME": str(tmp_path)}
    started = subprocess.run(
        [PROGRAM, *arguments],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    forked = ready.run(PROGRAM, arguments, environment, tmp_path)
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        code,
        started.stdout,
        started.stderr,
    )
    assert started.returncode == code


def test_the_sandbox_is_forked_too(ready: Ready) -> None:
    """Its commands run as they do when started; one that fails raises, with what it said."""
    ready.sandbox("help")
    with pytest.raises(RuntimeError, match=r"(?s)wiki +down.*"):
        ready.sandbox("status", "--port", "65000")


def test_pywikibot_is_loaded_once_for_a_network(ready: Ready, tmp_path: Path) -> None:
    """From the second command on; a changed file of Pywikibot's is read again."""
    file, loads = tmp_path / "user-config.py", tmp_path / "loads"
    environment = {"PATH": os.environ["PATH"], "PYWIKIBOT_DIR": str(tmp_path)}
    said = []
    for family in ("test", "test", "test", "test", "wikidata", "wikidata"):
        code = f"open({str(loads)!r}, 'a').write({family!r} + ' ')\nfamily = {family!r}\n"
        if not file.exists() or file.read_text(encoding="utf-8") != code:
            file.write_text(code, encoding="utf-8")
            file.chmod(0o600)
        done = ready.run(PROGRAM, ["--version"], environment, tmp_path)
        said.append((done.returncode, done.stdout, done.stderr))
    assert len(set(said)) == 1
    assert loads.read_text(encoding="utf-8").split() == ["test", "wikidata"]


def test_a_file_that_cannot_be_loaded_is_left_to_the_command(ready: Ready, tmp_path: Path) -> None:
    """Each command says so itself, as often as it is run."""
    (tmp_path / "user-config.py").write_text("nonsense(", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYWIKIBOT_DIR": str(tmp_path)}
    codes = [ready.run(PROGRAM, ["--version"], environment, tmp_path).returncode for _ in range(3)]
    assert codes == [0, 0, 0]
