"""Languages as people name them, in any language that CLDR knows, turned into codes."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from babel import Locale, localedata

from bot.languages import is_language_code, written_today
from bot.request.folding import fold, fold_words, is_unspaced
from bot.request.vocabulary import (
    CODES_BEFORE_CONJUNCTIONS,
    CONJUNCTIONS,
    LANGUAGES,
    NEGATIONS,
    UNSPACED_CONJUNCTIONS,
)

# A name may stand for several languages; the reading that most of CLDR's readers share wins, and
# among them English and the language's own name for itself count for more than all the rest.
_WEIGHT_ENGLISH: Final = 10_000
_WEIGHT_OWN: Final = 3_000
_WEIGHT_OTHER: Final = 1
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
    if is_language_code(code) and code.partition("-")[0] in _known_codes():
        return code
    return None


def _name(text: str) -> str | None:
    folded = fold(text)
    names = _names()
    for name in (folded, *_bare(folded)):
        if code := LANGUAGES.get(name) or names.get(name):
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


@cache
def _names() -> dict[str, str]:
    """Every name of every language in every language: built once, when first asked for."""
    votes: dict[str, dict[str, int]] = {}
    for reader, names in _cldr():
        for key, name in names.items():
            # A country's variety is helped by whoever speaks the language: the base is what counts.
            code = written_today(key.partition("_")[0])
            if not is_language_code(code):
                continue
            heard = votes.setdefault(fold(name), {})
            weight = _WEIGHT_OTHER
            if reader == "en":
                weight = _WEIGHT_ENGLISH
            elif reader.partition("_")[0] == key.partition("_")[0]:
                weight = _WEIGHT_OWN
            heard[code] = heard.get(code, 0) + weight
    return {name: max(sorted(heard), key=lambda code: heard[code]) for name, heard in votes.items()}


def _cldr() -> Iterator[tuple[str, dict[str, str]]]:
    """Give each of CLDR's languages with its names of languages."""
    # Babel keeps whatever it has loaded: 170 MB for all of it. What we need of it is 10.
    cache: dict[str, object] = getattr(localedata, "_cache", {})
    for reader in sorted(localedata.locale_identifiers()):
        if re.search(r"_(?:[A-Z]{2}|\d{3})(?:_|$)", reader):
            continue  # a country's variety, whose names are those of the language
        kept = set(cache)
        yield reader, {str(key): str(name) for key, name in Locale.parse(reader).languages.items()}
        for loaded in set(cache) - kept:
            cache.pop(loaded, None)
