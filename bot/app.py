"""The composition root: configuration, store and wiki are wired here and nowhere else."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import i18n
from bot.config import Config
from bot.config import load as load_config
from bot.network import Memory, Network
from bot.problems import InputError
from bot.store.keyring import Keyring, read_secret
from bot.store.store import Store, open_store
from bot.wiki import user_config

if TYPE_CHECKING:
    from bot.wiki.session import Wiki

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


def open_wiki(user: str | None = None) -> Wiki:
    """Log in to the wiki, as its account in `user-config.py` or another one it has."""
    file = user_config.find(os.environ, Path.cwd(), Path.home())
    try:
        from bot.wiki import session  # noqa: PLC0415 - runs user-config.py
    except Exception as error:
        if (problem := user_config.blamed(error, file)) is not None:
            raise InputError([problem]) from None
        raise
    return session.connect(user)


def open_network(
    config: Config, store: Store, user: str | None = None, memory: Memory | None = None
) -> Network:
    """Log in to the wiki and give everything that the steps need."""
    wiki = open_wiki(user)
    from bot import webhook  # noqa: PLC0415 - loads requests
    from bot.wiki import intake, people, wikimail  # noqa: PLC0415 - loads Pywikibot

    hook = config.alarms.webhook

    return Network(
        config=config,
        store=store,
        wiki=wiki,
        people=people.People(wiki, clock),
        intake=intake.Intake(wiki, config.wiki.intake, config.wiki.shutoff),
        messages=i18n.load(),
        mailer=partial(wikimail.post, wiki),
        clock=clock,
        chance=random.SystemRandom().random,
        random_bytes=os.urandom,
        memory=memory or Memory(),
        hook=partial(webhook.post, hook, wiki.wiki_id) if hook else None,
    )
