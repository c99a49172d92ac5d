"""What can happen to a case: facts, told to `case.advance` with the time of their being known."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


@enum.unique
class Side(enum.Enum):
    """Who did it."""

    REQUESTER = "requester"
    SUPPORTER = "supporter"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Event:
    """Something that happened to a case."""


@dataclass(frozen=True)
class Chosen:
    """A supporter to be asked, and not before when (their hours)."""

    supporter: int
    not_before: datetime | None = None


@dataclass(frozen=True)
class Looked(Event):
    """Supporters were looked for: whom to ask now, and whether anybody could match in time.

    Nothing of it may reach the requester, not even by a mail more or another page: whom either
    side avoids is in it.

    `more` says that beside the chosen there are others who could be asked now.
    """

    chosen: tuple[Chosen, ...]
    possible: bool
    again_at: datetime
    more: bool = False


@dataclass(frozen=True)
class OfferSent(Event):
    """The offer's mail was handed to the supporter's mailbox."""

    supporter: int


@dataclass(frozen=True)
class OfferUndeliverable(Event):
    """The offer's mail cannot reach this supporter."""

    supporter: int


@dataclass(frozen=True)
class Accepted(Event):
    """A supporter said yes; `has_room` is their capacity, checked in the same transaction."""

    supporter: int
    has_room: bool


@dataclass(frozen=True)
class Declined(Event):
    """A supporter said "not this time"."""

    supporter: int


@dataclass(frozen=True)
class LinkUndeliverable(Event):
    """The link to the case cannot reach the supporter who accepted."""

    supporter: int


@dataclass(frozen=True)
class LinkSent(Event):
    """What leads the supporter to the case was handed to their mailbox."""

    supporter: int


@dataclass(frozen=True)
class LinkWaits(Event):
    """The time for first contact is over, and the supporter was not sent yet what leads there."""

    supporter: int


@dataclass(frozen=True)
class HandedBack(Event):
    """The supporter gave the case back, or is no longer there; nobody is told why."""

    supporter: int


@dataclass(frozen=True)
class SomebodyElse(Event):
    """The requester asks for somebody else."""


@dataclass(frozen=True)
class Taken(Event):
    """The accepted supporter saw the name and knows neither the person nor the dispute."""

    supporter: int


@dataclass(frozen=True)
class Contacted(Event):
    """First contact was made: a message, the supporter's word, or the requester's yes."""


@dataclass(frozen=True)
class NotContacted(Event):
    """The requester says that nobody has written to them."""


@dataclass(frozen=True)
class MoreTime(Event):
    """The supporter asks for as much time again before writing."""

    supporter: int


@dataclass(frozen=True)
class SignOfLife(Event):
    """Either of the two wrote or looked in."""


@dataclass(frozen=True)
class Wrote(Event):
    """One of the two wrote in the conversation; the other is rung, within their hours."""

    by: Side
    not_before: datetime | None = None


@dataclass(frozen=True)
class ReadAll(Event):
    """One of the two has seen all that was written to them."""

    by: Side


@dataclass(frozen=True)
class ToldAgain(Event):
    """The requester wrote a few words again, after theirs had been erased."""


@dataclass(frozen=True)
class OfferedTo(Event):
    """A coordinator has somebody asked whom they chose; not before when (their hours)."""

    supporter: int
    not_before: datetime | None = None


@dataclass(frozen=True)
class Complained(Event):
    """Something is wrong, says one side; what the coordinators may know is theirs to say.

    The requester's word is about the supporter, and may name either of the two; the supporter's is
    about the request, and names nobody.
    """

    by: Side
    names_supporter: bool = False
    names_requester: bool = False


@dataclass(frozen=True)
class Rated(Event):
    """The requester says, once and for the count alone, whether it helped."""

    helped: bool


@dataclass(frozen=True)
class Closed(Event):
    """Either of the two, or a coordinator, says that it is done."""

    by: Side


@dataclass(frozen=True)
class Withdrawn(Event):
    """The requester takes the request back; everything goes."""


@dataclass(frozen=True)
class Misused(Event):
    """A coordinator decided that the request was made to do harm; a bar keeps the account out."""

    barred: bool = False


@dataclass(frozen=True)
class TimePassed(Event):
    """The case's due time has come."""
