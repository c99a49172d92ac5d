"""The messages of one revision: each is judged, recorded once, and made into a case or answered."""

from __future__ import annotations

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bot.casework import case as life
from bot.casework.effects import Door
from bot.casework.limits import Refusal, Standing, refusal
from bot.network import Network, published
from bot.request.envelope import private_key_from
from bot.request.judge import Judged, judge
from bot.request.page import FoundEnvelope
from bot.request.plain import PlainProblem, complete, identity, read_plain
from bot.request.request import EnvelopeOutcome, Request
from bot.request.words import three_words
from bot.store import cases, intake, links, marks, outbox
from bot.store.keyring import token_digest
from bot.store.schema import cases as case_table
from bot.store.store import Tx
from bot.wiki.intake import WINDOW, Revision
from bot.wiki.people import Person

LOGGED_OUT = 0
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


class PageMessages:
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
        """Judge and record a sealed envelope."""
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
            judged = self._request(judged, judged.request, by_hand=False)
        self._write_down(judged, found.digest, found.key_id, sealed=True)

    def plain(self, text: str) -> None:
        """Judge and record a request written by hand."""
        digest = identity(self._author_id, text)
        judged = Judged(EnvelopeOutcome.DUPLICATE, "seen")
        # Who saves the same form again weeks later asks again.
        if digest not in intake.seen_digests(self._tx, [digest], self._now - WINDOW):
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
                judged = self._request(judged, request, by_hand=True)
                if judged.reason == Refusal.OPEN_ALREADY.value and self._open_by_hand():
                    # A change to one's own open request, not a new one.
                    judged = Judged(EnvelopeOutcome.DUPLICATE, "changed")
        self._write_down(judged, digest, None, sealed=False)

    def set_aside(self) -> None:
        """Record something that is too large or too tangled to read."""
        self._write_down(Judged(EnvelopeOutcome.MALFORMED, "set-aside"), None, None, sealed=False)

    def _request(self, judged: Judged, request: Request, *, by_hand: bool) -> Judged:
        standing = Standing(
            blocked=self._author is not None and self._author.blocked,
            open_requests=cases.open_cases_of(self._tx, self._author_id),
            requests_this_month=marks.requests_of(self._tx, self._author_id, self._now),
        )
        why = refusal(standing, self._network.config.policy)
        if why is not None:
            return Judged(EnvelopeOutcome.REFUSED, why.value)
        name = self._author.name if self._author is not None else ""
        who = cases.Identity(self._author_id, name, request.avoid)
        open_case(self._network, self._tx, request, who, by_hand=by_hand, now=self._now)
        return judged

    def _open_by_hand(self) -> bool:
        mine = cases.load_where(
            self._tx,
            case_table.c.requester_mark == self._tx.keyring.mark("requester", self._author_id),
            case_table.c.state.in_(cases.OPEN_STATES),
        )
        stories = [cases.story_of(self._tx, stored.id) for stored in mine]
        return any(story is not None and story.by_hand for story in stories)

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
        told = judged.outcome in _TOLD and self._author_id != LOGGED_OUT
        if told and marks.first_today(self._tx, "notice", self._author_id, self._now):
            reason = _told_reason(judged)
            outbox.put_not_taken(self._tx, self._author_id, reason, self._now)


def _told_reason(judged: Judged) -> str:
    if judged.outcome is EnvelopeOutcome.REFUSED or judged.reason == "no-language":
        return judged.reason
    return str(judged.outcome.value).replace("_", "-")


def open_case(
    network: Network,
    tx: Tx,
    request: Request,
    who: cases.Identity,
    *,
    by_hand: bool,
    now: datetime,
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
        who,
        cases.Story(request.message, request.contact, request.words, by_hand),
        policy=network.config.policy,
        now=now,
    )
    digest = token_digest(request.status_token)
    if not links.taken(tx, digest):
        links.put(tx, digest, Door.STATUS, case_id, supporter=None, now=now, expires_at=None)
    marks.remember_request(tx, who.user_id, now)
    return case_id


def _draw_ref() -> str:
    drawn: list[str] = [secrets.choice(REF_ALPHABET) for _ in range(8)]
    return "".join(drawn)
