"""Languages as people name them, in any language that CLDR knows, turned into codes."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from babel import Locale

from bot.languages import is_language_code, known_code, nearest_code, written_today
from bot.request.folding import fold, fold_words, is_unspaced
from bot.request.vocabulary import (
    CODES_BEFORE_CONJUNCTIONS,
    CONJUNCTIONS,
    LANGUAGES,
    NEGATIONS,
    UNSPACED_CONJUNCTIONS,
)

TABLE: Final = "language_names.tsv"
"""Drawn from CLDR by `python -m stage.language_table`."""

_LONGEST_NAME: Final = 4  # words
_SHORTEST_IN_SENTENCE: Final = 4  # Latin letters: "Ewe" and "Vai" are words of sentences too

# Codes that MediaWiki has and CLDR has not.
_MORE_CODES: Final = frozenset({"sh", "pnb", "azb", "skr", "rue", "vro", "sgs", "rup", "lzh"})

_SEPARATORS: Final = re.compile(
    r"[,;、，；،؛。·•|\r\n/\\*#:>→&+()\[\]{}\"“”«»=]+|\s[-–—]+\s|\.(?=\s|$)"
)
_UNSPACED_CONJUNCTION: Final = re.compile(f"[{UNSPACED_CONJUNCTIONS}]")
# What some languages join to a word: "and" or "in" in Arabic, Hebrew, Korean, "language" in Thai.
_JOINED_BEFORE: Final = ("وال", "و", "بال", "ב", "ו", "ภาษา")
_JOINED_AFTER: Final = ("와", "과", "하고", "및", "로", "으로")
_BABEL_LEVEL: Final = re.compile(r"-?(?:[0-5n]|m)$")


def find_languages(text: str) -> tuple[str, ...]:
    """Find the languages that a text names, in its order, as MediaWiki's codes."""
    codes: dict[str, None] = {}
    for segment in _SEPARATORS.split(text):
        if segment.strip(" .-–—!?'\t"):
            codes.update(dict.fromkeys(_segment(segment.strip(" .-–—!?'\t"))))
    return tuple(codes)


def code_of(text: str) -> str | None:
    """Give the code for one language's name or code; None when it is neither."""
    return _code(text) or _name(text)


def _segment(segment: str) -> list[str]:
    words = segment.split()
    whole = code_of(segment)
    if whole:
        return [whole]
    if codes := _codes_alone(words):
        return codes
    parts = [part for part in _at_conjunctions(words) if part]
    if len(parts) > 1:
        return [code for part in parts for code in _segment(part)]
    return _in_sentence(segment)


def _codes_alone(words: list[str]) -> list[str]:
    """Read "de en" and "fr et en": codes with nothing but conjunctions between them."""
    codes = []
    for word in words:
        if word.casefold() in CONJUNCTIONS - CODES_BEFORE_CONJUNCTIONS:
            continue
        code = _code(word)
        if code is None:
            return []
        codes.append(code)
    return codes


def _at_conjunctions(words: list[str]) -> Iterator[str]:
    """Split at "and" and "or", those inside unspaced text included."""
    part: list[str] = []
    for word in words:
        if word.casefold() in CONJUNCTIONS:
            yield " ".join(part)
            part = []
        elif is_unspaced(word) and _name(word) is None:
            first, *others = _UNSPACED_CONJUNCTION.split(word)
            yield " ".join([*part, first])
            yield from others[:-1]
            part = others[-1:]
        else:
            part.append(word)
    yield " ".join(part)


def _in_sentence(segment: str) -> list[str]:
    """Find names among other words ("fluent German"), unless the sentence says not that one."""
    words = fold_words(segment).split()
    if NEGATIONS.intersection(words):
        return []
    codes = []
    at = 0
    while at < len(words):
        length, code = _longest_name(words[at : at + _LONGEST_NAME])
        if code:
            codes.append(code)
        at += length
    return codes


def _longest_name(words: list[str]) -> tuple[int, str | None]:
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        if len(name) >= _SHORTEST_IN_SENTENCE or not name.isascii():
            code = _name(name)
            if code:
                return length, code
    return 1, None


def _code(text: str) -> str | None:
    code = text.strip().lower().replace("_", "-")
    if not is_language_code(code):
        code = _BABEL_LEVEL.sub("", code)  # de-3, en-N: as in a Babel box
    elif re.fullmatch(r"[a-z]{2,3}-[0-5nm]", code):
        code = code[:-2]
    code = written_today(code)
    # Fewer than `nearest_code` knows: among the codes of ISO 639-3 are many words of sentences.
    if is_language_code(code) and code.partition("-")[0] in _known_codes():
        return nearest_code(code)
    return known_code(code) if "-" in code else None


def _name(text: str) -> str | None:
    folded = fold(text)
    for name in (folded, *_bare(folded)):
        if code := LANGUAGES.get(name) or _listed(name):
            return code
    return None


def _bare(name: str) -> Iterator[str]:
    """Give the name without a conjunction or preposition that is joined to it."""
    for before in _JOINED_BEFORE:
        if name.startswith(before) and len(name) > len(before) + 2:
            bare = name.removeprefix(before)
            yield bare
            yield "ال" + bare
    for after in _JOINED_AFTER:
        if name.endswith(after) and len(name) > len(after) + 1:
            yield name.removesuffix(after)


@cache
def _known_codes() -> frozenset[str]:
    english = (str(code).partition("_")[0] for code in Locale("en").languages)
    return frozenset(english) | _MORE_CODES


def _listed(name: str) -> str | None:
    """Look a name up in the list, by halves, as it is sorted."""
    table, sought = _table(), f"{name}\t".encode()
    low, high = 0, len(table)
    while low < high:
        start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = table.index(b"\n", start)
        line = table[start:end]
        if line.startswith(sought):
            return line[len(sought) :].decode()
        if line < sought:
            low = end + 1
        else:
            high = start
    return None


@cache
def _table() -> bytes:
    """Give every name of every language in every language of CLDR, each line a name and a code.

    It stays bytes: as a dictionary it would be ten times as large, in a process that stays.
    """
    return files("bot.request").joinpath(TABLE).read_bytes()
