"""The plain request: written by hand, without script, and read as generously as people type."""

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from bot.request.folding import fold, fold_words
from bot.request.labels import find_channels, find_labelled
from bot.request.language_names import find_languages
from bot.request.page import is_readable, normalised
from bot.request.payload import (
    MOST_AVOIDED,
    MOST_LANGUAGES,
    MOST_PREFERRED,
    MOST_TOPICS,
    fits,
)
from bot.request.request import Published, Request
from bot.request.signature import strip_signature
from bot.request.usernames import is_address, is_user_page, normalise, user_of_page
from bot.request.vocabulary import CONJUNCTIONS, FIELDS, JOINING_NAMES, NOBODY
from bot.request.wikitext import linked, listed, readable, template_fields

_NAMES: Final = {name: meaning for meaning, names in FIELDS.items() for name in names}
_ALMOST: Final = 0.8
_LONGEST_NAME: Final = 30
_BETWEEN_USERS: Final = re.compile(r"[;,\n،؛、，；|*#]")
_URL: Final = re.compile(r"https?://[^/\s]+/(?:wiki/|w/index\.php\?title=)([^\s?&]+)")
_AND: Final = re.compile(
    r"\s+(?:"
    + "|".join(re.escape(word) for word in sorted(JOINING_NAMES))
    # Two pages with nothing but a space between them.
    + r")\s+|\s+(?=User:|Benutzer(?:in)?:|Utilisat(?:eur|rice):|Usuari[oa]:|مستخدمة?:)",
    re.IGNORECASE,
)
_AROUND_USERS: Final = " \t.:()[]{}\"'“”„«»-–—"


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """What somebody asked for by hand: a request without what the gadget would have drawn."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    message: str = field(repr=False)
    avoid: tuple[str, ...] = field(repr=False)
    prefer: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlainProblem:
    """Why a plain request was not taken: the names of its fields, never what stood in them.

    Beside those, `template` is one that cannot be read at all, and `plain_requests` says that
    none are taken now.
    """

    fields: tuple[str, ...]


def read_plain(slice_text: str, published: Published) -> PlainRequest | PlainProblem:
    """Read one plain request against what is published now."""
    if not published.plain_requests:
        return PlainProblem(("plain_requests",))
    said = what_is_said(slice_text)
    if said is None:
        return PlainProblem(("template",))
    avoid = read_users(said["avoid"])
    request = PlainRequest(
        languages=find_languages(listed(said["languages"]))[:MOST_LANGUAGES],
        topics=find_labelled(listed(said["topics"]), published.topics, published.topic_labels)[
            :MOST_TOPICS
        ],
        channels=find_channels(
            listed(said["channels"]), published.channels, published.channel_labels
        ),
        message=readable(said["message"]),
        avoid=avoid or (),
        prefer=find_labelled(
            listed(said["prefer"]), published.backgrounds, published.background_labels
        )[:MOST_PREFERRED],
    )
    problems = {
        "languages": not request.languages,
        "channels": not request.channels,
        "message": not fits(request.message, published),
        "avoid": avoid is None or len(avoid) > MOST_AVOIDED,
    }
    wrong = tuple(sorted(name for name, is_wrong in problems.items() if is_wrong))
    return PlainProblem(wrong) if wrong else request


def complete(
    plain: PlainRequest,
    *,
    ref: str,
    words: tuple[str, ...],
    status_token: str,
    locale: str,
    notify: bool,
) -> Request:
    """Make the request that the gadget would have sent; a public page holds no addresses."""
    return Request(
        ref=ref,
        locale=locale,
        languages=plain.languages,
        topics=plain.topics,
        channels=plain.channels,
        contact=(),
        message=plain.message,
        avoid=plain.avoid,
        prefer=plain.prefer,
        words=words,
        status_token=status_token,
        notify=notify,
    )


def identity(author_id: int, slice_text: str) -> bytes:
    """Know a plain request again: two people may save the same form, one person saves it once."""
    text = normalised(slice_text).encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"\0".join((b"plain request", str(author_id).encode(), text))).digest()


def what_is_said(slice_text: str) -> dict[str, str] | None:
    """Give the wikitext that was typed into each field of the vocabulary; None: unreadable."""
    # Asked again here, so that no caller can hand the parser what would stall it.
    fields = template_fields(slice_text) if is_readable(slice_text) else None
    return None if fields is None else _sort(fields)


def _sort(fields: list[tuple[str | None, str]]) -> dict[str, str]:
    """Sort what was said by meaning; nothing is lost where a message holds `|` or `=`."""
    said = dict.fromkeys(FIELDS, "")
    last: str | None = None
    for name, written in fields:
        value = "\n".join(strip_signature(line) for line in written.splitlines())
        meaning = _meaning(name) if name is not None else None
        if meaning is not None:
            said[meaning] = f"{said[meaning]}\n{value}" if said[meaning] else value
            last = meaning
        elif last is not None and (last == "message" or name is None):
            said[last] += f"|{value}" if name is None else f"|{name}={value}"
        elif name is None and value.strip():
            meaning = "message" if said["languages"] else "languages"
            said[meaning] = f"{said[meaning]}\n{value}" if said[meaning] else value
    return said


def _meaning(name: str) -> str | None:
    folded = fold(readable(name))
    if folded not in _NAMES and len(folded) < _LONGEST_NAME:
        folded = next(iter(difflib.get_close_matches(folded, _NAMES, 1, _ALMOST)), "")
    return _NAMES.get(folded)


def read_users(wikitext: str) -> tuple[str, ...] | None:
    """Read a list of user names; None when one of them can be read as no name at all."""
    names: dict[str, None] = {}
    for written in _BETWEEN_USERS.split(linked(wikitext)):
        for raw in _readings(written.strip(_AROUND_USERS)):
            name = normalise(raw)
            if name is None:
                return None
            names[name] = None
    return tuple(names)


def _readings(written: str) -> Iterator[str]:
    """Give the names that one entry can mean; one too many avoided harms nobody."""
    written = " ".join(written.split())
    folded = fold_words(written)
    if not folded or folded in NOBODY or folded in CONJUNCTIONS or is_address(written):
        return
    url = _URL.fullmatch(written)
    title = unquote(url[1]) if url else written
    parts = _AND.split(title)
    if len(parts) == 1:
        owner = user_of_page(title)
        yield title if owner is None else owner
        return
    # "Tom and Jerry" are two people, or one account.
    if not any(is_user_page(part) for part in parts[1:]):
        yield title
    for part in parts:
        yield from _readings(part.strip(_AROUND_USERS))
