"""The values that a message to the network turns into."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


@enum.unique
class EnvelopeOutcome(enum.Enum):
    """What became of one envelope; each ends in exactly one of these."""

    REQUEST = "request"
    DECOY = "decoy"
    DUPLICATE = "duplicate"
    CANNOT_OPEN = "cannot_open"
    KEY_DESTROYED = "key_destroyed"
    MALFORMED = "malformed"
    INVALID = "invalid"
    REFUSED = "refused"


# Whatever a person wrote, and whatever tells who they are, has repr=False:
# no traceback, assertion or log line can carry it, however it came there.


@dataclass(frozen=True, slots=True)
class Request:
    """One request for support, checked against every bound of the protocol."""

    ref: str
    locale: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    contact: tuple[tuple[str, str], ...] = field(repr=False)
    message: str = field(repr=False)
    avoid: tuple[str, ...] = field(repr=False)
    prefer: tuple[str, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    status_token: str = field(repr=False)
    notify: bool


@dataclass(frozen=True, slots=True)
class Decoy:
    """Cover traffic: opened, counted, otherwise without effect."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the bot's public page offers now; labels are what people may type instead of an id."""

    topics: tuple[str, ...]
    channels: tuple[str, ...]
    backgrounds: tuple[str, ...]
    message_characters: int
    plain_requests: bool
    topic_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channel_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    background_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
