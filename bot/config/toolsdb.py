"""Credentials for ToolsDB, found where Toolforge puts them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import URL

from bot.toolsdb_account import FILE, PASSWORD, USER, account

_HOSTS = (".db.svc.wikimedia.cloud", ".db.svc.eqiad.wmflabs")


def with_credentials(url: URL, environ: Mapping[str, str]) -> URL:
    """Fill in the account where the address of a MariaDB's names none and Toolforge gives one."""
    if url.username or url.query or url.get_backend_name() == "sqlite":
        return url
    found = account(environ)
    return url if found is None else url.set(username=found[0], password=found[1])


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
