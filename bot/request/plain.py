"""The plain request: written by hand, without script, and read as generously as people type."""

import difflib
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from bot.request.avoided import read_line
from bot.request.folding import fold
from bot.request.labels import find_channels, find_labelled
from bot.request.language_names import find_languages
from bot.request.limits import MOST_AVOIDED, MOST_LANGUAGES, MOST_PREFERRED, MOST_TOPICS
from bot.request.page import is_readable, normalised
from bot.request.payload import fits
from bot.request.request import Published, Request
from bot.request.signature import strip_signature
from bot.request.usernames import as_typed, is_address
from bot.request.vocabulary import FIELDS
from bot.request.wikitext import linked, listed, readable, template_fields

_NAMES: Final = {name: meaning for meaning, names in FIELDS.items() for name in names}
_ALMOST: Final = 0.8
_LONGEST_NAME: Final = 30
# Of these no user name can hold one.
_LINES: Final = re.compile(r"[\n|#]")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """What somebody asked for by hand: a request without what the gadget would have drawn."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    message: str = field(repr=False)
    avoid: tuple[str, ...] = field(repr=False)  # lines, as `avoided` reads them
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
    avoid = read_named(said["avoid"])
    request = PlainRequest(
        languages=find_languages(listed(said["languages"]))[:MOST_LANGUAGES],
        topics=find_labelled(listed(said["topics"]), published.topics, published.topic_labels)[
            :MOST_TOPICS
        ],
        channels=find_channels(
            listed(said["channels"]), published.channels, published.channel_labels
        ),
        message=readable(said["message"]),
        avoid=avoid.lines,
        prefer=find_labelled(
            listed(said["prefer"]), published.backgrounds, published.background_labels
        )[:MOST_PREFERRED],
    )
    problems = {
        "languages": not request.languages,
        "channels": not request.channels,
        "message": not fits(request.message, published),
        "avoid": not all(map(is_address, avoid.unread)) or avoid.people > MOST_AVOIDED,
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


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a text names, line by line as it was typed (`avoided` reads a line).

    `people` says how many they are, `unread` which parts of the text can be no name.
    """

    lines: tuple[str, ...] = field(repr=False)
    people: int
    unread: tuple[str, ...] = field(repr=False)


def read_named(wikitext: str) -> Named:
    """Read a list of user names."""
    lines = _lines(linked(wikitext))
    read = [read_line(line) for line in lines]
    # What is markup to the parser can be a name all the same: ''bold'', a rule, a definition.
    raw = _lines(_COMMENT.sub("", wikitext))
    markup = [line for line in raw if line not in lines and as_typed(line)]
    return Named(
        tuple(dict.fromkeys((*lines, *markup))),
        len(dict.fromkeys(part for line in read for part in line.parts)),
        tuple(part for line in read for part in line.left_over()),
    )


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line for one in _LINES.split(text) if (line := one.strip())))
