"""Every envelope ends in exactly one outcome, and it is the one the protocol names."""

import json
import os
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request.envelope import (
    encode_base64url,
    envelope_wikitext,
    info,
    new_private_key,
    open_sealed,
    unpad,
)
from bot.request.judge import Judged
from bot.request.page import FoundEnvelope, read_revision
from bot.request.request import EnvelopeOutcome, Request

if TYPE_CHECKING:
    from tests.unit.request.conftest import Keyring, Network

MUTATIONS = int(os.environ.get("PEER_SUPPORT_MUTATIONS", "3000"))
TESTED_VECTORS = 28


def case_named(vectors: dict[str, Any], name: str) -> dict[str, Any]:
    """Give one of the vectors."""
    (case,) = (case for case in vectors["cases"] if case["name"] == name)
    found: dict[str, Any] = case
    return found


def on_page(case: dict[str, Any]) -> FoundEnvelope:
    """Find a vector on a page, its lines broken as the gadget does."""
    text = case["sealed"]
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    page = f"Header\n\n{{{{Peer support envelope|v=1|key={case['key']}|sealed=\n{lines}\n}}}}"
    (found,) = read_revision("Header\n", page).envelopes
    return found


def test_all_vectors(network: "Network", vectors: dict[str, Any]) -> None:
    """Each opens to its payload, or is rejected for the reason it names."""
    assert len(vectors["cases"]) == TESTED_VECTORS
    for case in vectors["cases"]:
        judged = network.judge(on_page(case), author=case["author_user_id"])
        expected = case.get("why") or case["payload"]["type"]
        assert judged.outcome.value == expected, case["name"]
        assert (judged.request is not None) == (expected == "request")
        if judged.request:
            compare(judged.request, case["payload"], network)


def compare(request: Request, payload: dict[str, Any], network: "Network") -> None:
    """Compare a request with the payload it came from, as the protocol reads it."""
    offered = network.published
    assert list(request.topics) == [t for t in payload["topics"] if t in offered.topics]
    assert list(request.channels) == [c for c in payload["channels"] if c in offered.channels]
    assert dict(request.contact) == payload["contact"]
    for name in ("ref", "locale", "message", "status_token", "notify"):
        assert getattr(request, name) == payload[name]
    for name in ("languages", "avoid", "prefer", "words"):
        assert list(getattr(request, name)) == payload[name]


def test_vectors_rejected_for_their_payload_did_open(
    network: "Network", vectors: dict[str, Any]
) -> None:
    """What is invalid opened: it is refused for what it says, not by accident before."""
    invalid = [case for case in vectors["cases"] if case.get("why") == "invalid"]
    assert invalid
    for case in invalid:
        sealed = on_page(case).sealed
        assert sealed is not None
        bound = info(network.wiki, case["author_user_id"], case["key"])
        plaintext = open_sealed(sealed, network.key, bound)
        assert plaintext is not None
        assert json.loads(unpad(plaintext) or b"")


def test_another_version_comes_first(network: "Network", payload: dict[str, Any]) -> None:
    """A version we do not know is malformed, whatever else is right."""
    found = replace(network.find(network.seal(payload)), version="2")
    assert network.judge(found) == Judged(EnvelopeOutcome.MALFORMED, "version")


def test_a_destroyed_key_is_told_from_an_unknown_one(
    network: "Network", keyring: "type[Keyring]", payload: dict[str, Any]
) -> None:
    """An id that was once published is `key_destroyed`; a made-up one cannot be opened."""
    found = network.find(network.seal(payload))
    gone = network.judge(found, keys=keyring({}, frozenset({network.key_id})))
    assert gone == Judged(EnvelopeOutcome.KEY_DESTROYED, "key_destroyed")
    never = network.judge(found, keys=keyring({}))
    assert never == Judged(EnvelopeOutcome.CANNOT_OPEN, "unknown_key")
    closed = network.judge(found, keys=keyring({}, unreadable=frozenset({network.key_id})))
    assert closed == Judged(EnvelopeOutcome.CANNOT_OPEN, "key_unreadable")
    other = network.judge(found, keys=keyring({network.key_id: new_private_key()}))
    assert other == Judged(EnvelopeOutcome.CANNOT_OPEN, "not_sealed_by_author")


def test_a_copy_does_not_open(network: "Network", payload: dict[str, Any]) -> None:
    """The same envelope under another account cannot be opened."""
    found = network.find(network.seal(payload))
    assert network.judge(found).outcome is EnvelopeOutcome.REQUEST
    assert network.judge(found, author=1).outcome is EnvelopeOutcome.CANNOT_OPEN


@pytest.mark.parametrize("seen", list(EnvelopeOutcome))
def test_what_was_seen_is_a_duplicate_unless_a_copy_sufficed(
    network: "Network", payload: dict[str, Any], seen: EnvelopeOutcome
) -> None:
    """A copier cannot shadow the true author; whatever only the author can do stays done."""
    found = network.find(network.seal(payload))
    a_copy_suffices = seen.value in {"cannot_open", "key_destroyed", "malformed"}
    own = network.judge(found, seen=seen).outcome
    assert own is (EnvelopeOutcome.REQUEST if a_copy_suffices else EnvelopeOutcome.DUPLICATE)
    # A copier's own is a duplicate in any case, and so silent.
    assert network.judge(found, author=1, seen=seen).outcome is EnvelopeOutcome.DUPLICATE


def test_copy_first_original_later_original_again(
    network: "Network", payload: dict[str, Any]
) -> None:
    """A copy read before its hidden original, then the original, then a revert: one request."""
    text = envelope_wikitext(network.key_id, network.seal(payload))
    (found,) = read_revision("", text).envelopes
    (disguised,) = read_revision("", text.replace("v=1", "v=2")).envelopes
    recorded: dict[bytes, EnvelopeOutcome] = {}
    outcomes = []
    for author, envelope in (
        (1, found),
        (2, found),
        (network.author, found),
        (1, found),
        (1, disguised),
        (network.author, found),
    ):
        seen = recorded.get(envelope.digest)
        outcome = network.judge(envelope, author=author, seen=seen).outcome
        if outcome is not EnvelopeOutcome.DUPLICATE:
            recorded[envelope.digest] = outcome
        outcomes.append(outcome.value)
    assert outcomes == [
        "cannot_open",
        "duplicate",
        "request",
        "duplicate",
        "malformed",
        "duplicate",
    ]


def test_invalid_names_fields_and_no_values(network: "Network", payload: dict[str, Any]) -> None:
    """The author can be told what was wrong, without a word of what was written."""
    wrong = payload | {"ref": "canary-ref", "languages": ["canary"], "notify": "canary"}
    judged = network.judge(network.find(network.seal(wrong)))
    assert judged == Judged(
        EnvelopeOutcome.INVALID, "invalid", fields=("languages", "notify", "ref")
    )


def test_nothing_written_can_leak(network: "Network", payload: dict[str, Any]) -> None:
    """No repr of what comes in carries what a person wrote or what identifies them."""
    found = network.find(network.seal(payload))
    judged = network.judge(found)
    assert judged.request is not None
    shown = f"{found!r} {judged!r} {judged.request} {judged.request!r} {[judged]}"
    assert "canary" not in shown.lower()
    assert payload["status_token"] not in shown
    assert "women" not in shown
    assert encode_base64url(found.sealed or b"")[:20] not in shown


@given(st.binary(max_size=4094))
def test_any_payload_ends_in_one_outcome(network: "Network", data: bytes) -> None:
    """Whatever the author seals is malformed, invalid, a decoy or a request."""
    judged = network.judge(network.find(network.seal(data)))
    assert judged.outcome.value in {"malformed", "invalid", "decoy", "request"}


def mutate(draw: random.Random, sealed: bytes) -> bytes:
    """Change, cut, lengthen or swap some bytes."""
    data = bytearray(sealed)
    kind = draw.randrange(5)
    if kind == 0:
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del data[draw.randrange(len(data)) :]
    elif kind == 2:
        data += draw.randbytes(draw.randint(1, 20))
    elif kind == 3:
        at = draw.randrange(len(data))
        data[at : at + 65] = draw.randbytes(min(65, len(data) - at))
    else:
        at = draw.randrange(1, len(data))
        data = data[at:] + data[:at]
    return bytes(data)


@pytest.mark.timeout(60 + MUTATIONS / 100)
def test_mutated_envelopes_are_never_requests(network: "Network", payload: dict[str, Any]) -> None:
    """A changed envelope is malformed or cannot be opened, and never crashes the reader."""
    seed = random.randrange(2**32)
    draw = random.Random(seed)
    sealed = network.seal(payload)
    found: Counter[str] = Counter()
    for number in range(MUTATIONS):
        changed = mutate(draw, sealed)
        judged = network.judge(network.find(changed))
        right_size = len(changed) == len(sealed)
        expected = EnvelopeOutcome.CANNOT_OPEN if right_size else EnvelopeOutcome.MALFORMED
        assert changed == sealed or judged.outcome is expected, f"seed {seed}, number {number}"
        found[f"{judged.outcome.value} ({judged.reason})"] += 1
    print(f"\n{MUTATIONS:,} envelopes (seed {seed}): {dict(found)}")
