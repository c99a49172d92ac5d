"""How the command line ends when something goes wrong: words and exit codes, never a traceback."""

from __future__ import annotations

import sqlite3
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.problems import InputError, Problem
from bot.store.keyring import WrongSecretError
from bot.troubles import OutOfReachError, of_store, of_wiki
from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError

# `bot.cli.main` is also the name of the function in it.
command_line: Any = import_module("bot.cli.main")
STORY = "MARKER-story"
PROBLEM = Problem("here:3", "This is wrong.", "Mend it so.")


def ended(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Let a command raise this, and give the exit code and what was said."""

    def raising() -> None:
        raise error

    monkeypatch.setattr(command_line, "cli", raising)
    with pytest.raises(SystemExit) as end:
        command_line.main()
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert isinstance(end.value.code, int)
    return end.value.code, said.err


def locked() -> OperationalError:
    """Give the error of a store that stays locked, as SQLAlchemy wraps it."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    return OperationalError("insert into t values (?)", (STORY,), cause)


def of_mariadb(number: int) -> OperationalError:
    """Give an error of MariaDB's or its driver's, as SQLAlchemy wraps it."""
    return OperationalError("select 1", (STORY,), RuntimeError(number, STORY))


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (InputError([PROBLEM]), 2, "here:3: This is wrong.\n    Mend it so."),
        (OutOfReachError(PROBLEM), 3, "here:3: This is wrong.\n    Mend it so."),
        (WikiDownError("no-connection"), 3, "(no-connection)"),
        (NoAnswerError("http-502"), 3, "(http-502)"),
        (ApiError("readonly"), 3, "The wiki takes no changes now."),
        (ApiError("somethingelse"), 3, "somethingelse"),
        (locked(), 3, "kept the store locked"),
        (of_mariadb(2003), 3, "The database's server is not reached. (2003)"),
        (of_mariadb(2013), 3, "has cut the connection. (2013)"),
        (of_mariadb(1290), 3, "can be read now, but not written. (1290)"),
        (of_mariadb(1045), 3, "does not take this account and password. (1045)"),
        (of_mariadb(9999), 3, "does not do what it should. (9999)"),
        (WrongSecretError(STORY), 2, "the store: Something in it does not open"),
        (PermissionError(13, "Permission denied", "/some/file"), 2, "/some/file: Permission"),
    ],
)
def test_what_is_known_has_words(
    error: Exception,
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each kind ends with its exit code, its place and its mend."""
    ended_with, said = ended(error, monkeypatch, capsys)
    assert ended_with == code
    assert word in said
    assert "\n    " in said
    assert STORY not in said


def test_a_fault_of_ours_shows_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error that nobody foresaw names its kind and line, and not what it was about."""
    code, said = ended(KeyError(STORY), monkeypatch, capsys)
    assert code == 70
    assert "KeyError at " in said
    assert STORY not in said


def test_of_a_store_that_is_not_sqlite() -> None:
    """A driver that has no such names is told in general words, without its own text."""
    error = OperationalError("select 1", {}, RuntimeError(STORY))
    problem = of_store(error, "the store")
    assert problem.what == "The store does not do what it should."
    assert STORY not in str(problem)


def test_codes_of_the_wiki_are_shown() -> None:
    """Whoever asks for help can name the wiki's own code."""
    assert "(blocked)" in of_wiki(ApiError("blocked")).what
