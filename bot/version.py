"""Which release this is: the version, and the commit that it was made from.

`setup.py` runs this file by itself, before anything is installed; it imports nothing of ours.
"""

from __future__ import annotations

import json
import subprocess
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE = "peer-support"
COMMIT_FILE = "commit.txt"
UNKNOWN = "unknown commit"


def release_name() -> str:
    """Name the release, as `peer-support 0.1.0 @ 1a2b3c4`."""
    package = Path(__file__).resolve().parent
    commit = commit_of_checkout(package.parent) or _built_from(package) or _installed_from()
    return f"{PACKAGE} {version()} @ {commit or UNKNOWN}"


def version() -> str:
    """Return the version; where only the sources lie, as in a buildpack's image, from these."""
    try:
        return distribution(PACKAGE).version
    except PackageNotFoundError:
        # Settings of other tools in it have `%` of their own.
        sources = ConfigParser(interpolation=None)
        sources.read(Path(__file__).resolve().parent.parent / "setup.cfg", encoding="utf-8")
        return sources.get("metadata", "version", fallback="(unknown version)")


def commit_of_checkout(folder: Path) -> str | None:
    """Give the commit that a checkout is at, with a mark where files were changed since.

    None where the folder is no checkout of its own: an installed package may lie inside some
    checkout, even one of this project, that has gone on since.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != folder.resolve():
        return None
    return _git(folder, "describe", "--always", "--exclude=*", "--dirty=+changes")


def _git(folder: Path, *words: str) -> str | None:
    try:
        asked = subprocess.run(  # noqa: S603 - the words are ours
            # In an image the sources are another account's; that they are run is trust enough.
            ["git", "--no-optional-locks", "-c", f"safe.directory={folder.resolve()}", *words],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return asked.stdout.strip() or None if asked.returncode == 0 else None


def _built_from(package: Path) -> str | None:
    try:
        return (package / COMMIT_FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def _installed_from() -> str | None:
    """Give the commit that pip was told to install (PEP 610)."""
    try:
        origin = json.loads(distribution(PACKAGE).read_text("direct_url.json") or "{}")
        return str(origin["vcs_info"]["commit_id"])[:7]
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return None
