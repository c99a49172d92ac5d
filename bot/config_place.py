"""Where the configuration lies and what its paths count from, without reading or checking it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

CONFIG_VARIABLE = "PEER_SUPPORT_CONFIG"
"""Names the file."""
SETTINGS_VARIABLE = "PEER_SUPPORT_SETTINGS"
"""The configuration itself, as it would stand in the file; a line of JSON will do, too."""
DATABASE_VARIABLE = "PEER_SUPPORT_DATABASE"
"""The address of the store; it goes before the one in the configuration."""
SECRET_VARIABLE = "PEER_SUPPORT_SECRET"  # noqa: S105 - a name
"""The master secret: 32 bytes, as base64url."""
ACCOUNT_PASSWORD_VARIABLE = "PEER_SUPPORT_ACCOUNT_PASSWORD"  # noqa: S105 - a name
"""The bot password of the wiki's account, where no file holds it."""
DEFAULT_CONFIG = "config/peer-support.yaml"
DEFAULT_DATABASE = "sqlite:///var/peer-support.db"


def config_path(option: str | None, environ: Mapping[str, str]) -> Path:
    """Return which configuration file is meant."""
    return Path(option or environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG)


def base_folder(path: Path) -> Path:
    """Return the folder that relative paths count from: the one that holds `config/`."""
    folder = path.parent
    if absolute(folder).name != "config":
        return folder
    # Not folder.parent, which for "." is "." again.
    return Path(os.path.normpath(folder / ".."))


def absolute(path: Path) -> Path:
    """Return the path from the root of the file system.

    Not resolve(): a symbolic link is the operator's choice, and the folder they see counts.
    """
    return Path(os.path.abspath(path))  # noqa: PTH100
