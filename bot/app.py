"""The composition root: configuration, store and wiki are wired here and nowhere else."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot import i18n
from bot.config import Config
from bot.config import load as load_config
from bot.network import Network
from bot.problems import InputError, Problem
from bot.store.keyring import Keyring, read_secret
from bot.store.store import Store, open_store

CONFIG_VARIABLE = "PEER_SUPPORT_CONFIG"
DEFAULT_CONFIG = "config/peer-support.yaml"


def config_path(option: str | None, environ: Mapping[str, str]) -> Path:
    """Say which configuration file is meant."""
    return Path(option or environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG)


def secret_path(config_file: Path) -> Path:
    """Say where the master secret lies when it is not in the environment."""
    return config_file.parent / "secret"


def clock() -> datetime:
    """Give the time now, aware UTC."""
    return datetime.now(UTC)


def open_keyring(config_file: Path, environ: Mapping[str, str]) -> Keyring:
    """Read the master secret."""
    return Keyring(read_secret(environ, secret_path(config_file)))


def open_config_and_store(option: str | None, environ: Mapping[str, str]) -> tuple[Config, Store]:
    """Open what every command but the wiki's needs, or raise `InputError`."""
    path = config_path(option, environ)
    config = load_config(path, environ)
    return config, open_store(config.database_url, open_keyring(path, environ))


def open_network(config: Config, store: Store, user: str | None = None) -> Network:
    """Log in to the wiki and give everything that the steps need."""
    try:
        from bot.wiki import intake, people, session  # noqa: PLC0415 - reads user-config.py
    except RuntimeError as error:
        if "user-config" not in str(error):
            raise
        raise InputError(
            [
                Problem(
                    "user-config.py",
                    "Pywikibot's own configuration was not found.",
                    "Copy user-config.py.example to user-config.py, fill it in, and start the "
                    "program in that folder, or name the folder in PYWIKIBOT_DIR.",
                )
            ]
        ) from None
    wiki = session.connect(user)
    return Network(
        config=config,
        store=store,
        wiki=wiki,
        people=people.People(wiki, clock),
        intake=intake.Intake(wiki, config.wiki.intake, config.wiki.shutoff),
        messages=i18n.load(),
        clock=clock,
        chance=random.SystemRandom().random,
        random_bytes=os.urandom,
    )
