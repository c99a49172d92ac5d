"""What a case is at one moment: its state, its offers and the times that matter."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol


@enum.unique
class State(enum.Enum):
    """Where a case stands; DESIGN, "A case"."""

    WAITING = "waiting"
    OFFERED = "offered"
    SUPPORTED = "supported"
    CLOSED = "closed"


@enum.unique
class Outcome(enum.Enum):
    """How a closed case ended."""

    HELPED = "helped"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"
    MISUSE = "misuse"


@enum.unique
class OfferState(enum.Enum):
    """Where one offer to one supporter stands."""

    QUEUED = "queued"  # the mail has not gone out yet
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    ENDED = "ended"  # somebody else accepted, or the case closed
    HANDED_BACK = "handed back"
    WITHDRAWN = "withdrawn"  # with the request, by who asked


LIVE = frozenset({OfferState.QUEUED, OfferState.SENT})


class CasePolicy(Protocol):
    """The figures of the configuration's `policy` that move a case."""

    @property
    def offers_at_once(self) -> int: ...  # noqa: D102
    @property
    def answer_within_hours(self) -> int: ...  # noqa: D102
    @property
    def remind_after_hours(self) -> int: ...  # noqa: D102
    @property
    def nobody_yet_after_hours(self) -> int: ...  # noqa: D102
    @property
    def give_up_after_days(self) -> int: ...  # noqa: D102
    @property
    def contact_within_hours(self) -> int: ...  # noqa: D102
    @property
    def story_hours(self) -> int: ...  # noqa: D102
    @property
    def close_silent_case_after_days(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Offer:
    """One supporter (a user id) asked about one case; `answer_by` runs from `sent_at`.

    `ended_at` is when the offer, or the case it became, was over for this supporter.
    """

    supporter: int
    state: OfferState
    made_at: datetime
    sent_at: datetime | None = None
    answer_by: datetime | None = None
    reminded: bool = False
    ended_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether this offer can still be accepted."""
        return self.state in LIVE


@dataclass(frozen=True)
class Case:
    """A request on its way; nothing in here says who asked or what was written.

    `look_at` is when to look for supporters next (None: nobody is wanted now), `begun_at` when that
    was done first (None: not yet, for it waits in line when very many came), `contact_by` when
    the accepted supporter should have written. `taken` says that they saw the name and do not
    know the person; `nobody_else`, that the last look found nobody more to ask, and
    `nobody_could_told`, that coordinators know of it: who asked hears neither. Silence counts from
    `last_sign_at`. Whoever is `rung` has been told of a message that they have not read yet.
    `complained` (the requester, about the last supporter) and `reported` (that supporter, about the
    request) keep a second press from being a second complaint; `pair_kept` says that the one can
    still be made after closing. All times are aware UTC.
    """

    ref: str
    state: State
    notify: bool
    received_at: datetime
    waiting_since: datetime
    look_at: datetime | None
    begun_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    supporter: int | None = None
    accepted_at: datetime | None = None
    taken: bool = False
    contact_by: datetime | None = None
    nudged: bool = False
    more_time: bool = False
    contacted_at: datetime | None = None
    story_gone: bool = False
    last_sign_at: datetime | None = None
    silence_told: bool = False
    nobody_else: bool = False
    nobody_could_told: bool = False
    nobody_yet_told: bool = False
    requester_rung: bool = False
    supporter_rung: bool = False
    complained: bool = False
    reported: bool = False
    pair_kept: bool = False
    rated: bool = False
    outcome: Outcome | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether anything can still become of it."""
        return self.state is not State.CLOSED

    @property
    def live_offers(self) -> tuple[Offer, ...]:
        """The offers that can still be accepted."""
        return tuple(offer for offer in self.offers if offer.live)

    def offer_to(self, supporter: int) -> Offer | None:
        """Give the offer made to this supporter, if there is one: there is never a second."""
        return next((offer for offer in self.offers if offer.supporter == supporter), None)

    @property
    def last_supporter(self) -> int | None:
        """Give who supports the case, or did last; None where nobody has yet."""
        if self.supporter is not None:
            return self.supporter
        had = [o for o in self.offers if o.state is OfferState.HANDED_BACK]
        return max(had, key=lambda o: o.ended_at or o.made_at).supporter if had else None

    def with_offer(self, changed: Offer) -> Case:
        """Give the case with the offer to the same supporter put in this one's place."""
        offers = tuple(changed if o.supporter == changed.supporter else o for o in self.offers)
        return replace(self, offers=offers)

    def ending_offers(self, now: datetime, state: OfferState = OfferState.ENDED) -> Case:
        """Give the case with every live offer quietly ended."""
        offers = tuple(replace(o, state=state, ended_at=now) if o.live else o for o in self.offers)
        return replace(self, offers=offers)
