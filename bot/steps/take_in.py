"""Reading the intake page: each message on it ends in one recorded outcome."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from sqlalchemy import select

from bot.casework import case as life
from bot.casework.effects import Door
from bot.casework.limits import Refusal, Standing, refusal
from bot.network import SHUT_OFF, Network, published
from bot.request.envelope import private_key_from
from bot.request.judge import Judged, judge
from bot.request.page import Added, FoundEnvelope, read_revision
from bot.request.plain import PlainProblem, complete, identity, read_plain
from bot.request.request import EnvelopeOutcome, Request
from bot.request.words import three_words
from bot.store import cases, intake, links, marks, outbox
from bot.store.keyring import token_digest
from bot.store.schema import page_keys
from bot.store.store import Tx, get_setting, put_setting
from bot.wiki.intake import WINDOW, Poll, Revision
from bot.wiki.people import Person

READ_UNTIL = "read-until"
LOG = "intake-log"
WINDOW_READ = "window-read"
INTAKE_TROUBLE = "intake-trouble"

REF_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# Of these the author is told: silence is the worst answer.
_TOLD = frozenset(
    {
        EnvelopeOutcome.CANNOT_OPEN,
        EnvelopeOutcome.KEY_DESTROYED,
        EnvelopeOutcome.MALFORMED,
        EnvelopeOutcome.INVALID,
        EnvelopeOutcome.REFUSED,
    }
)
_BY_REVERT = frozenset({"mw-undo", "mw-rollback", "mw-manual-revert"})


@dataclass(frozen=True)
class _Reading:
    """A revision that was not seen before, and what it added."""

    revision: Revision
    added: Added | None  # None: hidden


class PageKeys:
    """The page keys in the store, as judging an envelope needs them."""

    def __init__(self, tx: Tx) -> None:
        self._all = {key.id: key for key in intake.keys(tx)}

    def private(self, key_id: str) -> EllipticCurvePrivateKey | None:
        """Give a private key, None when unknown or destroyed."""
        key = self._all.get(key_id)
        return None if key is None or key.private is None else private_key_from(key.private)

    def was_published(self, key_id: str) -> bool:
        """Tell whether this key was ever on the key page."""
        return key_id in self._all


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
    places = _Places(network, tx, revision, revision.user_id, author, now)
    for envelope in reading.added.envelopes:
        places.envelope(envelope)
    for piece in reading.added.plain:
        places.plain(piece.text)
    for _ in range(reading.added.too_much):
        places.set_aside()


class _Places:
    """Takes the messages of one revision in, place by place."""

    def __init__(
        self,
        network: Network,
        tx: Tx,
        revision: Revision,
        author_id: int,
        author: Person | None,
        now: datetime,
    ) -> None:
        self._network = network
        self._tx = tx
        self._revision = revision
        self._author_id = author_id
        self._author = author
        self._now = now
        self._place = 0
        self._keys = PageKeys(tx)

    def envelope(self, found: FoundEnvelope) -> None:
        seen = intake.seen_digests(self._tx, [found.digest]).get(found.digest)
        judged = judge(
            found,
            wiki_id=self._network.wiki.wiki_id,
            author_id=self._author_id,
            keys=self._keys,
            seen=seen,
            published=published(self._network.config),
        )
        if judged.request is not None:
            judged = self._request(judged, judged.request)
        self._write_down(judged, found.digest, found.key_id, sealed=True)

    def plain(self, text: str) -> None:
        digest = identity(self._author_id, text)
        judged = Judged(EnvelopeOutcome.DUPLICATE, "seen")
        if digest not in intake.seen_digests(self._tx, [digest]):
            read = read_plain(text, published(self._network.config))
            if isinstance(read, PlainProblem):
                reason = "no-language" if read.fields == ("languages",) else "invalid"
                judged = Judged(EnvelopeOutcome.INVALID, reason, fields=read.fields)
            else:
                judged = Judged(EnvelopeOutcome.REQUEST, "request")
                request = complete(
                    read,
                    ref=_draw_ref(),
                    words=three_words(secrets.choice),
                    status_token=self._tx.keyring.new_token(),
                    locale=read.languages[0],
                    notify=True,
                )
                judged = self._request(judged, request)
                if judged.reason == Refusal.OPEN_ALREADY.value:
                    # A change to one's own open request, not a new one.
                    judged = Judged(EnvelopeOutcome.DUPLICATE, "changed")
        self._write_down(judged, digest, None, sealed=False)

    def set_aside(self) -> None:
        self._write_down(Judged(EnvelopeOutcome.MALFORMED, "set-aside"), None, None, sealed=False)

    def _request(self, judged: Judged, request: Request) -> Judged:
        standing = Standing(
            blocked=self._author is not None and self._author.blocked,
            open_requests=cases.open_cases_of(self._tx, self._author_id),
            requests_this_month=marks.requests_of(self._tx, self._author_id, self._now),
        )
        why = refusal(standing, self._network.config.policy)
        if why is not None:
            return Judged(EnvelopeOutcome.REFUSED, why.value)
        name = self._author.name if self._author is not None else ""
        open_case(self._network, self._tx, request, self._author_id, name, self._now)
        return judged

    def _write_down(
        self, judged: Judged, digest: bytes | None, key_id: str | None, *, sealed: bool
    ) -> None:
        intake.record_message(
            self._tx,
            revid=self._revision.revid,
            place=self._place,
            sealed=sealed,
            digest=digest,
            key_id=key_id,
            outcome=judged.outcome,
            reason=judged.reason,
            now=self._now,
        )
        self._place += 1
        if judged.outcome in _TOLD and marks.first_today(
            self._tx, "notice", self._author_id, self._now
        ):
            reason = _told_reason(judged)
            outbox.put_not_taken(self._tx, self._author_id, reason, self._now)


def _told_reason(judged: Judged) -> str:
    if judged.outcome is EnvelopeOutcome.REFUSED or judged.reason == "no-language":
        return judged.reason
    return str(judged.outcome.value).replace("_", "-")


def open_case(
    network: Network, tx: Tx, request: Request, user_id: int, name: str, now: datetime
) -> int:
    """Make a request into a case, with its status link, and remember that the account asked."""
    ref = request.ref
    while cases.ref_taken(tx, ref):
        ref = _draw_ref()
    step = life.receive(ref, notify=request.notify, now=now)
    asked = cases.Asked(
        request.locale, request.languages, request.topics, request.channels, request.prefer
    )
    case_id = cases.take_in(
        tx,
        step,
        asked,
        cases.Identity(user_id, name, request.avoid),
        cases.Story(request.message, request.contact, request.words),
        policy=network.config.policy,
        now=now,
    )
    digest = token_digest(request.status_token)
    if not links.taken(tx, digest):
        links.put(tx, digest, Door.STATUS, case_id, supporter=None, now=now, expires_at=None)
    marks.remember_request(tx, user_id, now)
    return case_id


def _draw_ref() -> str:
    drawn: list[str] = [secrets.choice(REF_ALPHABET) for _ in range(8)]
    return "".join(drawn)
