"""The account for ToolsDB, found where Toolforge puts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

USER, PASSWORD = "TOOL_TOOLSDB_USER", "TOOL_TOOLSDB_PASSWORD"
FILE = "replica.my.cnf"
_HOMES = ("TOOL_DATA_DIR", "HOME")


def account(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return account and password from the environment, or from the tool's file; None without."""
    user, password = environ.get(USER), environ.get(PASSWORD)
    if not (user and password):
        user, password = _from_file(environ)
    return (user, password) if user and password else None


def _from_file(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    import configparser  # noqa: PLC0415 - a health check finds the account without it

    for home in (environ.get(name) for name in _HOMES):
        file = Path(home or "/nonexistent") / FILE
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(file.read_text("utf-8"))
        except (OSError, ValueError, configparser.Error):
            continue
        if parser.has_section("client"):
            client = parser["client"]
            return _bare(client.get("user")), _bare(client.get("password"))
    return None, None


def _bare(written: str | None) -> str | None:
    return None if written is None else written.strip().strip("'\"")
