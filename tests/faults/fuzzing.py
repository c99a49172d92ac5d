"""A fast, seeded mutator: what is near to right finds more than what is only noise."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

# What parsers stumble over: brackets, ends of texts, odd letters, numbers and signs.
PIECES = (
    "{{", "}}", "[[", "]]", "|", "=", "<!--", "-->", "<nowiki>", "</nowiki>", "<ref>", "\n", "\r",
    "\x00", "\u200f", "\u202e", "\ud7ff", "\ufffd", "\U0001f9e1", "ß", "İ", "ı", "ﬃ",
    "e\u0301",
    "9" * 40, "-1", "1e999", "NaN", "null", "true", "[]", "{}", '"', "\\", "\\u0000", "\\ud800",
    ":", "- ", "&a", "*a", "!!python/object:os.system", "%", "#", "\t", "' '", "~~~~", "_",
    "A" * 64,
    "Peer support request", "Peer support envelope", "v=1", "key=", "sealed=", "https://", "@", "",
)  # fmt: skip
LONGEST = 20_000


def with_other_values(seeds: Sequence[str], chance: random.Random) -> str:
    """Take one of the seeds, a JSON object, and put other values of any type into it."""
    data = json.loads(chance.choice(seeds))
    for _ in range(chance.randint(1, 2)):
        piece = chance.choice(PIECES)
        values = (piece, [piece], [piece] * 30, {piece: piece}, None, True, -1, 10**40, piece * 999)
        data[chance.choice((*data, piece))] = chance.choice(values)
    return json.dumps(data)


def mutated(seeds: Sequence[str], chance: random.Random) -> str:
    """Take one of the seeds and change it in one to six places."""
    text = chance.choice(seeds)
    for _ in range(chance.randint(1, 6)):
        text = _changed(text, seeds, chance)
    return text[:LONGEST]


def _changed(text: str, seeds: Sequence[str], chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.randint(0, 12))
    match chance.randrange(8):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + chance.choice(PIECES) + text[start:]
        case 2:
            return text[:start] + chance.choice(PIECES) + text[end:]
        case 3:
            return text[:start] + text[start:end] * chance.randint(2, 40) + text[end:]
        case 4:
            other = chance.choice(seeds)
            place = chance.randint(0, len(other))
            return text[:start] + other[place : place + chance.randint(1, 300)] + text[end:]
        case 5:
            return (
                text[:start]
                + chr(chance.choice((chance.randrange(128), 0x2028, 0x1F9E1)))
                + text[end:]
            )
        case 6:
            return text[:start] + text[start:end].swapcase() + text[end:]
    return text[:start]
