"""The master secret and what it guards: keys wrapped, texts sealed, accounts made into marks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.config_place import SECRET_VARIABLE as VARIABLE
from bot.problems import InputError, Problem

SECRET_BYTES = 32
MARKS, ROSTER, ACCOUNTS = "marks", "roster", "accounts"
OWN_KEYS = (MARKS, ROSTER, ACCOUNTS)
"""What lives longer than a master secret: limits are remembered for a year, the roster for ever.

Under the third lies what names somebody for a while: who asked for a link, and complaints.
"""
NONCE_BYTES = 12


class WrongSecretError(Exception):
    """Something was sealed under another master secret, or has been changed since."""


class Keyring:
    """Seals and opens under keys derived from the master secret; holds nothing of a case."""

    def __init__(self, secret: bytes, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        if len(secret) != SECRET_BYTES:
            message = "the master secret has 32 bytes"
            raise ValueError(message)
        self._secret = secret
        self._random = random_bytes
        self._derived: dict[str, bytes] = {}
        self._own: dict[str, bytes] = {}

    def derive(self, purpose: str) -> bytes:
        """Give the 32-byte key for one purpose; no two purposes share one."""
        if purpose not in self._derived:
            hkdf = HKDF(SHA256(), 32, salt=None, info=f"peer-support/{purpose}".encode())
            self._derived[purpose] = hkdf.derive(self._secret)
        return self._derived[purpose]

    def adopt(self, purpose: str, key: bytes) -> None:
        """Take a key that the store has drawn for itself and keeps wrapped."""
        self._own[purpose] = key

    def own(self, purpose: str) -> bytes:
        """Give a key of the store's own; it outlives a change of the master secret."""
        return self._own[purpose]

    def new_key(self) -> bytes:
        """Draw a key for one secret of one case."""
        return self._random(32)

    def new_token(self) -> str:
        """Draw the token of a link: 16 random bytes, base64url."""
        return base64.urlsafe_b64encode(self._random(16)).rstrip(b"=").decode()

    def wrap(self, key: bytes, about: str) -> bytes:
        """Wrap a key; `about` binds it to its place: a row moved elsewhere fails."""
        return self.seal_under(self.derive("wrap"), key, about)

    def unwrap(self, wrapped: bytes, about: str) -> bytes:
        """Unwrap a key, or raise `WrongSecretError`."""
        return self.open_under(self.derive("wrap"), wrapped, about)

    def seal_under(self, key: bytes, data: bytes, about: str) -> bytes:
        """Seal data under a key: nonce, then AES-256-GCM ciphertext and tag."""
        nonce = self._random(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, data, about.encode())

    def open_under(self, key: bytes, sealed: bytes, about: str) -> bytes:
        """Open what `seal_under` made, or raise `WrongSecretError`."""
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):  # a value error: cut short
            raise WrongSecretError(about.partition("/")[0]) from None

    def mark(self, *parts: str | int) -> bytes:
        """Make accounts into an HMAC: the same account the same mark, and no way back."""
        text = "\0".join(str(part) for part in parts)
        return hmac.digest(self.own(MARKS), text.encode(), hashlib.sha256)


def token_digest(token: str) -> bytes:
    """Give what the store keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def read_secret(environ: Mapping[str, str], file: Path) -> bytes:
    """Find the master secret in the environment or the file, or raise `InputError`."""
    if environ.get(VARIABLE):
        return _decode(environ[VARIABLE], f"${VARIABLE}")
    try:
        with file.open(encoding="ascii", errors="replace") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            text = opened.read(200)
    except FileNotFoundError:
        raise InputError(
            (
                Problem(
                    place=str(file),
                    what=f"There is no master secret: neither ${VARIABLE} nor this file.",
                    mend="For a new network run `peer-support init`, which makes one. For a "
                    "network that has run before, put its secret back: without it nothing "
                    "that was sealed can be opened.",
                ),
            )
        ) from None
    except OSError as error:
        raise InputError(
            (
                Problem(
                    place=str(file),
                    what=f"The master secret cannot be read ({error.strerror}).",
                    mend="Let the account that runs the bot read this file, and nobody else.",
                ),
            )
        ) from None
    if mode & 0o077:
        raise InputError(
            (
                Problem(
                    place=str(file),
                    what=f"Others on this machine can read the master secret (mode {mode:04o}).",
                    mend=f"chmod 600 {file}",
                ),
            )
        )
    return _decode(text, str(file))


def write_new_secret(file: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
    """Make a master secret in a new file that only its owner can read; never over an old one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(base64.urlsafe_b64encode(random_bytes(SECRET_BYTES)).rstrip(b"=") + b"\n")
        opened.flush()
        os.fsync(opened.fileno())


def _decode(text: str, place: str) -> bytes:
    text = text.strip()
    try:
        secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise InputError(
            (
                Problem(
                    place=place,
                    what="This is not a master secret: it has to be 32 bytes, written as 43 "
                    "characters of base64url.",
                    mend="Put back the secret that `peer-support init` made, whole.",
                ),
            )
        )
    return secret
