"""The sealed envelope: base64url, padding to one size, and HPKE bound to wiki, author and key."""

import base64
import re
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.request.limits import PLAINTEXT_BYTES

VERSION: Final = "1"
ENC_BYTES: Final = 65
TAG_BYTES: Final = 16
SEALED_BYTES: Final = ENC_BYTES + PLAINTEXT_BYTES + TAG_BYTES
LENGTH_BYTES: Final = 2
PAYLOAD_BYTES: Final = PLAINTEXT_BYTES - LENGTH_BYTES
PRIVATE_BYTES: Final = 32
LINE_CHARACTERS: Final = 64

_SEALED_CHARACTERS: Final = (SEALED_BYTES * 4 + 2) // 3
_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def encode_base64url(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes | None:
    """Read base64url without padding; None unless it is the one way to write those bytes."""
    if _ALPHABET.fullmatch(text) is None or len(text) % 4 == 1:
        return None
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    # The unused bits of the last character must be zero, or one value would have several spellings.
    return data if encode_base64url(data) == text else None


def decode_sealed(text: str) -> bytes | None:
    """Read the `sealed` value of an envelope: 4177 bytes, all white space dropped, or None."""
    packed = "".join(text.split())
    # The length first, so that megabytes of junk are not decoded only to be thrown away.
    if len(packed) != _SEALED_CHARACTERS:
        return None
    return decode_base64url(packed)


def info(wiki_id: str, author_id: int, key_id: str) -> bytes:
    """Name what an envelope is bound to, so that a copy posted by anyone else does not open."""
    return "\0".join(("peer-support/1", wiki_id, str(author_id), key_id)).encode()


def open_sealed(
    sealed: bytes, private_key: ec.EllipticCurvePrivateKey, info: bytes
) -> bytes | None:
    """Open an envelope to its 4096 bytes of plaintext; None when it cannot be opened."""
    if len(sealed) != SEALED_BYTES:
        return None
    try:
        return _suite().decrypt(sealed, private_key, info)
    except (InvalidTag, ValueError):  # tampered, or the first 65 bytes are no point of the curve
        return None


def unpad(plaintext: bytes) -> bytes | None:
    """Take the payload out of its padding; None unless size, length and zeros are right."""
    if len(plaintext) != PLAINTEXT_BYTES:
        return None
    end = LENGTH_BYTES + int.from_bytes(plaintext[:LENGTH_BYTES], "big")
    if end > PLAINTEXT_BYTES or any(plaintext[end:]):
        return None
    return plaintext[LENGTH_BYTES:end]


def pad(payload: bytes) -> bytes:
    """Bring a payload to the one size of all envelopes; ValueError if it does not fit."""
    if len(payload) > PAYLOAD_BYTES:
        raise ValueError("payload does not fit into an envelope")
    length = len(payload).to_bytes(LENGTH_BYTES, "big")
    return (length + payload).ljust(PLAINTEXT_BYTES, b"\0")


def seal(payload: bytes, public: bytes, info: bytes) -> bytes:
    """Seal a payload to a public key of 65 bytes, as the gadget does; ValueError if too long."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    return _suite().encrypt(pad(payload), key, info)


def envelope_wikitext(key_id: str, sealed: bytes) -> str:
    """Write the text that the gadget appends to the intake page."""
    text = encode_base64url(sealed)
    lines = (text[i : i + LINE_CHARACTERS] for i in range(0, len(text), LINE_CHARACTERS))
    body = "\n".join(lines)
    return f"\n{{{{Peer support envelope|v={VERSION}|key={key_id}|sealed=\n{body}\n}}}}\n"


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Draw a new page key pair."""
    return ec.generate_private_key(ec.SECP256R1())


def public_bytes(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give the public half as 65 bytes, an uncompressed point."""
    return private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def private_bytes(private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give the private half as 32 bytes, big-endian."""
    return private_key.private_numbers().private_value.to_bytes(PRIVATE_BYTES, "big")


def private_key_from(data: bytes) -> ec.EllipticCurvePrivateKey:
    """Read a private key from its 32 bytes; ValueError if they are no key."""
    if len(data) != PRIVATE_BYTES:
        raise ValueError("a private key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(data, "big"), ec.SECP256R1())


def _suite() -> Suite:
    return Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
