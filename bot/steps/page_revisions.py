"""The revisions of the intake page: what each added is recorded, with all that comes of it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError

from bot.casework.effects import MailKind
from bot.faults import kind_and_place
from bot.logs import OURS, counted
from bot.network import Network
from bot.request.mending import Gone
from bot.request.page import Added, read_revision
from bot.steps.page_messages import PageMessages
from bot.steps.tidy import header_of
from bot.store import digest, intake
from bot.store.store import DeposedError, Tx
from bot.wiki.intake import AT_ONCE, Revision
from bot.wiki.people import Person

log = logging.getLogger(OURS)

_BY_UNDO = frozenset({"mw-undo", "mw-rollback"})
_MANUAL_REVERT = "mw-manual-revert"
_NEW_REDIRECT = "mw-new-redirect"


@dataclass(frozen=True)
class _Reading:
    """A revision that was not read before, and what it added; None: it cannot be read."""

    revision: Revision
    added: Added | None


class PageRevisions:
    """Reads revisions batch by batch, each recorded in a transaction of its own."""

    def __init__(self, network: Network, window: datetime, now: datetime) -> None:
        self._network = network
        self._window = window
        self._now = now
        self._last: Revision | None = None
        # By its hash, when a text first stood on the page.
        self._first: dict[str, tuple[datetime, int]] = {}
        self._listed: list[Revision] | None = None
        self._outcomes = Counter[str]()

    @cached_property
    def _header(self) -> str:
        return header_of(self._network)

    def read(self, batch: Sequence[Revision]) -> bool:
        """Read those of these revisions (oldest first) that were not read; say whether any was."""
        fresh = self._unread(batch)
        readings, people = self._prepare(batch, fresh)
        self._outcomes.clear()
        taken = [self._take(reading, people) for reading in readings]
        self._tell_outcomes()
        return any(taken)

    def _tell_outcomes(self) -> None:
        if self._outcomes:
            # Without the revisions' ids: who reads a log need not learn whose request is which.
            log.info("take_in: %s", counted(self._outcomes))

    def _prepare(
        self, batch: Sequence[Revision], fresh: Sequence[Revision]
    ) -> tuple[list[_Reading], dict[int, Person]]:
        """Say what the fresh ones of a batch added, and look up who saved them."""
        texts = {one.revid: one.text for one in [*([self._last] if self._last else []), *batch]}
        self._note_texts(batch)
        texts |= self._parents(fresh, texts)
        readings = []
        before: str | None = self._last.text if self._last else None
        for revision in batch:
            if revision in fresh:
                readings.append(_Reading(revision, self._added(revision, texts, before)))
            before = revision.text if revision.text is not None else before
            self._last = revision
        people = self._network.people.by_id(
            reading.revision.user_id
            for reading in readings
            if reading.revision.user_id and reading.added and _says_something(reading.added)
        )
        return readings, people

    def read_waiting(self) -> bool:
        """Read the messages again that waited for a key, and whose key opens now."""
        with self._network.store.read() as tx:
            waited = intake.waited_for_key(tx)
        revids, worked = sorted(waited), False
        for start in range(0, len(revids), AT_ONCE):
            self._last = None
            batch = self._network.intake.by_id(revids[start : start + AT_ONCE])
            readings, people = self._prepare(batch, batch)
            self._outcomes.clear()
            for reading in readings:
                places = waited.get(reading.revision.revid, set())
                worked = self._take_again(reading, people, places) or worked
            self._tell_outcomes()
        return worked

    def read_unseen(self) -> bool:
        """Read what has come to light in the window behind the newest revision."""
        unread = [one.revid for one in self._unread(self._listing())]
        worked = False
        for start in range(0, len(unread), AT_ONCE):
            self._last = None
            batch = self._network.intake.by_id(unread[start : start + AT_ONCE])
            worked = self.read(batch) or worked
        return worked

    def _unread(self, batch: Sequence[Revision]) -> list[Revision]:
        revids = [revision.revid for revision in batch]
        with self._network.store.read() as tx:
            seen = intake.seen_revisions(tx, revids)
            unreadable = intake.unreadable_revisions(tx, revids)
        return [
            one
            for one in batch
            # What was hidden then and is not now can be read after all.
            if one.revid not in seen or (one.revid in unreadable and not one.hidden)
        ]

    def _parents(self, fresh: Sequence[Revision], known: Iterable[int]) -> dict[int, str | None]:
        """Fetch the texts that revisions were made from, where they are not in the same batch."""
        wanted = {one.parent for one in fresh if one.parent and one.readable} - set(known)
        return {one.revid: one.text for one in self._network.intake.by_id(sorted(wanted))}

    def _added(
        self, revision: Revision, texts: dict[int, str | None], visible: str | None
    ) -> Added | None:
        """Say what a revision added; None for one that is hidden, or that we fail to read."""
        if revision.text is None or revision.user_id is None:
            return None
        before = texts.get(revision.parent) if revision.parent else ""
        known = before is not None
        before = (before if known else visible) or ""
        before, after = self._without_header(before, revision.text)
        try:
            added = read_revision(before, after)
        except Exception as error:  # noqa: BLE001 - one page must not stop all others
            log.critical("take_in: a revision cannot be read: %s", kind_and_place(error))
            return None
        return self._counted(revision, added, known=known)

    def _without_header(self, before: str, after: str) -> tuple[str, str]:
        """Let whoever puts our header back, as we do, or copies it, say nothing by that."""
        if self._header not in before:
            # In front: behind it, it would end up in a template that lost its end.
            before = f"{self._header}\n{before}"
        copies = after.count(self._header) - before.count(self._header)
        return before, after.replace(self._header, "", max(0, copies))

    def _counted(self, revision: Revision, added: Added, *, known: bool) -> Added:
        """Take out what is no request of the revision's author; envelopes are, or do not open."""
        tags = set(revision.tags)
        by_hand = bool(added.plain or added.too_much)
        if not _BY_UNDO.isdisjoint(tags):
            return replace(added, plain=(), too_much=0, prose=False)
        if by_hand and (
            not known or not revision.user_id or _MANUAL_REVERT in tags or self._stood(revision)
        ):
            # Somebody restored it, or may have; or asked without an account. Two people can also
            # have saved the same form: nobody is made a requester, and the coordinators look.
            return replace(added, plain=(), too_much=0, prose=True)
        if not tags.isdisjoint({_MANUAL_REVERT, _NEW_REDIRECT}):
            return replace(added, prose=False)
        return added

    def _stood(self, revision: Revision) -> bool:
        """Say whether the page has had the same text before, as far back as the window goes."""
        self._listing()
        first = self._first.get(revision.sha1 or "")
        return first is not None and first < (revision.saved_at, revision.revid)

    def _listing(self) -> list[Revision]:
        if self._listed is None:
            self._listed = self._network.intake.listing(self._window)
            self._note_texts(self._listed)
        return self._listed

    def _note_texts(self, some: Iterable[Revision]) -> None:
        for one in some:
            if one.sha1:
                place = (one.saved_at, one.revid)
                self._first[one.sha1] = min(place, self._first.get(one.sha1, place))

    def _take(self, reading: _Reading, people: dict[int, Person]) -> bool:
        """Record one revision and all that it added, together; one that breaks is set aside."""
        try:
            with self._network.store.write() as tx:
                return self._record(tx, reading, people)
        except (SQLAlchemyError, DeposedError):
            raise
        except Exception as error:  # noqa: BLE001 - told to the coordinators, and tried each hour
            log.critical("take_in: a revision was set aside: %s", kind_and_place(error))
        with self._network.store.write() as tx:
            return self._record(tx, _Reading(reading.revision, None), {})

    def _take_again(self, reading: _Reading, people: dict[int, Person], places: set[int]) -> bool:
        """Record those messages of one revision that waited; where it breaks, they wait on."""
        if reading.added is None:
            return False
        try:
            with self._network.store.write() as tx:
                messages = self._messages(tx, reading, people, places)
                for envelope in reading.added.envelopes:
                    messages.envelope(envelope)
        except (SQLAlchemyError, DeposedError):
            raise
        except Exception as error:  # noqa: BLE001 - the others are read
            log.critical("take_in: a revision was left to wait: %s", kind_and_place(error))
            return False
        self._outcomes += messages.outcomes
        return True

    def _record(self, tx: Tx, reading: _Reading, people: dict[int, Person]) -> bool:
        revision, added = reading.revision, reading.added
        first_time = intake.saw_revision(
            tx,
            revision.revid,
            saved_at=revision.saved_at,
            readable=added is not None,
            now=self._now,
        )
        if added is None or revision.user_id is None:
            if first_time:
                digest.tell_of_revision(tx, MailKind.UNREADABLE, revision.revid, self._now)
            return first_time
        messages = self._messages(tx, reading, people)
        for envelope in added.envelopes:
            messages.envelope(envelope)
        for piece in added.plain:
            messages.plain(piece.text)
        for _ in range(added.too_much):
            messages.set_aside()
        self._outcomes += messages.outcomes
        if added.prose or messages.mended:
            # Whoever wrote over another's request, and could be taken for one who mended it, may
            # need help themselves: the coordinators look.
            digest.tell_of_revision(tx, MailKind.PROSE, revision.revid, self._now)
        return True

    def _messages(
        self,
        tx: Tx,
        reading: _Reading,
        people: dict[int, Person],
        again: set[int] | None = None,
    ) -> PageMessages:
        revision, gone = reading.revision, Gone(reading.added.gone if reading.added else ())
        author_id = revision.user_id or 0
        author = people.get(author_id)
        return PageMessages(self._network, tx, revision, author_id, author, gone, self._now, again)


def _says_something(added: Added) -> bool:
    return bool(added.envelopes or added.plain or added.too_much)
