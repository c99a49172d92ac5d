"""The account's own limit on the real wiki: reached, and lifted the next day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.steps.budget import MAIL_LIMIT, MAIL_LIMIT_AT
from bot.store.store import put_setting
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from stage.sandbox import Sandbox
from tests.conftest import People
from tests.wiki.conftest import Worker

LIMIT = 3
LIMITED = f"""<?php
$wgGroupPermissions['bot']['noratelimit'] = false;
$wgRateLimits['sendemail'] = ['user' => [{LIMIT}, 86400], 'newbie' => [{LIMIT}, 86400]];
"""
ALL = {"salma@mail.example": 2, "rosa@mail.example": 1, "ravi@mail.example": 1}
"""Two requests in German: an offer of each to Salma, and a receipt to each who asked."""


class Limit:
    """A limit that can be set on the wiki and lifted."""

    def __init__(self, override: Path) -> None:
        self._override = override

    def set(self) -> None:
        """Let the bot's account send so many mails a day."""
        self._override.write_text(LIMITED)

    def lift(self) -> None:
        """Let it send as many as it likes."""
        self._override.unlink(missing_ok=True)


@pytest.fixture
def limit(sandbox: Sandbox) -> Iterator[Limit]:
    """Give a limit that is lifted at the end."""
    limit = Limit(Path(sandbox.facts["override"]))
    yield limit
    limit.lift()


def came(mailbox: Mailbox) -> Counter[str]:
    """Count the mails by their readers."""
    return Counter(mail.to for mail in mailbox.everything())


def for_people(mailbox: Mailbox) -> Counter[str]:
    """Count those to people; short mail and a moved clock are alarms, told to Coral."""
    counts = came(mailbox)
    del counts["coral@mail.example"]
    return counts


def posted(network: StagedNetwork) -> int:
    """Count the posts that were made, also those that the wiki refused."""
    with sqlite3.connect(network.database) as store:
        [(posts,)] = store.execute("select coalesce(sum(posts), 0) from outbox").fetchall()
    store.close()
    return int(posts)


def test_a_limit_that_the_wiki_names_is_kept_over_restarts(
    network: StagedNetwork, worker: Worker, people: People, mailbox: Mailbox, limit: Limit
) -> None:
    """Offers go first, the rest of the day is kept for cases under way; tomorrow the receipts.

    Whoever starts the worker again: no more than the wiki allows are posted.
    """
    limit.set()
    with worker.network.store.write() as tx:  # as it was asked two days ago
        put_setting(tx, MAIL_LIMIT_AT, (worker.network.clock() - timedelta(days=2)).isoformat())
    for name in ("Rosa", "Ravi"):
        people.ask(name, languages=["de"])
    worker.once()
    assert for_people(mailbox) == {"salma@mail.example": 2}, "offers go before receipts"
    worker.once()  # the coordinators hear that mail is short
    before = worker.network.wiki.requests
    worker.once()
    assert worker.network.wiki.requests == before + 1, "nothing is tried in vain"
    network.run("once")
    assert for_people(mailbox) == {"salma@mail.example": 2}
    assert came(mailbox).total() == posted(network) <= LIMIT
    assert worker.setting("mail-limit") == str(LIMIT)
    limit.lift()
    worker.later(days=1, minutes=1)
    worker.once()
    worker.once()
    assert for_people(mailbox) == ALL
    assert worker.rows("select distinct outcome from outbox") == [("success",)]


def test_a_limit_that_only_shows_when_it_is_reached(
    network: StagedNetwork, worker: Worker, people: People, mailbox: Mailbox, limit: Limit
) -> None:
    """The wiki refuses the fourth mail: it stays queued, nothing is posted until the limit goes.

    It is an offer: receipts go first, whatever a search finds.
    """
    with worker.network.store.write() as tx:  # as it was asked an hour ago
        put_setting(tx, MAIL_LIMIT, "")
        put_setting(tx, MAIL_LIMIT_AT, worker.network.clock().isoformat())
    limit.set()
    for name in ("Rosa", "Ravi"):
        people.ask(name, languages=["de"])
    network.run("once")
    assert came(mailbox).total() == LIMIT
    assert posted(network) == LIMIT, "what was refused counts as not posted"
    [waiting] = worker.rows("select kind, outcome from outbox where state = 'queued'")
    assert waiting == ("offer", "ratelimited")
    for _ in range(2):
        network.run("once")
    assert came(mailbox).total() == LIMIT
    limit.lift()
    worker.later(hours=1, minutes=1)
    worker.once()
    worker.once()
    assert for_people(mailbox) == ALL
    assert worker.rows("select distinct state from outbox") == [("sent",)]
