"""Finding `user-config.py` before Pywikibot, which says little or takes another wiki."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.problems import InputError
from bot.wiki import user_config


def folder_with(folder: Path, text: str = "family = 'x'\n", mode: int = 0o600) -> Path:
    """Make a folder with a `user-config.py` in it."""
    folder.mkdir()
    file = folder / "user-config.py"
    file.write_text(text)
    file.chmod(mode)
    return folder


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    """The folder of PYWIKIBOT_DIR alone; without it where we stand, then at home."""
    named, here = folder_with(tmp_path / "named"), folder_with(tmp_path / "here")
    home, empty = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    folder_with(home / ".pywikibot")
    variable = {"PYWIKIBOT_DIR": str(named)}
    assert user_config.find(variable, here, home) == named / "user-config.py"
    assert user_config.find({}, here, home) == here / "user-config.py"
    assert user_config.find({}, empty, home) == home / ".pywikibot" / "user-config.py"
    with pytest.raises(InputError, match="where PYWIKIBOT_DIR points"):
        user_config.find({"PYWIKIBOT_DIR": str(empty)}, here, home)


def test_one_that_everybody_may_write(tmp_path: Path) -> None:
    """Pywikibot passes it over with a word; for us it is something to mend."""
    folder = folder_with(tmp_path / "here", mode=0o666)
    with pytest.raises(InputError, match="chmod 600"):
        user_config.find({}, folder, tmp_path)


def test_one_that_is_no_python(tmp_path: Path) -> None:
    """The line is named; what stands in it, perhaps a password, is not."""
    folder = folder_with(tmp_path / "here", "family = 'x'\nsecret = (MARKER\n")
    with pytest.raises(InputError) as wrong:
        user_config.find({}, folder, tmp_path)
    assert f"{folder / 'user-config.py'}:2: " in str(wrong.value)
    assert "MARKER" not in str(wrong.value)


def test_which_line_raised(tmp_path: Path) -> None:
    """An error while it runs is put to its line; an error from elsewhere is not."""
    file = folder_with(tmp_path / "here", "x = 1\nMARKER\n") / "user-config.py"
    with pytest.raises(NameError) as wrong:
        exec(compile(file.read_bytes(), str(file), "exec"), {})  # noqa: S102 - as Pywikibot does
    problem = user_config.blamed(wrong.value, file)
    assert problem is not None
    assert problem.place == f"{file}:2"
    assert "MARKER" not in str(problem)
    assert user_config.blamed(NameError(), file) is None


def test_files_that_hold_passwords(tmp_path: Path) -> None:
    """The configuration, the password file and the cookies beside it are private."""
    folder = folder_with(tmp_path / "here")
    for name in ("user-password.py", "pywikibot-Bot.lwp", "README"):
        (folder / name).touch()
    assert [one.name for one in user_config.private_files(folder / "user-config.py")] == [
        "pywikibot-Bot.lwp",
        "user-config.py",
        "user-password.py",
    ]
