"""Credentials for ToolsDB, found where Toolforge puts them."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import URL

USER, PASSWORD = "TOOL_TOOLSDB_USER", "TOOL_TOOLSDB_PASSWORD"
FILE = "replica.my.cnf"
_HOMES = ("TOOL_DATA_DIR", "HOME")
_HOSTS = (".db.svc.wikimedia.cloud", ".db.svc.eqiad.wmflabs")


def with_credentials(url: URL, environ: Mapping[str, str]) -> URL:
    """Fill in the account where the address of a MariaDB's names none and Toolforge gives one."""
    if url.username or url.query or url.get_backend_name() == "sqlite":
        return url
    user, password = environ.get(USER), environ.get(PASSWORD)
    if not (user and password):
        user, password = _from_file(environ)
    return url.set(username=user, password=password) if user and password else url


def wrong_on_toolsdb(url: URL) -> tuple[str, str] | None:
    """Say what ToolsDB would refuse, with its mend; None for what fits, and for other servers."""
    if not (url.host or "").endswith(_HOSTS):
        return None
    if not url.username:
        return (
            "There are no credentials for ToolsDB.",
            f"Run this on Toolforge, as the tool: {USER} and {PASSWORD}, or its {FILE}, are there.",
        )
    if not (url.database or "").startswith(f"{url.username}__"):
        return (
            "On ToolsDB the name of a database begins with the tool's own account.",
            f"Name it {url.username}__peer_support, here and in CREATE DATABASE.",
        )
    return None


def _from_file(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
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
