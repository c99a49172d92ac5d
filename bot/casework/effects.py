"""What is to be done because a case moved: data, which the store carries out."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


@enum.unique
class MailKind(enum.Enum):
    """Every mail there is, in the order in which a short budget is spent (DESIGN, "Mail")."""

    CASE_LINK = "case-link"
    OFFER = "offer"
    NEED = "need"  # coordinators: nobody could match, or nobody yet
    INTAKE_TROUBLE = "intake-trouble"  # coordinators: the page can not be read, written or trusted
    UNREADABLE = "unreadable"  # coordinators: revisions whose text or author is hidden
    PROSE = "prose"  # coordinators: words on the page that are no request
    ACCEPTED = "accepted"
    HANDED_BACK = "handed-back"
    NOBODY_COULD = "nobody-could"
    NOBODY_YET = "nobody-yet"
    GAVE_UP = "gave-up"
    ENDED_REQUESTER = "ended-requester"
    ENDED_SUPPORTER = "ended-supporter"
    NOT_TAKEN = "not-taken"  # the author of a message that could not be read
    RECEIPT = "receipt"
    OFFER_REMINDER = "offer-reminder"
    CONTACT_NUDGE = "contact-nudge"
    SILENCE_REMINDER = "silence-reminder"

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
    AUTHOR = "author"


@enum.unique
class Door(enum.Enum):
    """What a link opens at the desk (PROTOCOL section 4)."""

    OFFER = "offer"
    CASE = "case"
    STATUS = "status"


@enum.unique
class Secret(enum.Enum):
    """What is sealed for one case, each under a key of its own."""

    IDENTITY = "identity"  # who asked, whom to avoid: as long as the case is open
    STORY = "story"  # message, addresses, words
    CONVERSATION = "conversation"  # of the case and one supporter


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
