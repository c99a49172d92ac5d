"""The messages of one revision: each is judged, recorded once, and made into a case or answered."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bot.casework.effects import MailKind
from bot.casework.limits import Refusal, refusal
from bot.network import Network, published
from bot.request.envelope import private_key_from
from bot.request.judge import Judged, judge
from bot.request.mending import Gone
from bot.request.page import FoundEnvelope
from bot.request.plain import PlainProblem, complete, identity, read_plain
from bot.request.request import EnvelopeOutcome, Request
from bot.request.words import three_words
from bot.steps.budget import share
from bot.store import cases, digest, intake, marks, outbox
from bot.store.asking import draw_ref, open_case, standing_of
from bot.store.intake import KeyState
from bot.store.keyring import WrongSecretError
from bot.store.schema import cases as case_table
from bot.store.store import Tx, add_to_count
from bot.wiki.intake import WINDOW, Revision
from bot.wiki.people import Person

LOGGED_OUT = 0
DAY = timedelta(days=1)

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

    def is_unreadable(self, key_id: str) -> bool:
        """Tell whether a private key is there and does not open."""
        key = self._all.get(key_id)
        return key is not None and key.state is KeyState.UNREADABLE


class PageMessages:
    """Takes the messages of one revision in, place by place.

    `mended` says that one of them was another person's, taken off the page and put back changed.
    With `again` only the messages at these places are taken: they had waited for their key.
    """

    def __init__(
        self,
        network: Network,
        tx: Tx,
        revision: Revision,
        author_id: int,
        author: Person | None,
        gone: Gone,
        now: datetime,
        again: Collection[int] | None = None,
    ) -> None:
        self._again = again
        self._network = network
        self._tx = tx
        self._revision = revision
        self._author_id = author_id
        self._author = author
        self._gone = gone
        self._now = now
        self._place = 0
        self.mended = False
        self._told = False
        self.outcomes = Counter[str]()
        self._keys = PageKeys(tx)

    def envelope(self, found: FoundEnvelope) -> None:
        """Judge and record a sealed envelope."""
        if self._again is not None and self._place not in self._again:
            self._place += 1
            return
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
        """Judge and record a request written by hand.

        What another person wrote, and this one mended, stays that person's: `mended` says so.
        """
        digest = identity(self._author_id, text)
        judged = Judged(EnvelopeOutcome.DUPLICATE, "mended")
        if self._wrote_before or not self._gone.came_back_as(text):
            marks.remember_by_hand(self._tx, self._author_id, self._now)
            judged = self._by_hand(text, digest)
        self.mended = self.mended or judged.reason == "mended"
        self._write_down(judged, digest, None, sealed=False)

    @cached_property
    def _wrote_before(self) -> bool:
        # What they change is their own, or a change to it; asked before this revision is noted.
        return marks.wrote_by_hand(self._tx, self._author_id, self._now)

    def set_aside(self) -> None:
        """Record something that is too large or too tangled to read."""
        self._write_down(Judged(EnvelopeOutcome.MALFORMED, "set-aside"), None, None, sealed=False)

    def _by_hand(self, text: str, digest: bytes) -> Judged:
        # Who saves the same form again weeks later asks again.
        if digest in intake.seen_digests(self._tx, [digest], self._now - WINDOW):
            return Judged(EnvelopeOutcome.DUPLICATE, "seen")
        read = read_plain(text, published(self._network.config))
        if isinstance(read, PlainProblem):
            reason = "no-language" if read.fields == ("languages",) else "invalid"
            return Judged(EnvelopeOutcome.INVALID, reason, fields=read.fields)
        request = complete(
            read,
            ref=draw_ref(),
            words=three_words(secrets.choice),
            status_token=self._tx.keyring.new_token(),
            locale=read.languages[0],
            notify=True,
        )
        judged = Judged(EnvelopeOutcome.REQUEST, "request")
        judged = self._request(judged, request, by_hand=True)
        if judged.reason == Refusal.OPEN_ALREADY.value and self._open_by_hand():
            # A change to one's own open request, not a new one.
            return Judged(EnvelopeOutcome.DUPLICATE, "changed")
        return judged

    def _request(self, judged: Judged, request: Request, *, by_hand: bool) -> Judged:
        blocked = self._author is not None and self._author.blocked
        standing = standing_of(self._tx, self._author_id, blocked=blocked, now=self._now)
        policy = self._network.config.policy
        why = refusal(standing, policy)
        if why is Refusal.OPEN_ALREADY and self._again is not None:
            # Told that this one could not be opened, they have asked once more.
            return Judged(EnvelopeOutcome.DUPLICATE, "asked-again")
        if why is not None:
            return Judged(EnvelopeOutcome.REFUSED, why.value)
        name = self._author.name if self._author is not None else ""
        who = cases.Identity(self._author_id, name, request.avoid, self._no_way(by_hand=by_hand))
        open_case(self._tx, request, who, by_hand=by_hand, policy=policy, now=self._now)
        if by_hand and who.no_way:
            revid = self._revision.revid
            digest.tell_of_revision(self._tx, MailKind.NO_WAY_BACK, revid, self._now)
        return judged

    def _no_way(self, *, by_hand: bool) -> tuple[str, ...]:
        """Give the ways by which nothing reaches the author.

        Whom no mail reaches gets no link to their page either, where the form did not give it; and
        a public page holds no addresses, which could be told on theirs alone.
        """
        if self._author is None or self._author.emailable:
            return ()
        with_address = (one.id for one in self._network.config.channels if one.address)
        return ("wikimail", "desk", *with_address) if by_hand else ("wikimail",)

    def _open_by_hand(self) -> bool:
        mine = cases.ids_where(
            self._tx,
            case_table.c.requester_mark == self._tx.keyring.mark("requester", self._author_id),
            case_table.c.state.in_(cases.OPEN_STATES),
        )
        return any(self._is_by_hand(case_id) for case_id in mine)

    def _is_by_hand(self, case_id: int) -> bool:
        try:
            story = cases.story_of(self._tx, case_id)
        except (WrongSecretError, ValueError, KeyError, TypeError):
            return False  # damaged: that is told where it is needed
        return story is not None and story.by_hand

    def _write_down(
        self, judged: Judged, digest: bytes | None, key_id: str | None, *, sealed: bool
    ) -> None:
        revid, outcome, reason, now = (
            self._revision.revid,
            judged.outcome,
            judged.reason,
            self._now,
        )
        if self._again is None:
            intake.record_message(
                self._tx,
                revid=revid,
                place=self._place,
                sealed=sealed,
                digest=digest,
                key_id=key_id,
                outcome=outcome,
                reason=reason,
                now=now,
            )
        else:
            intake.record_again(
                self._tx, revid, self._place, outcome=outcome, reason=reason, now=now
            )
        self._place += 1
        self.outcomes[judged.outcome.value] += 1
        if judged.outcome in _TOLD and self._author_id != LOGGED_OUT and not self._told:
            self._tell(_told_reason(judged))

    def _tell(self, reason: str) -> None:
        """Tell the author, once a day, as long as the day's share for such mails lasts."""
        self._told = True
        made = outbox.made_since(self._tx, {MailKind.NOT_TAKEN}, self._now - DAY)
        # First, so that who is told nothing because of others can be told tomorrow.
        if made >= share(self._network, self._tx):
            add_to_count(self._tx, marks.NOTICES_DROPPED)
        elif marks.first_today(self._tx, "notice", self._author_id, self._now):
            outbox.put_not_taken(self._tx, self._author_id, reason, self._now)


def _told_reason(judged: Judged) -> str:
    if judged.outcome is EnvelopeOutcome.REFUSED or judged.reason == "no-language":
        return judged.reason
    if judged.reason == intake.KEY_UNREADABLE:
        return "key-unreadable"
    return str(judged.outcome.value).replace("_", "-")
