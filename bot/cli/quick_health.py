"""`peer-support health`, answered before anything is loaded, because it is asked every ten seconds.

Only the plain case is answered here: a configuration that names a database, and a store that can
be read. Everything else (other options, a mistake, a store out of reach) is left to the command
itself, which tells of it in words. So this imports neither click nor pydantic nor SQLAlchemy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from bot.config_place import (
    CONFIG_VARIABLE,
    DATABASE_VARIABLE,
    DEFAULT_DATABASE,
    SETTINGS_VARIABLE,
    absolute,
    base_folder,
    config_path,
)
from bot.health import health_of
from bot.toolsdb_account import account

SECONDS = 4
"""How long the database may take to answer: Toolforge waits five seconds for the whole."""
QUERY = "SELECT name, value FROM settings WHERE name IN ('heartbeat', 'log-in')"
AT_WORK = "at work"

# What is written otherwise, with options of the driver for one, is left to SQLAlchemy to read.
_SQLITE = re.compile(r"sqlite:///([^?]+)")
SERVER = re.compile(
    r"(?:mysql|mariadb)(?:\+pymysql)?://"
    r"(?:(?P<user>[^:/@]+)(?::(?P<password>[^@]*))?@)?"
    r"(?P<host>[A-Za-z0-9._-]+)(?::(?P<port>\d+))?/(?P<name>[^?/@:%]+)"
    r"(?:\?unix_socket=(?P<socket>[^&%+?]+))?"
)


def answer(arguments: Sequence[str], environ: Mapping[str, str], now: datetime) -> int | None:
    """Print how the worker does and return the exit code; None where this is not the plain case."""
    match arguments:
        case ["health"]:
            option = None
        case ["--config", option, "health"]:
            pass
        case _:
            return None
    try:
        said = _read(option, environ)
        found = health_of(said.get("heartbeat"), said.get("log-in"), now)
    except Exception:  # noqa: BLE001 - the command itself tells what is wrong, without leaking it
        return None
    print(AT_WORK if found.well else found.value)
    return 0 if found.well else 1


def _read(option: str | None, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the worker has noted last, by its name; raise whatever comes in between."""
    url, base = _database(option, environ)
    if found := _SQLITE.fullmatch(url):
        return _from_file(base / found[1])
    if found := SERVER.fullmatch(url):
        return _from_server(found, environ)
    raise ValueError  # without the address, which can hold a password


def _database(option: str | None, environ: Mapping[str, str]) -> tuple[str, Path]:
    """Return the address of the store, and the folder that a relative one counts from."""
    written = environ.get(DATABASE_VARIABLE)
    settings = environ.get(SETTINGS_VARIABLE)
    if settings and not (option or environ.get(CONFIG_VARIABLE)):
        # It stands in no folder, so a relative path leads nowhere here.
        return written or _named(settings), Path("/nonexistent")
    path = config_path(option, environ)
    return written or _named(path.read_text("utf-8")), absolute(base_folder(path))


def _named(text: str) -> str:
    import yaml  # noqa: PLC0415 - not needed where a variable names the store

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    settings = yaml.load(text, loader) or {}  # noqa: S506 - it is a safe loader
    url: str = settings.get("database") or DEFAULT_DATABASE
    return url


def _from_file(file: Path) -> dict[str, str]:
    import sqlite3  # noqa: PLC0415 - either this driver or the other

    # Only to read: a check that runs beside the worker must never make or change a file.
    uri = f"file:{quote(str(file))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=SECONDS)
    try:
        return dict(connection.execute(QUERY).fetchall())
    finally:
        connection.close()


def _from_server(url: re.Match[str], environ: Mapping[str, str]) -> dict[str, str]:
    import pymysql  # noqa: PLC0415 - either this driver or the other

    user, password = url["user"], url["password"]
    if user or url["socket"]:
        user, password = unquote(user or ""), unquote(password or "")
    elif found := account(environ):
        user, password = found
    connection = pymysql.connect(
        host=url["host"],
        port=int(url["port"] or 3306),
        user=user,
        password=password or "",
        database=url["name"],
        unix_socket=url["socket"],
        charset="utf8mb4",
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        write_timeout=SECONDS,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUERY)
            return dict(cursor.fetchall())
    finally:
        connection.close()
