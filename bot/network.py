"""What the steps of a network work with, wired once by `app`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from bot.config import Config
from bot.config.coordinators import Coordinators
from bot.i18n import Messages
from bot.languages import pick_label
from bot.repeats import Repeats
from bot.request.request import Published
from bot.store.store import Store

if TYPE_CHECKING:
    # Only for their names: the desk and most commands work without Pywikibot.
    from bot.store.outbox import Row
    from bot.wiki.intake import Intake, Revision
    from bot.wiki.people import People
    from bot.wiki.session import Wiki
    from bot.wiki.wikimail import MailOutcome

Mailer: TypeAlias = "Callable[[str, str, str, datetime], MailOutcome]"
"""Posts one mail (account, subject, text, the time now) and says what became of it."""


@dataclass(frozen=True)
class Posted:
    """A mail that was posted, the rows that went with it, and what became of it at that time."""

    row: Row
    others: Sequence[Row]
    outcome: MailOutcome
    at: datetime
    links: frozenset[bytes]
    """The digests of the tokens that stand in it."""


Hook: TypeAlias = "Callable[[str, datetime], bool]"
"""Tells the operator's webhook of an alarm by its code; says whether it got through."""

CLOCKS_APART = timedelta(minutes=10)
"""So far our clock and the wiki's may differ; beyond that one of them is wrong, and nobody acts."""


@dataclass
class Memory:
    """What a worker knows only from its last look; a new one looks again."""

    newest: Revision | None = None
    page_length: int = 0
    page_is_wikitext: bool = True
    closed_keys: frozenset[str] | None = None
    """The page keys that did not open; None: what waits for one that does is to be looked for."""
    repeats: Repeats = field(default_factory=Repeats)
    """What the log has said already."""
    wiki_away_since: datetime | None = None
    """Since when the wiki has not answered; None while it does."""
    unwritten: list[Posted] = field(default_factory=list)
    """What became of mails, where the store could not be written to just then."""


@dataclass(frozen=True)
class Network:
    """Configuration, store and wiki of one network, and the sources of time and chance."""

    config: Config
    store: Store
    wiki: Wiki
    people: People
    intake: Intake
    messages: Messages
    mailer: Mailer
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    memory: Memory = field(default_factory=Memory)
    hook: Hook | None = None
    coordinators_now: Coordinators | None = None

    @property
    def coordinators(self) -> tuple[str, ...]:
        """Return the names of whoever coordinates now, by the configuration's file where asked."""
        now = self.coordinators_now
        return self.config.coordinators if now is None else now()

    clocks_apart: timedelta = CLOCKS_APART


def sign_up_is_open(config: Config, now: datetime) -> bool:
    """Say whether people can apply today; with no day to open, nobody can."""
    opens, closes = config.sign_up.opens, config.sign_up.closes
    today = now.date()
    return opens is not None and opens <= today and (closes is None or today <= closes)


def published(config: Config) -> Published:
    """Give what requests are read against: what the key page offers now."""
    return Published(
        topics=tuple(topic.id for topic in config.topics),
        channels=tuple(channel.id for channel in config.channels),
        backgrounds=tuple(background.id for background in config.backgrounds),
        message_characters=config.message_characters,
        plain_requests=config.plain_requests,
        topic_labels={topic.id: tuple(topic.labels.values()) for topic in config.topics},
        channel_labels={one.id: tuple(one.labels.values()) for one in config.channels},
        background_labels={one.id: tuple(one.labels.values()) for one in config.backgrounds},
    )


def topic_labels(config: Config, ids: tuple[str, ...], reader: str) -> tuple[str, ...]:
    """Give the names of topics in the reader's language."""
    labels = {topic.id: topic.labels for topic in config.topics}
    return tuple(pick_label(labels.get(i, {}), i, reader) for i in ids)


def channel_labels(config: Config, ids: tuple[str, ...], reader: str) -> tuple[str, ...]:
    """Give the names of channels in the reader's language."""
    labels = {channel.id: channel.labels for channel in config.channels}
    return tuple(pick_label(labels.get(i, {}), i, reader) for i in ids)


def where_to_turn(config: Config, reader: str) -> tuple[str, ...]:
    """Give a line for each place to turn to: its name and its address."""
    return tuple(
        f"{pick_label(place.label, place.kind, reader)}: {place.mail or place.url}"
        for place in config.where_to_turn
    )
