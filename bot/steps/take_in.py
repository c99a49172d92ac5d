"""Reading the intake page: each message on it ends in one recorded outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.network import SHUT_OFF, Network
from bot.request.page import Added, read_revision
from bot.steps.page_messages import PageMessages
from bot.store import intake
from bot.store.schema import page_keys
from bot.store.store import Tx, get_setting, put_setting
from bot.wiki.intake import WINDOW, Poll, Revision
from bot.wiki.people import Person

READ_UNTIL = "read-until"
LOG = "intake-log"
WINDOW_READ = "window-read"
INTAKE_TROUBLE = "intake-trouble"

_BY_REVERT = frozenset({"mw-undo", "mw-rollback", "mw-manual-revert"})


@dataclass(frozen=True)
class _Reading:
    """A revision that was not seen before, and what it added."""

    revision: Revision
    added: Added | None  # None: hidden


def take_in(network: Network) -> bool:
    """Read what is new on the intake page, one request to the wiki where nothing is."""
    now = network.clock()
    with network.store.read() as tx:
        first_key = tx.connection.scalar(select(page_keys.c.made_at).order_by(page_keys.c.made_at))
        newest = intake.newest_revision(tx)
        log = int(get_setting(tx, LOG) or 0)
        window_read = datetime.fromisoformat(get_setting(tx, WINDOW_READ) or now.isoformat())
    if first_key is None:
        return False  # nothing was ever sealed, and nobody was told where to write
    since = max(first_key, now - WINDOW)
    poll = network.intake.poll(newest, since)
    if not poll.more and (poll.log != log or now - window_read >= timedelta(hours=1)):
        # Something was deleted, restored, moved or merged, or it is time to make sure: old
        # revisions may have come to light behind the newest one.
        poll = network.intake.window(since)
        window_read = now
    readings = _unseen(network, poll)
    people = network.people.by_id(
        reading.revision.user_id
        for reading in readings
        if reading.revision.user_id and reading.added and _says_something(reading.added)
    )
    for reading in readings:
        with network.store.write() as tx:
            _record(network, tx, reading, people, now)
    with network.store.write() as tx:
        _note_poll(tx, poll, window_read)
    if poll.exists and not poll.more:
        network.memory.newest = poll.revisions[-1] if poll.revisions else None
        network.memory.page_length = poll.length
    return bool(readings) or poll.more


def _says_something(added: Added) -> bool:
    return bool(added.envelopes or added.plain or added.too_much)


def _unseen(network: Network, poll: Poll) -> list[_Reading]:
    with network.store.read() as tx:
        seen = intake.seen_revisions(tx, [revision.revid for revision in poll.revisions])
    readings = []
    before: str | None = None
    texts: set[str] = set()
    for revision in poll.revisions:
        if revision.revid not in seen:
            hidden = revision.text is None or revision.user_id is None
            added = None if hidden else read_revision(before, revision.text or "")
            if added is not None and _is_revert(revision, texts):
                # Who reverts a vandal is no requester. (An envelope is the author's own anyway.)
                added = Added(added.envelopes, (), 0, prose=False)
            readings.append(_Reading(revision, added))
        before = revision.text if revision.text is not None else before
        texts.add(revision.sha1 or "")
    return readings


def _is_revert(revision: Revision, texts: set[str]) -> bool:
    return not _BY_REVERT.isdisjoint(revision.tags) or revision.sha1 in texts


def _note_poll(tx: Tx, poll: Poll, window_read: datetime) -> None:
    trouble = "missing" if not poll.exists else "moved" if poll.redirect else ""
    facts = {
        SHUT_OFF: "yes" if poll.shut_off else "no",
        WINDOW_READ: window_read.isoformat(),
        INTAKE_TROUBLE: trouble,
    }
    if not poll.more:
        facts[LOG] = str(poll.log)
    if not poll.more and not trouble:
        facts[READ_UNTIL] = poll.server_time.isoformat()
    for name, value in facts.items():
        if get_setting(tx, name) != value:
            put_setting(tx, name, value)


def _record(
    network: Network, tx: Tx, reading: _Reading, people: dict[int, Person], now: datetime
) -> None:
    """Record one revision and all that it added, together."""
    revision = reading.revision
    intake.saw_revision(
        tx,
        revision.revid,
        saved_at=revision.saved_at,
        readable=reading.added is not None,
        now=now,
    )
    if reading.added is None or revision.user_id is None:
        return
    author = people.get(revision.user_id)
    messages = PageMessages(network, tx, revision, revision.user_id, author, now)
    for envelope in reading.added.envelopes:
        messages.envelope(envelope)
    for piece in reading.added.plain:
        messages.plain(piece.text)
    for _ in range(reading.added.too_much):
        messages.set_aside()
