"""YAML file and environment → Config, or every error at once with its place and mend."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.config import explain
from bot.config.clashes import clashes
from bot.config.lists import KINDS, read_list
from bot.config.model import Config, Group, Settings
from bot.config.toolsdb import with_credentials, wrong_on_toolsdb
from bot.config_place import DATABASE_VARIABLE, absolute, base_folder
from bot.problems import InputError, Problem
from bot.text_files import read_text
from bot.yaml_places import Located, read_yaml


class ConfigError(InputError):
    """The configuration cannot be used as it is."""


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check the whole configuration; raise ConfigError with all that is wrong."""
    return _told(lambda: _check(_read_main(path), path, environ))


def read(text: str, path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check a text as it would stand in this file; raise ConfigError as `load` does."""
    return _told(lambda: _check(_settings_of(text, path), path, environ))


def _told(check: Callable[[], Config]) -> Config:
    try:
        return check()
    except InputError as error:
        # Without its cause, whose text could repeat what somebody wrote.
        raise ConfigError(_in_order(error.problems)) from None


def _in_order(problems: tuple[Problem, ...]) -> list[Problem]:
    """Sort by line within each file, as one mends them; files stay as they came."""
    files: dict[str, int] = {}

    def rank(problem: Problem) -> tuple[int, int]:
        file, _, line = problem.place.rpartition(":")
        return files.setdefault(file, len(files)), int(line) if line.isdecimal() else 0

    return sorted(problems, key=rank)


def _check(main: Located, path: Path, environ: Mapping[str, str]) -> Config:
    problems: list[Problem] = []
    base = base_folder(path)
    settings: Settings | None = None
    mistaken: set[str] = set()
    own = {key: value for key, value in main.data.items() if key not in KINDS}
    try:
        settings = Settings.model_validate(own)
    except ValidationError as error:
        problems += explain.problems(error, Settings, main.place, also=tuple(KINDS))
        mistaken = {str(one["loc"][1]) for one in error.errors() if len(one["loc"]) > 1}
    problems += clashes(main, mistaken)
    database_url = ""
    try:
        database_url = _database_url(main, environ, absolute(base))
    except InputError as error:
        problems += error.problems
    lists: dict[str, tuple[Group, ...]] = {}
    for key in KINDS:
        try:
            lists[key] = read_list(key, main, lambda written, at: _read_named(base, written, at))
        except InputError as error:
            problems += error.problems
    if problems or settings is None:
        raise ConfigError(problems)
    values: dict[str, Any] = {name: getattr(settings, name) for name in Settings.model_fields}
    values |= {**lists, "base": absolute(base), "database_url": database_url}
    return Config.model_validate(values)


def _read_main(path: Path) -> Located:
    if not path.exists():
        mend = (
            "Run `peer-support setup`, which writes one; or copy "
            f"{explain.EXAMPLE} to config/peer-support.yaml and fill it in, or name another file "
            "with --config."
        )
        raise ConfigError([Problem(str(path), "There is no configuration file here.", mend)])
    return _settings_of(_text(path), path)


def _settings_of(text: str, path: Path) -> Located:
    main = read_yaml(text, str(path))
    if main.data is None:
        return Located({}, main.name, main.lines)
    if not isinstance(main.data, dict):
        what = "Settings are expected here, each as name: value."
        raise ConfigError([Problem(main.place(), what, f"Compare it with {explain.EXAMPLE}.")])
    return main


def _read_named(base: Path, written: str, named_at: str) -> Located:
    path = base / written
    if not _is_there(path):
        what = f"There is no file {path}."
        mend = (
            "Check the path: it counts from the folder that holds config/. To use the list "
            "shipped with the program, leave this setting out."
        )
        raise ConfigError([Problem(named_at, what, mend)])
    return read_yaml(_text(path, named_at), str(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have: it is too long
        return False


def _text(path: Path, place: str = "") -> str:
    try:
        return read_text(path, place)
    except InputError as error:
        raise ConfigError(error.problems) from None


def _database_url(main: Located, environ: Mapping[str, str], base: Path) -> str:
    """Check the store's address without ever repeating it, since it may hold a password."""
    default = Settings.model_fields["database"].default
    written, place = main.data.get("database"), main.place(("database",))
    if environ.get(DATABASE_VARIABLE):
        written, place = environ[DATABASE_VARIABLE], f"the environment variable {DATABASE_VARIABLE}"
    if written is None:
        written = default
    if not isinstance(written, str):
        # Settings has told that already.
        return ""
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        what, mend = "This is not the address of a database.", f"Write it like {default}."
        raise ConfigError([Problem(place, what, mend)]) from None
    url = with_credentials(url, environ)
    if wrong := _wrong_database(url) or wrong_on_toolsdb(url):
        raise ConfigError([Problem(place, *wrong)])
    if url.get_backend_name() == "sqlite":
        url = url.set(database=str(absolute(base / (url.database or ""))))
    return url.render_as_string(hide_password=False)


def _wrong_database(url: URL) -> tuple[str, str] | None:
    name = url.database or ""
    if url.get_backend_name() not in {"sqlite", "mysql", "mariadb"}:
        return "This kind of database is not supported.", "Use sqlite, mysql or mariadb."
    if url.get_backend_name() == "sqlite" and (
        name in {"", ":memory:"} or name.startswith("file:")
    ):
        return (
            "This store would be forgotten with the program, or is not a plain file.",
            "Name a file, such as sqlite:///var/peer-support.db.",
        )
    if not name:
        return "The name of the database is missing.", "Write it at the end: mysql://host/name."
    if url.get_backend_name() != "sqlite" and name.endswith("_p"):
        return (
            "On Toolforge, everybody can read a database whose name ends in _p.",
            "Choose another name.",
        )
    return None
