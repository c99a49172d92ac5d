"""What stands on intake pages: messages as people and gadgets write them, words, and damage."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.network import Network
from bot.request.envelope import (
    envelope_wikitext,
    info,
    new_private_key,
    private_bytes,
    public_bytes,
    seal,
)
from bot.store import intake
from tests.fakes.network import START

PLAIN = [
    case["input"].strip()
    for case in yaml.safe_load(
        (Path(__file__).parents[2] / "data" / "plain" / "requests.yaml").read_text("utf-8")
    )
]
WORDS = [
    "Please help me, somebody keeps following me around.",
    "من فضلكم ساعدوني، لا أعرف إلى أين أذهب.",
    "我不知道该怎么办。",
    "== Hello ==\nIs anybody here? --[[User:X|X]] 12:00, 1 January 2026 (UTC)",
    "<!-- please leave this alone -->",
    "[[Category:Requests]] {{notice|text={{lc:ABC}}|{{{1|}}}}}",
    "",
]
JUNK = [
    *("{{", "}}", "{{{", "}}}", "{", "}", "[[", "]]", "|", "=", "<!--", "-->", "<nowiki>", "<b "),
    *("</nowiki>", "<ref>", "\n== x ==\n", "\r\n", "~~~~", "{{!}}", "&#123;&#123;", "__TOC__"),
    *("{{Peer support request|", "{{Peer support envelope|", "{{peer_support request\n|languages="),
    *("{{Peer support envelope|v=1|key=", "Peer support", "{{Template:", "sealed=", "{{foo|"),
    *(
        "\u202e",
        "\u200b",
        "e\u0301\u0301",
        "👩🏽\u200d🚒",
        "ﷺ",
        "\ufffd",
        "\u2028",
        "\x7f",
        "א",
        "-_A=",
    ),
]
KINDS = [
    *("request", "request", "plain", "plain", "decoy", "invalid", "json", "gone", "unknown"),
    *("copy", "again", "version", "words", "words", "broken"),
]
WRAPS = [
    "<nowiki>{}</nowiki>",
    "<!-- {} -->",
    "{{{{foo|{}",
    "<pre>{}",
    "{{{{{}}}}}",
    "''{}''",
    "{}",
]


@dataclass(frozen=True)
class Piece:
    """A part of a page: its text, and where it is an envelope the bytes that were sealed."""

    kind: str
    text: str = field(repr=False)
    sealed: bytes | None = field(default=None, repr=False)


class Pieces:
    """Writes messages as their authors would, to the keys of a network: one of them is gone."""

    def __init__(self, network: Network) -> None:
        self._wiki_id = network.wiki.wiki_id
        gone = new_private_key()
        later = START + timedelta(days=1)
        with network.store.write() as tx:
            self._key = intake.keys(tx)[0]
            public, private = public_bytes(gone), private_bytes(gone)
            intake.put_key(tx, "kgone", public, private, made_at=START, expires_at=later)
            intake.destroy_key(tx, "kgone", START)
        self._before: list[Piece] = []
        self.sealed_by: dict[bytes, int] = {}
        """Who asked with an envelope, by its hash: nobody else can."""

    def own(self, draw: random.Random, author: int) -> Piece:
        """Write something that this account can have written, or copied."""
        kind = draw.choice(KINDS)
        if kind == "plain":
            return Piece(kind, draw.choice(PLAIN))
        if kind == "words":
            return Piece(kind, draw.choice(WORDS))
        if kind == "again" and self._before:
            return draw.choice(self._before)
        kind = "request" if kind == "again" else kind
        if kind == "broken":
            return Piece("broken", "{{Peer support envelope|v=1|key=k|sealed=" + draw.choice(JUNK))
        piece = self._envelope(draw, kind, author + (kind == "copy"))
        if kind == "request":
            # Somebody else's, or their own from before, when it is next drawn.
            self._before = [*self._before[-20:], Piece("again", piece.text, piece.sealed)]
        return piece

    def of_others(self, draw: random.Random, author: int) -> Piece:
        """Write something that stood on the page before this account came."""
        return self.own(draw, author + 10**6)

    def _envelope(self, draw: random.Random, kind: str, author: int) -> Piece:
        key_id = {"gone": "kgone", "unknown": "knever"}.get(kind, self._key.id)
        sealed = seal(_payload(draw, kind), self._key.public, info(self._wiki_id, author, key_id))
        text = envelope_wikitext(key_id, sealed).strip()
        if kind in {"request", "copy", "version"}:
            self.sealed_by[hashlib.sha256(sealed).digest()] = author
        if kind == "version":
            return Piece(kind, text.replace("v=1", "v=2"))
        return Piece(kind, text, sealed)


def _payload(draw: random.Random, kind: str) -> bytes:
    if kind == "decoy":
        return b'{"type": "decoy"}'
    if kind == "json":
        return draw.choice([b"", b"[]", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 3000])
    asked: dict[str, Any] = {
        "type": "request",
        "ref": "".join(draw.choice("0123456789ABCDEFGH") for _ in range(8)),
        "locale": draw.choice(["en", "ar", "zh-hans"]),
        "languages": draw.sample(["de", "en", "pt-br", "zh-hant", "ar"], draw.randint(1, 3)),
        "topics": ["alone"],
        "channels": ["desk", "wikimail"],
        "contact": {},
        "message": draw.choice(WORDS),
        "avoid": draw.choice([[], ["Example user"]]),
        "prefer": [],
        "words": ["amber", "tiger", "window"],
        "status_token": secrets.token_urlsafe(16),
        "notify": draw.random() < 0.5,
    }
    if kind == "invalid":
        asked[draw.choice(list(asked))] = draw.choice([None, 7, [], "", {"a": 1}])
        asked["words"] = []
    return json.dumps(asked).encode()


def mutated(draw: random.Random, text: str) -> str:
    """Change a page in up to six ways, most of them small; one in six is left as it is."""
    for _ in range(draw.randrange(6)):
        text = draw.choice(_WAYS)(draw, text)
    return text


def _letters(draw: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(draw.randint(1, 4) if letters else 0):
        letters[draw.randrange(len(letters))] = draw.choice("{}|= \nAz_-<>é\u202e")
    return "".join(letters)


def _bytes(draw: random.Random, text: str) -> str:
    data = bytearray(text.encode())
    for _ in range(draw.randint(1, 3) if len(data) > 1 else 0):
        one, other = draw.randrange(len(data)), draw.randrange(len(data))
        data[one], data[other] = data[other], data[one]
        data[one] ^= 1 << draw.randrange(8)
    # As MediaWiki saves what is no UTF-8.
    return data.decode("utf-8", "replace")


def _junk(draw: random.Random, text: str) -> str:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(JUNK) * draw.choice([1, 1, 1, 2, 3, 70]) + text[at:]


def _wrapped(draw: random.Random, text: str) -> str:
    start, end = _span(draw, text)
    return text[:start] + draw.choice(WRAPS).format(text[start:end]) + text[end:]


def _cut(draw: random.Random, text: str) -> str:
    start, end = _span(draw, text)
    return text[:start] + text[min(end, start + 300) :]


def _ended(draw: random.Random, text: str) -> str:
    return text[: draw.randint(len(text) // 2, len(text))]


def _doubled(draw: random.Random, text: str) -> str:
    start, end = _span(draw, text)
    return text + text[start:end]


def _swapped(draw: random.Random, text: str) -> str:
    start, end = _span(draw, text)
    middle = draw.randint(start, end)
    return text[:start] + text[middle:end] + text[start:middle] + text[end:]


def _cased(draw: random.Random, text: str) -> str:
    start, end = _span(draw, text)
    end = min(end, start + 100)
    return text[:start] + text[start:end].swapcase().replace(" ", "_") + text[end:]


def _span(draw: random.Random, text: str) -> tuple[int, int]:
    one, other = draw.randint(0, len(text)), draw.randint(0, len(text))
    return min(one, other), max(one, other)


_WAYS = [
    *(_letters, _letters, _bytes, _junk, _junk, _junk),
    *(_wrapped, _cut, _ended, _doubled, _swapped, _cased),
]
