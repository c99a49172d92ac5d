"""What becomes of one envelope, in the order of the protocol; limits are judged by casework."""

from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bot.request.envelope import VERSION, info, open_sealed, unpad
from bot.request.page import FoundEnvelope
from bot.request.payload import Invalid, Malformed, read_payload
from bot.request.request import Decoy, EnvelopeOutcome, Published, Request

# Anyone can bring these about with a copy of somebody's envelope, by posting it under their own
# name or another key's id. So they must not shadow the true author's, which may be read later: its
# revision was hidden, or deleted and restored. (Only the author can make `malformed` of an
# envelope of this version; it is judged again all the same, and comes to nothing.)
_A_COPY_SUFFICES: Final = frozenset(
    {EnvelopeOutcome.CANNOT_OPEN, EnvelopeOutcome.KEY_DESTROYED, EnvelopeOutcome.MALFORMED}
)
_OPENED: Final = frozenset(
    {EnvelopeOutcome.REQUEST, EnvelopeOutcome.DECOY, EnvelopeOutcome.INVALID}
)


class Keys(Protocol):
    """The page keys that the bot holds, and the memory of those it held."""

    def private(self, key_id: str) -> EllipticCurvePrivateKey | None:
        """Give the private key of an id, or None when there is none (any more)."""

    def was_published(self, key_id: str) -> bool:
        """Tell whether an id was ever on the public page."""

    def is_unreadable(self, key_id: str) -> bool:
        """Tell whether the private key of an id is there, but cannot be read now."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The one outcome of an envelope, a short code for why, and the request if it is one.

    Where the reason is "invalid", `fields` names what was wrong.
    """

    outcome: EnvelopeOutcome
    reason: str
    request: Request | None = None
    fields: tuple[str, ...] = ()


def judge(
    found: FoundEnvelope,
    *,
    wiki_id: str,
    author_id: int,
    keys: Keys,
    seen: EnvelopeOutcome | None,
    published: Published,
) -> Judged:
    """Judge an envelope of the revision's author.

    `seen` is the latest outcome recorded for this digest that was not `duplicate`, None when
    there is none: a duplicate must never take the place of what was found out before it.
    """
    if found.version != VERSION:
        return Judged(EnvelopeOutcome.MALFORMED, "version")
    if found.sealed is None:
        return Judged(EnvelopeOutcome.MALFORMED, "base64")
    if seen is not None and seen not in _A_COPY_SUFFICES:
        return Judged(EnvelopeOutcome.DUPLICATE, "seen")
    judged = _open(found.sealed, found.key_id, wiki_id, author_id, keys, published)
    if seen is not None and judged.outcome not in _OPENED:
        return Judged(EnvelopeOutcome.DUPLICATE, "seen")
    return judged


def _open(
    sealed: bytes,
    key_id: str,
    wiki_id: str,
    author_id: int,
    keys: Keys,
    published: Published,
) -> Judged:
    key = keys.private(key_id)
    if key is None:
        if keys.is_unreadable(key_id):
            return Judged(EnvelopeOutcome.CANNOT_OPEN, "key_unreadable")
        if keys.was_published(key_id):
            return Judged(EnvelopeOutcome.KEY_DESTROYED, "key_destroyed")
        return Judged(EnvelopeOutcome.CANNOT_OPEN, "unknown_key")
    plaintext = open_sealed(sealed, key, info(wiki_id, author_id, key_id))
    if plaintext is None:
        return Judged(EnvelopeOutcome.CANNOT_OPEN, "not_sealed_by_author")
    payload = unpad(plaintext)
    if payload is None:
        return Judged(EnvelopeOutcome.MALFORMED, "padding")
    return _judge_payload(payload, published)


def _judge_payload(payload: bytes, published: Published) -> Judged:
    read = read_payload(payload, published)
    match read:
        case Malformed():
            return Judged(EnvelopeOutcome.MALFORMED, "json")
        case Invalid(fields):
            return Judged(EnvelopeOutcome.INVALID, "invalid", fields=fields)
        case Decoy():
            return Judged(EnvelopeOutcome.DECOY, "decoy")
        case Request():
            return Judged(EnvelopeOutcome.REQUEST, "request", read)
