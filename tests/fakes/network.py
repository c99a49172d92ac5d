"""A whole network on a fake wiki: fast enough to be killed a hundred times."""

from __future__ import annotations

import atexit
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot import i18n
from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.roster import Supporter
from bot.config import load
from bot.network import Memory, Network
from bot.request.envelope import envelope_wikitext, info, seal
from bot.schedule import once
from bot.store import cases, intake, links, roster, talk
from bot.store.keyring import Keyring
from bot.store.store import Store, create_store, open_store
from bot.wiki.intake import Intake
from bot.wiki.people import People
from bot.wiki.wikimail import post
from tests.databases import OPENED
from tests.fakes.wiki import BOT_ID, INTAKE, FakeAccount, FakeWiki

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROSA, SALMA, SVEN, CORAL = 7, 11, 12, 6
ACCOUNTS = [
    FakeAccount(BOT_ID, "PeerSupportBot"),
    FakeAccount(CORAL, "Coral"),
    FakeAccount(ROSA, "Rosa"),
    FakeAccount(8, "Ravi"),
    FakeAccount(SALMA, "Salma"),
    FakeAccount(SVEN, "Sven"),
]
ROSTER = [
    Supporter(user_id=SALMA, name="Salma", languages=("de", "en"), word="lighthouse"),
    Supporter(user_id=SVEN, name="Sven", languages=("fr",)),
]
SECRET = bytes(range(32))
_messages = cache(i18n.load)
_LINK = re.compile(r"/(offer|case|status)/(\S+)")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the time now."""
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@dataclass
class FakeNetwork:
    """A network, its clock and its wiki."""

    network: Network
    clock: Clock
    wiki: FakeWiki

    @property
    def store(self) -> Store:
        """The store."""
        return self.network.store

    def once(self) -> bool:
        """Do every step until no work is left."""
        return once(self.network)

    def ask(self, user_id: int = ROSA, **fields: Any) -> str:
        """Let somebody save a sealed request, and give its reference."""
        payload = {
            "type": "request",
            "ref": "".join(secrets.choice("0123456789ABCDEFGH") for _ in range(8)),
            "locale": "en",
            "languages": ["de"],
            "topics": [],
            "channels": ["desk", "wikimail"],
            "contact": {},
            "message": "",
            "avoid": [],
            "prefer": [],
            "words": ["amber", "tiger", "window"],
            "status_token": secrets.token_urlsafe(16),
            "notify": True,
        } | fields
        with self.store.read() as tx:
            key = intake.keys(tx)[0]
        context = info(self.wiki.wiki_id, user_id, key.id)
        sealed = seal(json.dumps(payload).encode(), key.public, context)
        self.wiki.append(user_id, envelope_wikitext(key.id, sealed))
        return str(payload["ref"])

    def happened(self, door: Door, token: str, event: Callable[[int], on.Event]) -> None:
        """Do what a page of the desk does when a link's button is pressed."""
        with self.store.write() as tx:
            link = links.find(tx, token, door, self.clock())
            if link is not None and not link.ended:
                policy = self.network.config.policy
                what = event(link.supporter or 0)
                cases.happened(tx, link.case_id, what, now=self.clock(), policy=policy)

    def wrote(self, door: Door, token: str, by: on.Side, text: str) -> None:
        """Do what a page of the desk does with a message; one that is there is not sent again."""
        with self.store.write() as tx:
            link = links.find(tx, token, door, self.clock())
            stored = None if link is None or link.ended else cases.load(tx, link.case_id)
            supporter = None if stored is None else stored.case.supporter
            if stored is None or supporter is None:
                return
            if any(one.text == text for one in talk.of(tx, stored.id, supporter)):
                return
            talk.put(tx, stored.id, supporter, by, text, self.clock())
            policy = self.network.config.policy
            cases.happened(tx, stored.id, on.Wrote(by), now=self.clock(), policy=policy)

    def tokens(self, name: str, door: Door) -> list[str]:
        """Give the tokens of the links that somebody was mailed."""
        found = [_LINK.search(mail["text"]) for mail in self.wiki.mails(name)]
        return [one[2] for one in found if one is not None and one[1] == door.value]


def make(
    folder: Path,
    clock: Clock | None = None,
    more: str = "",
    accounts: Sequence[FakeAccount] = tuple(ACCOUNTS),
) -> FakeNetwork:
    """Make a network in a folder, or open the one that is there."""
    clock = clock or Clock()
    if _config_file(folder).exists():
        return _open(folder, clock, accounts)
    if "database:" in more:  # on a server: what is there cannot be copied
        return _begin(folder, clock, more, accounts)
    kept = _begun(clock.now, more, tuple(accounts))
    shutil.copytree(kept.wiki.folder, folder, dirs_exist_ok=True)
    fake = _open(folder, clock, accounts)
    # What its first steps left in mind, beside what they left in the folder.
    before, known = kept.network.memory, kept.network.people._known
    fake.network.memory.newest = before.newest
    fake.network.memory.page_length = before.page_length
    fake.network.people._known.update(known)
    fake.wiki.go_on_as(kept.wiki)
    return fake


@cache
def _begun(now: datetime, more: str, accounts: tuple[FakeAccount, ...]) -> FakeNetwork:
    """Begin a network of which copies are made: to begin one takes twenty times longer."""
    folder = Path(tempfile.mkdtemp(prefix="begun-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    fake = _begin(folder, Clock(now), more, accounts)
    fake.store.close()
    return fake


def _begin(folder: Path, clock: Clock, more: str, accounts: Sequence[FakeAccount]) -> FakeNetwork:
    config_file = _config_file(folder)
    config_file.parent.mkdir(parents=True)
    text = f'wiki: {{intake: "{INTAKE}"}}\ncoordinators: [Coral]\n{more}'
    config_file.write_text(text, encoding="utf-8")
    create_store(load(config_file, {}).database_url, Keyring(SECRET))
    fake = _open(folder, clock, accounts)
    fake.wiki.save(BOT_ID, "")
    with fake.store.write() as tx:
        for supporter in ROSTER:
            roster.put(tx, supporter, clock())
    fake.once()
    return fake


def _open(folder: Path, clock: Clock, accounts: Sequence[FakeAccount]) -> FakeNetwork:
    config = load(_config_file(folder), {})
    store = open_store(config.database_url, Keyring(SECRET))
    OPENED.append(store)
    _do_not_wait_for_the_disk(store.engine)
    wiki = FakeWiki(folder, list(accounts), clock)
    network = Network(
        config=config,
        store=store,
        wiki=wiki,
        people=People(wiki, clock),
        intake=Intake(wiki, config.wiki.intake, config.wiki.shutoff),
        messages=_messages(),
        mailer=partial(post, wiki),
        clock=clock,
        chance=lambda: 0.5,
        random_bytes=os.urandom,
    )
    return FakeNetwork(network, clock, wiki)


def _config_file(folder: Path) -> Path:
    return folder / "config" / "peer-support.yaml"


def kept_in(database_url: str) -> str:
    """Say in a configuration where the store lies."""
    return f'database: "{database_url}"\n'


def opened_anew(fake: FakeNetwork, clock: Clock) -> FakeNetwork:
    """Give the network as a new process finds it: with its files alone, and nothing remembered.

    Only what costs time and tells nothing is kept: configuration, texts, compiled statements.
    """
    was = fake.network
    was.store.engine.dispose()
    wiki = FakeWiki(fake.wiki.folder, ACCOUNTS, clock)
    network = replace(
        was,
        store=Store(was.store.engine, was.store.keyring),
        wiki=wiki,
        people=People(wiki, clock),
        intake=Intake(wiki, was.config.wiki.intake, was.config.wiki.shutoff),
        mailer=partial(post, wiki),
        clock=clock,
        memory=Memory(),
    )
    return FakeNetwork(network, clock, wiki)


def _do_not_wait_for_the_disk(engine: Engine) -> None:
    """Let the disk lag behind: a killed process takes nothing back that it has written.

    Only a power cut could, and no test tries one.
    """

    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare)
        engine.dispose()
