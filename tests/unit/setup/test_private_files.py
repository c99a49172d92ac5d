"""Files of `setup` are private from the first moment, and whole or as they were."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.setup import files
from tests.unit.setup.folders import everything


def test_a_loose_password_file_is_made_private(tmp_path: Path) -> None:
    """Although its text stays."""
    file = tmp_path / "x.py"
    file.write_text("x")
    file.chmod(0o644)
    assert not files.put(file, "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_is_private_from_the_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the umask; and a write that fails leaves the old file, and nothing beside it."""
    before = os.umask(0)
    try:
        files.put(tmp_path / "new.py", "secret")
    finally:
        os.umask(before)
    assert everything(tmp_path)["new.py"][1] == 0o600

    def full(_handle: int) -> None:
        assert [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()] == [0o600] * 2
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(tmp_path / "new.py", "other")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("new.py", "secret")]


def test_killed_while_writing(tmp_path: Path) -> None:
    """Before the text has reached the disk: the old file is whole, and the next write is too."""
    file = tmp_path / "user-password.py"
    files.put(file, "old")
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom bot.setup import files\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files.put(Path(sys.argv[1]), 'new and secret')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.read_text() == "old"
    assert {mode for _, mode, _ in everything(tmp_path).values()} == {0o600}
    files.put(file, "new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [(file.name, "new")]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Somebody keeps the file elsewhere, and means it."""
    (tmp_path / "there").mkdir()
    link = tmp_path / "here.py"
    link.symlink_to(tmp_path / "there" / "real.py")
    files.put(link, "x")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.py").read_text() == "x"
