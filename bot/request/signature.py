"""Signatures at the end of a line: who and when, as wikis write them, and nothing that was said."""

import re
from typing import Final

from bot.request.usernames import is_user_page

# A signature is short; looking at the last part of a line alone keeps the work on each line small.
_LONGEST: Final = 600
_LONGEST_STAMP: Final = 120
_MOST_LINKS: Final = 5

# (UTC) · (ت ع م) · (+0545) · (GMT+05:45): of digits no more than a zone has.
_ZONE: Final = r"\s?\((?:[^()\d\n]{1,20}|[^()\d\n]{0,12}\d{1,2}(?::?\d{2})?[^()\d\n]{0,2})\)$"
_TIME: Final = r"\d{1,2}[:.]\d{2}"
_STAMP: Final = re.compile(
    "(?:"
    # 12:00, 1 January 2026 (UTC) · 12:00, 1. Jan. 2026 (CET) · 12:00، 1 يناير 2026 (ت ع م)
    rf"{_TIME}[,،、]?\s[^\[\]\n:]{{4,40}}?\d{{4}}[^\[\]\n:\d]{{0,6}}"
    # 1 janvier 2026 à 12:00 (CET) · 1 января 2026, 12:00 (UTC) · 2026. január 1., 12:00 (CET)
    rf"|(?:\d{{1,2}}\.?\s\S{{2,15}}\s\d{{4}}|\d{{4}}\.\s\S{{2,15}}\s\d{{1,2}}\.)"
    rf"[^\d\n\[\]]{{1,8}}{_TIME}"
    # 2026年1月1日 (四) 12:00 (UTC) · 2026년 1월 1일 (목) 12:00 (KST)
    rf"|\d{{4}}[年년]\s?\d{{1,2}}[月월]\s?\d{{1,2}}[日일][^\d\n\[\]]{{0,8}}{_TIME}"
    ")" + _ZONE
)
_TILDES: Final = re.compile(r"(?:(?:--|—|–)[ \t]{0,3})?~{3,5}")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>$")
_DASH: Final = re.compile(r"(?:--|—|–)$")


def strip_signature(line: str) -> str:
    """Take unsaved tildes and a signature off the end of one line."""
    line = _TILDES.sub("", line).rstrip()
    head, tail = line[:-_LONGEST], line[-_LONGEST:]
    dated = _STAMP.search(tail, max(0, len(tail) - _LONGEST_STAMP))
    if dated:
        return head + _strip_links(tail[: dated.start()])
    if not tail.endswith((")", "]", ">")):
        return line
    # Without a date only a dash before it tells a signature from a name in a sentence.
    rest = _strip_links(tail)
    return line if rest == tail or not _was_signed(tail, rest) else head + rest


def _was_signed(tail: str, rest: str) -> bool:
    return tail[len(rest) :].lstrip().startswith(("--", "—", "–"))


def _strip_links(tail: str) -> str:
    """Take links to user pages, and the marks people put around them, off the end."""
    for _ in range(_MOST_LINKS):
        bare = _strip_marks(tail)
        if not bare.endswith("]]"):
            break
        start = bare.rfind("[[")
        if start < 0 or not is_user_page(bare[start + 2 :]):
            break
        tail = bare[:start]
    bare = _strip_marks(tail)
    return _DASH.sub("", bare).rstrip()


def _strip_marks(tail: str) -> str:
    while True:
        bare = _TAG.sub("", tail.rstrip(" \t()·•|/'*,"))
        if bare == tail:
            return tail
        tail = bare
