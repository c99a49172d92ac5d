"""The shared vectors, and people who seal and read envelopes with them."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bot.request.envelope import (
    decode_base64url,
    envelope_wikitext,
    info,
    private_key_from,
    public_bytes,
    seal,
)
from bot.request.judge import Judged, judge
from bot.request.page import FoundEnvelope, read_revision
from bot.request.request import EnvelopeOutcome, Published

VECTORS = Path(__file__).parents[2] / "vectors" / "envelope-v1.json"


@dataclass(frozen=True)
class Keyring:
    """The keys of one moment: those still held, and ids that were published before."""

    held: dict[str, EllipticCurvePrivateKey]
    destroyed: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()

    def private(self, key_id: str) -> EllipticCurvePrivateKey | None:
        """Give a key that is still held."""
        return self.held.get(key_id)

    def was_published(self, key_id: str) -> bool:
        """Remember the ids that were ever published."""
        return key_id in {*self.held, *self.destroyed, *self.unreadable}

    def is_unreadable(self, key_id: str) -> bool:
        """Remember the ids whose keys do not open."""
        return key_id in self.unreadable


@dataclass(frozen=True)
class Network:
    """A bot on the vectors' wiki, and what it publishes."""

    wiki: str
    key: EllipticCurvePrivateKey = field(repr=False)
    published: Published
    author: int = 4242
    key_id: str = "k7f3a1"

    def seal(self, payload: object, **changes: Any) -> bytes:
        """Seal a payload, or raw bytes, as the gadget of the author does."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        bound: dict[str, Any] = {
            "wiki_id": self.wiki,
            "author_id": self.author,
            "key_id": self.key_id,
        } | changes
        return seal(data, public_bytes(self.key), info(**bound))

    def find(self, sealed: bytes) -> FoundEnvelope:
        """Put an envelope on the page and find it there."""
        (found,) = read_revision("", envelope_wikitext(self.key_id, sealed)).envelopes
        return found

    def judge(
        self,
        found: FoundEnvelope,
        *,
        author: int | None = None,
        seen: EnvelopeOutcome | None = None,
        keys: Keyring | None = None,
    ) -> Judged:
        """Judge what was found as the bot would, with its key at hand."""
        return judge(
            found,
            wiki_id=self.wiki,
            author_id=self.author if author is None else author,
            keys=keys or Keyring({self.key_id: self.key}),
            seen=seen,
            published=self.published,
        )


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """Give the shared vectors."""
    loaded: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def network(vectors: dict[str, Any]) -> Network:
    """Give the network that the vectors are sealed to."""
    private = decode_base64url(vectors["recipient_private"])
    assert private is not None
    offered = vectors["published"]
    return Network(
        wiki=vectors["wiki"],
        key=private_key_from(private),
        published=Published(
            topics=tuple(offered["topics"]),
            channels=tuple(offered["channels"]),
            backgrounds=tuple(offered["backgrounds"]),
            message_characters=offered["message_characters"],
            plain_requests=True,
        ),
    )


@pytest.fixture
def payload() -> dict[str, Any]:
    """Give a payload with something in every field, each with a marker that must not leak."""
    return {
        "type": "request",
        "ref": "K7QF9M2D",
        "locale": "de",
        "languages": ["de", "pt-br"],
        "topics": ["harassment", "other"],
        "channels": ["signal", "desk"],
        "contact": {"signal": "canary-address", "email": "canary@example.org"},
        "message": "canary-message",
        "avoid": ["canary_name", "User:canary name"],
        "prefer": ["women"],
        "words": ["canaryone", "canarytwo", "canarythree"],
        "status_token": "q83vASNFZ4mrze8BI0VniQ",
        "notify": True,
    }


@pytest.fixture(scope="session")
def keyring() -> type[Keyring]:
    """Give what makes keyrings, for tests that need one of their own."""
    return Keyring
