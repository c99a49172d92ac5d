"""Which release this is, in a checkout, in a build, and where nobody knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot import version


def git(folder: Path, *words: str) -> str:
    """Run git, with somebody to be the author."""
    author = ["-c", "user.name=A", "-c", "user.email=a@mail.example"]
    done = subprocess.run(
        ["git", *author, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout with one file."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    git(tmp_path, "tag", "v9")
    return tmp_path


def test_a_checkout(checkout: Path) -> None:
    """Its commit, and whether files were changed since."""
    commit = git(checkout, "rev-parse", "--short", "HEAD")
    assert version.commit_of_checkout(checkout) == commit
    (checkout / "file").write_text("two")
    assert version.commit_of_checkout(checkout) == f"{commit}+changes"


def test_installed_below_some_checkout(checkout: Path) -> None:
    """Its commit is not ours."""
    inside = checkout / ".venv"
    inside.mkdir()
    assert version.commit_of_checkout(inside) is None


def test_a_build_says_what_it_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that the build writes counts where there is no checkout; else nobody knows."""
    package = tmp_path / "bot"
    package.mkdir()
    monkeypatch.setattr(version, "__file__", str(package / "version.py"))
    monkeypatch.setattr(version, "_installed_from", lambda: None)
    assert re.fullmatch(r"peer-support \d\S* @ unknown commit", version.release_name())
    (package / version.COMMIT_FILE).write_text("1a2b3c4\n")
    assert version.release_name().endswith(" @ 1a2b3c4")


def test_without_git(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No git on the machine is no fault."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert version.commit_of_checkout(checkout) is None
