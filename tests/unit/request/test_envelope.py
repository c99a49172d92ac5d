"""The envelope's bytes: base64url, padding, keys, HPKE."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request import envelope

if TYPE_CHECKING:
    from tests.unit.request.conftest import Network


def test_the_sealed_size_is_the_protocols() -> None:
    """65 bytes of point, 4096 of plaintext, 16 of tag."""
    assert envelope.SEALED_BYTES == 4177


@given(st.binary(max_size=100))
def test_base64url_has_one_spelling(data: bytes) -> None:
    """What is written is read again, and no other last character gives the same bytes."""
    text = envelope.encode_base64url(data)
    assert envelope.decode_base64url(text) == data
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = [c for c in alphabet if envelope.decode_base64url(text[:-1] + c) == data]
    assert not text or same == [text[-1]]


@pytest.mark.parametrize("wrong", ["A", "AA==", "A+AA", "A/AA", "AAA=", "AÄAA", "AB", "AA\n"])
def test_base64url_is_strict(wrong: str) -> None:
    """Padding, the other alphabet, lengths that cannot be and unused bits are refused."""
    assert envelope.decode_base64url(wrong) is None


def test_white_space_inside_is_dropped() -> None:
    """Lines, tabs and no-break spaces inside `sealed` do not matter; one byte too few does."""
    sealed = bytes(range(256)) * 16 + bytes(81)
    text = envelope.encode_base64url(sealed)
    spread = " \n".join(text[i : i + 7] for i in range(0, len(text), 7))
    assert envelope.decode_sealed(f"\t{spread}\u00a0") == sealed
    assert envelope.decode_sealed(envelope.encode_base64url(sealed[:-1])) is None


def test_a_key_survives_being_written_down(network: "Network") -> None:
    """The 32 bytes give the same key; a small private value keeps its leading zeros."""
    key = envelope.new_private_key()
    again = envelope.private_key_from(envelope.private_bytes(key))
    assert envelope.public_bytes(again) == envelope.public_bytes(key)
    assert len(envelope.public_bytes(key)) == 65
    small = envelope.private_key_from(bytes(31) + b"\1")
    assert envelope.private_bytes(small) == bytes(31) + b"\1"
    assert network.key is not key


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(32), b"\xff" * 32, bytes(33)])
def test_what_is_no_key_is_refused(wrong: bytes) -> None:
    """Zero, the wrong length, and what exceeds the order of the curve are no keys."""
    with pytest.raises(ValueError, match=r"."):
        envelope.private_key_from(wrong)


@given(st.binary(max_size=envelope.PAYLOAD_BYTES))
def test_padding_gives_one_size_and_the_payload_back(payload: bytes) -> None:
    """Every payload that fits becomes 4096 bytes and comes out unchanged."""
    padded = envelope.pad(payload)
    assert len(padded) == 4096
    assert envelope.unpad(padded) == payload


def test_a_payload_that_does_not_fit_is_never_cut() -> None:
    """4094 bytes fit, one more is an error."""
    assert envelope.unpad(envelope.pad(b"x" * 4094)) == b"x" * 4094
    with pytest.raises(ValueError, match="does not fit"):
        envelope.pad(b"x" * 4095)


@pytest.mark.parametrize(
    "wrong",
    [b"", bytes(4095), bytes(4097), b"\xff\xff" + bytes(4094), bytes(4095) + b"\1"],
)
def test_wrong_padding_is_refused(wrong: bytes) -> None:
    """Size, length and zeros must all be right."""
    assert envelope.unpad(wrong) is None


def test_the_public_half_is_the_vectors(network: "Network", vectors: dict[str, Any]) -> None:
    """The vectors' private key gives the vectors' public key."""
    public = envelope.encode_base64url(envelope.public_bytes(network.key))
    assert public == vectors["recipient_public"]


@pytest.mark.parametrize(
    "changes", [{"wiki_id": "other"}, {"author_id": 4243}, {"key_id": "k7f3a2"}]
)
def test_an_envelope_is_bound_to_wiki_author_and_key(
    network: "Network", changes: dict[str, Any]
) -> None:
    """It opens with what it was sealed for, and with nothing else."""
    bound = envelope.info(network.wiki, network.author, network.key_id)
    assert envelope.open_sealed(network.seal(b"x"), network.key, bound) is not None
    assert envelope.open_sealed(network.seal(b"x", **changes), network.key, bound) is None


def test_info_is_exactly_the_protocols() -> None:
    """Four parts with NUL between, the author in decimal."""
    assert envelope.info("metawiki", 42, "k1") == b"peer-support/1\0metawiki\x0042\0k1"


@given(st.binary(max_size=65), st.sampled_from([0, 4096, 4112]))
def test_any_bytes_are_opened_or_not(network: "Network", start: bytes, rest: int) -> None:
    """No bytes make opening crash, also not those that are no point of the curve."""
    sealed = start.ljust(65, b"\4") + bytes(rest)
    assert envelope.open_sealed(sealed, network.key, b"") is None


def test_the_gadgets_text_is_exactly_the_protocols() -> None:
    """A newline first, 64 characters a line, the braces on a line of their own."""
    lines = envelope.envelope_wikitext("k1", bytes(4177)).split("\n")
    assert lines[:2] == ["", "{{Peer support envelope|v=1|key=k1|sealed="]
    assert {len(line) for line in lines[2:-3]} == {64}
    assert lines[-2:] == ["}}", ""]
