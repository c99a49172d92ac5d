"""The payload of an opened envelope: strict JSON, strict types, every bound of the protocol."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar

from bot.languages import nearest_code
from bot.request.envelope import decode_base64url
from bot.request.limits import (
    CONTACT_BYTES,
    MESSAGE_BYTES,
    MOST_AVOIDED,
    MOST_LANGUAGES,
    MOST_PREFERRED,
    MOST_TOPICS,
)
from bot.request.request import Decoy, Published, Request
from bot.request.usernames import as_typed, is_address, is_user_page, normalise

DEEPEST: Final = 16
WORDS: Final = 3
WORD_CHARACTERS: Final = 40
TOKEN_BYTES: Final = range(16, 97)

REF: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
_USELANG: Final = re.compile(r"[a-z0-9-]{2,255}")
"""What MediaWiki lets somebody call the language that they read in."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Malformed:
    """The bytes are not one JSON object in UTF-8."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The object is no payload of the protocol; names the fields, never what stood in them."""

    fields: tuple[str, ...]


class _WrongFieldError(Exception):
    """A field is missing, of the wrong type or out of bounds; carries nothing."""


def read_payload(json_bytes: bytes, published: Published) -> Request | Decoy | Malformed | Invalid:
    """Read the JSON of an opened envelope against what is published now."""
    found = _read_object(json_bytes)
    if found is None:
        return Malformed()
    kind = found.get("type")
    if kind == "decoy":
        return Decoy()
    if kind != "request":
        return Invalid(("type",))
    return _Reader(found, published).request()


def fits(message: str, published: Published) -> bool:
    """Tell whether a message keeps to the published number of characters and to 3000 bytes."""
    return len(message) <= published.message_characters and len(message.encode()) <= MESSAGE_BYTES


def _read_object(json_bytes: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(
            json_bytes.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_refuse
        )
        # JSON can spell half a surrogate pair, which no later step could encode.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):  # bad UTF-8 and bad JSON are both a ValueError
        return None
    return found if isinstance(found, dict) and _is_shallow(found) else None


def _is_shallow(value: object) -> bool:
    """Tell whether nothing is nested deeper than any payload is; without going down by itself."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return not level


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers could take different ones of the two.
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError("NaN and infinity are no JSON")


class _Reader:
    """Reads one request field by field and remembers which were wrong."""

    def __init__(self, found: dict[str, object], published: Published) -> None:
        self._found = found
        self._published = published
        self._wrong: list[str] = []

    def request(self) -> Request | Invalid:
        published = self._published
        channels: tuple[str, ...] = self._field("channels", self._channels, ())
        request = Request(
            ref=self._field("ref", _ref, ""),
            locale=self._field("locale", _locale, ""),
            languages=self._field("languages", _languages, ()),
            topics=self._field("topics", _choice(published.topics, MOST_TOPICS), ()),
            channels=channels,
            contact=self._field("contact", lambda value: _contact(value, channels), ()),
            message=self._field("message", self._message, ""),
            avoid=self._field("avoid", _avoid, ()),
            prefer=self._field("prefer", _choice(published.backgrounds, MOST_PREFERRED), ()),
            words=self._field("words", _words, ()),
            status_token=self._field("status_token", _status_token, ""),
            notify=self._field("notify", _boolean, False),
        )
        return Invalid(tuple(sorted(self._wrong))) if self._wrong else request

    def _field(self, name: str, read: Callable[[object], T], stand_in: T) -> T:
        """Read one field; what is wrong is noted, and the stand-in never leaves this class."""
        try:
            # A missing field is None here, which no reader takes.
            return read(self._found.get(name))
        except _WrongFieldError:
            self._wrong.append(name)
            return stand_in

    def _channels(self, value: object) -> tuple[str, ...]:
        kept = tuple(id_ for id_ in _strings(value) if id_ in self._published.channels)
        if not kept:
            raise _WrongFieldError
        return kept

    def _message(self, value: object) -> str:
        message = _string(value)
        if not fits(message, self._published):
            raise _WrongFieldError
        return message


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _WrongFieldError
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _WrongFieldError
    return value


def _strings(value: object, most: int | None = None) -> tuple[str, ...]:
    """Read a list of texts, each once, in its order."""
    if not isinstance(value, list) or (most is not None and len(value) > most):
        raise _WrongFieldError
    return tuple(dict.fromkeys(_string(item) for item in value))


def _ref(value: object) -> str:
    text = _string(value)
    if REF.fullmatch(text) is None:
        raise _WrongFieldError
    return text


def _language(value: object) -> str:
    """Read a code as the nearest that is known: what nobody knows in it could be words."""
    code = nearest_code(_string(value).lower())
    if code is None:
        raise _WrongFieldError
    return code


def _locale(value: object) -> str:
    """Read what the wiki is shown in, which can be anything that `uselang` takes; else English."""
    code = _string(value).lower()
    if _USELANG.fullmatch(code) is None:
        raise _WrongFieldError
    return nearest_code(code) or "en"


def _languages(value: object) -> tuple[str, ...]:
    codes = dict.fromkeys(_language(item) for item in _strings(value, MOST_LANGUAGES))
    if not codes:
        raise _WrongFieldError
    return tuple(codes)


def _choice(published: tuple[str, ...], most: int) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        return tuple(id_ for id_ in _strings(value, most) if id_ in published)

    return read


def _contact(value: object, channels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Keep the addresses for the channels that were chosen, in the order of the choice."""
    if not isinstance(value, dict):
        raise _WrongFieldError
    addresses = {channel: _string(address) for channel, address in value.items()}
    if any(len(address.encode()) > CONTACT_BYTES for address in addresses.values()):
        raise _WrongFieldError
    kept = ((channel, " ".join(addresses.get(channel, "").split())) for channel in channels)
    return tuple((channel, address) for channel, address in kept if address)


def _avoid(value: object) -> tuple[str, ...]:
    """Normalise the names; what could name an account but cannot be read is never dropped."""
    names: dict[str, None] = {}
    for item in _strings(value, MOST_AVOIDED):
        if not item.strip() or is_address(item):
            continue  # nobody, or an address: neither can be a supporter
        name = normalise(item)
        if name is None:
            raise _WrongFieldError
        typed = as_typed(item)
        # Without what a link has before the name; all else can be a part of it, such as an `@`.
        names[name if typed is None or is_user_page(typed) else typed] = None
    return tuple(names)


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) != WORDS:
        raise _WrongFieldError
    words = tuple(_string(item) for item in value)
    if not all(0 < len(word) <= WORD_CHARACTERS and word.isprintable() for word in words):
        raise _WrongFieldError
    return words


def _status_token(value: object) -> str:
    token = _string(value)
    data = decode_base64url(token)
    if data is None or len(data) not in TOKEN_BYTES:
        raise _WrongFieldError
    return token
