"""The form of a private request at the desk: read to the bounds of a sealed one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from bot.request.limits import (
    CONTACT_BYTES,
    MOST_AVOIDED,
    MOST_LANGUAGES,
    MOST_PREFERRED,
    MOST_TOPICS,
)
from bot.request.payload import fits, read_payload
from bot.request.request import Published, Request
from bot.request.typed import Fields, Trouble, chosen, read_languages, read_names, text_of

ADDRESS = "address-"
"""The field of a channel's address is this and the channel's id."""


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AskForm:
    """The form as somebody filled it in, or as it is first shown."""

    languages: tuple[str, ...] = ()
    other: str = field(default="", repr=False)
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contact: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    message: str = field(default="", repr=False)
    avoid: str = field(default="", repr=False)
    prefer: tuple[str, ...] = field(default=(), repr=False)
    notify: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the gadget would have drawn, and the language of the page."""

    ref: str
    words: tuple[str, ...] = field(repr=False)
    status_token: str = field(repr=False)
    locale: str


def typed(fields: Fields, published: Published) -> AskForm:
    """Take the form as it came, to be read and to be shown again."""
    return AskForm(
        languages=chosen(fields, "languages"),
        other=text_of(fields, "other"),
        topics=chosen(fields, "topics"),
        channels=chosen(fields, "channels"),
        contact={id_: text_of(fields, ADDRESS + id_) for id_ in published.channels},
        message=text_of(fields, "message"),
        avoid=text_of(fields, "avoid"),
        prefer=chosen(fields, "prefer"),
        notify=bool(fields.get("notify", "")),
    )


def read(
    form: AskForm, published: Published, with_address: frozenset[str], drawn: Drawn
) -> Request | tuple[Trouble, ...]:
    """Make the request that the gadget would have sent, or say everything that is in its way.

    `with_address` are the channels for which somebody has to give an address.
    """
    others, unknown = read_languages(form.other, {})
    avoid = read_names(form.avoid)
    languages = tuple(dict.fromkeys((*form.languages, *others)))
    found = [
        *_languages(languages, unknown),
        *_channels(form, published, with_address),
        *([] if fits(form.message, published) else [_too_long(form.message, published)]),
        *_at_most(len(form.topics), MOST_TOPICS, "topics"),
        *_at_most(len(form.prefer), MOST_PREFERRED, "prefer"),
        *(Trouble("avoid", "name", line) for line in avoid.unread),
        *_at_most(avoid.people, MOST_AVOIDED, "avoid"),
    ]
    if found:
        return tuple(found)
    contact = {i: form.contact.get(i, "") for i in form.channels if i in with_address}
    payload: dict[str, Any] = {
        "type": "request",
        "ref": drawn.ref,
        "locale": drawn.locale,
        "languages": languages,
        "topics": form.topics,
        "channels": form.channels,
        "contact": contact,
        "message": form.message,
        "avoid": (),
        "prefer": form.prefer,
        "words": drawn.words,
        "status_token": drawn.status_token,
        "notify": form.notify,
    }
    request = read_payload(json.dumps(payload).encode(), published)
    # What no form of ours holds, such as a language that is no code.
    if not isinstance(request, Request):
        return (Trouble("form", "unreadable"),)
    return replace(request, avoid=avoid.lines)  # as they were typed: each has several readings


def _languages(languages: tuple[str, ...], unknown: tuple[str, ...]) -> list[Trouble]:
    found = [Trouble("other", "language", part) for part in unknown]
    if not languages and not unknown:
        found.append(Trouble("languages", "no-language"))
    return found + _at_most(len(languages), MOST_LANGUAGES, "languages")


def _channels(form: AskForm, published: Published, with_address: frozenset[str]) -> list[Trouble]:
    found = []
    if not any(channel in published.channels for channel in form.channels):
        found.append(Trouble("channels", "no-channel"))
    for channel in form.channels:
        if channel not in with_address:
            continue
        address = form.contact.get(channel, "")
        if not address.strip():
            found.append(Trouble(ADDRESS + channel, "no-address", channel))
        elif len(address.encode()) > CONTACT_BYTES:
            found.append(Trouble(ADDRESS + channel, "long-address", channel))
    return found


def _at_most(count: int, most: int, name: str) -> list[Trouble]:
    return [Trouble(name, "too-many", str(most))] if count > most else []


def _too_long(message: str, published: Published) -> Trouble:
    over = len(message) - published.message_characters
    # In scripts of two to four bytes a letter, the bytes can be what is over.
    return Trouble("message", "too-long", str(over)) if over > 0 else Trouble("message", "bytes")
