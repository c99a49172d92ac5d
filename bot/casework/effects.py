"""What is to be done because a case moved: data, which the store carries out."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from bot.casework.events import Side


@enum.unique
class MailKind(enum.Enum):
    """Every mail there is, in the order in which a short budget is spent (DESIGN, "Mail")."""

    CASE_LINK = "case-link"
    OFFER = "offer"
    SIGN_IN_DESK = "sign-in-desk"  # a coordinator asked for their link
    COMPLAINT = "complaint"  # coordinators: something is wrong, says one side of a case
    NEED = "need"  # coordinators: nobody could match, or nobody yet
    INTAKE_TROUBLE = "intake-trouble"  # coordinators: the page cannot be read, written or trusted
    SURGE = "surge"  # coordinators: more requests than a day's mails can carry, and when it is over
    TAMPERED = "tampered"  # coordinators: pages that people trust are not as published
    UNTAMPERED = "untampered"  # coordinators: they are again
    ALARM = "alarm"  # coordinators: something has stood still too long, and when it is over
    UNREADABLE = "unreadable"  # coordinators: revisions whose text or author is hidden
    PROSE = "prose"  # coordinators: words on the page that are no request
    NO_WAY_BACK = "no-way-back"  # coordinators: written by hand by somebody whom no mail reaches
    APPLIED = "applied"  # coordinators: somebody would like to become a supporter
    BARRED = "barred"
    MESSAGE = "message"  # the other has written in the conversation
    ACCEPTED = "accepted"
    HANDED_BACK = "handed-back"
    NOBODY_COULD = "nobody-could"
    NOBODY_YET = "nobody-yet"
    GAVE_UP = "gave-up"
    GOODBYE = "goodbye"  # to a requester: the network itself ends
    GOODBYE_SUPPORTER = "goodbye-supporter"
    ENDED_REQUESTER = "ended-requester"
    ENDED_SUPPORTER = "ended-supporter"
    PAUSED_BY_COORDINATOR = "paused-by-coordinator"
    TRAINED = "trained"  # a supporter is active from now on
    IN_TRAINING = "in-training"  # somebody who applied is being trained
    APPLICATION_DECLINED = "application-declined"
    ASKED_AGAIN = "asked-again"  # a coordinator has ended a supporter's pause
    NOT_TAKEN = "not-taken"  # the author of a message that could not be read
    RECEIPT = "receipt"
    OFFER_REMINDER = "offer-reminder"
    CONTACT_NUDGE = "contact-nudge"
    SILENCE_REMINDER = "silence-reminder"
    SIGN_IN_ME = "sign-in-me"
    STATUS_LINK = "status-link"  # a requester lost theirs
    SIGN_IN_ASK = "sign-in-ask"
    SIGN_IN_JOIN = "sign-in-join"

    @property
    def priority(self) -> int:
        """Say how soon it goes when mail is short: 0 goes first."""
        return list(MailKind).index(self)


@enum.unique
class Role(enum.Enum):
    """Whom a mail is for."""

    REQUESTER = "requester"
    SUPPORTER = "supporter"
    COORDINATORS = "coordinators"
    COORDINATOR = "coordinator"  # one, who asked for their link
    AUTHOR = "author"
    ACCOUNT = "account"  # whoever asked for a link at the desk


@enum.unique
class Door(enum.Enum):
    """What a link opens at the desk (PROTOCOL section 4)."""

    OFFER = "offer"
    CASE = "case"
    STATUS = "status"
    ME = "me"
    ASK = "ask"
    JOIN = "join"
    DESK = "desk"


CASE_DOORS = (Door.OFFER, Door.CASE, Door.STATUS)
"""The doors to one case; the others open with an account's own link."""


@enum.unique
class Secret(enum.Enum):
    """What is sealed for one case, each under a key of its own."""

    IDENTITY = "identity"  # who asked, whom to avoid: as long as the case is open
    STORY = "story"  # message, addresses, words
    CONVERSATION = "conversation"  # of the case and one supporter
    PAIR = "pair"  # who supported it, kept after closing for a complaint


@dataclass(frozen=True)
class Effect:
    """Something to do."""


@dataclass(frozen=True)
class Mail(Effect):
    """Put a mail into the outbox; `supporter` is named when it is for, or about, one."""

    kind: MailKind
    to: Role
    supporter: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class EndLinks(Effect):
    """Let all links through this door die; with a supporter, only theirs."""

    door: Door
    supporter: int | None = None


@dataclass(frozen=True)
class Erase(Effect):
    """Destroy a secret of the case and its key."""

    secret: Secret
    supporter: int | None = None


@dataclass(frozen=True)
class Met(Effect):
    """Remember, without names, that this requester has met this supporter."""

    supporter: int


@dataclass(frozen=True)
class TakenBack(Effect):
    """Remember, without a name, that this account withdrew a request that nobody had accepted."""


@dataclass(frozen=True)
class KeepPair(Effect):
    """Seal who supported the case, so that something can still be said to be wrong after it."""

    supporter: int


@dataclass(frozen=True)
class Complaint(Effect):
    """Put a complaint before the coordinators, until one decides.

    About the supporter, who is asked nothing new meanwhile (None: the one of the sealed pair); or,
    said by the supporter, about the request.
    """

    by: Side
    supporter: int | None
    names_supporter: bool = False
    names_requester: bool = False


@dataclass(frozen=True)
class Bar(Effect):
    """Take no more requests from this account for a year."""


@dataclass(frozen=True)
class Count(Effect):
    """Add one to a count that belongs to nobody."""

    name: str
