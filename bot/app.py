"""The composition root: configuration, store and wiki are wired here and nowhere else."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import i18n
from bot.clock import clock
from bot.config import Config
from bot.config import load as load_config
from bot.config_place import config_path
from bot.network import Hook, Memory, Network
from bot.problems import InputError
from bot.store.keyring import Keyring, read_secret
from bot.store.store import Store, open_store
from bot.user_agent import contact_in, user_agent
from bot.wiki import user_config
from bot.wiki.refused import Patience

if TYPE_CHECKING:
    from bot.wiki.session import Wiki


def secret_path(config_file: Path) -> Path:
    """Say where the master secret lies when it is not in the environment."""
    return config_file.parent / "secret"


def open_keyring(config_file: Path, environ: Mapping[str, str]) -> Keyring:
    """Read the master secret."""
    return Keyring(read_secret(environ, secret_path(config_file)))


def open_config_and_store(option: str | None, environ: Mapping[str, str]) -> tuple[Config, Store]:
    """Open what every command but the wiki's needs, or raise `InputError`."""
    path = config_path(option, environ)
    config = load_config(path, environ)
    return config, open_store(config.database_url, open_keyring(path, environ))


def open_wiki(
    config: Config,
    user: str | None = None,
    patience: Patience | None = None,
    *,
    anew: bool = False,
) -> Wiki:
    """Log in to the wiki, as its account in `user-config.py` or another one it has.

    `anew` tries the password file itself, for the whole process: no saved session is taken up.
    """
    file = user_config.find(os.environ, Path.cwd(), Path.home())
    try:
        from bot.wiki import session  # noqa: PLC0415 - runs user-config.py
    except Exception as error:
        if (problem := user_config.blamed(error, file)) is not None:
            raise InputError([problem]) from None
        raise
    except SystemExit:
        raise InputError([user_config.ended(file)]) from None
    if anew:
        session.leave_saved_sessions()
    contact = contact_in(config.operator.privacy_contact)
    return session.connect(clock, contact, user=user, patience=patience)


def open_network(
    config: Config,
    store: Store,
    user: str | None = None,
    memory: Memory | None = None,
    patience: Patience | None = None,
) -> Network:
    """Log in to the wiki and give everything that the steps need."""
    patience = patience or Patience()
    patience.keyed = partial(store.keyring.mark, "log-in")
    wiki = open_wiki(config, user, patience)
    from bot.wiki import intake, people, wikimail  # noqa: PLC0415 - loads Pywikibot

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
        hook=hook_of(config, wiki.wiki_id, wiki.account_page),
    )


def hook_of(config: Config, wiki_id: str, account_page: str = "") -> Hook | None:
    """Give what tells the operator's webhook of alarms of this wiki; None where none is wanted."""
    if config.alarms.webhook is None:
        return None
    from bot import webhook  # noqa: PLC0415 - loads requests

    agent = user_agent((account_page, contact_in(config.operator.privacy_contact)))
    return partial(webhook.post, config.alarms.webhook, wiki_id, agent)


__all__ = [
    "clock",
    "config_path",
    "hook_of",
    "open_config_and_store",
    "open_keyring",
    "open_network",
    "open_wiki",
    "secret_path",
]
