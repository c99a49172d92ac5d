"""The public page of the bot: what the gadget needs to know, and nothing about anybody.

PROTOCOL section 1. Pure: the step `publish` puts it on the wiki.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from bot.casework.roster import Supporter, SupporterStatus
from bot.config import Config
from bot.languages import language_of, written_today
from bot.request.envelope import encode_base64url

PROTOCOL = 1
BANDS_STAY = timedelta(days=7)
SEVERAL, MANY = 5, 15
TOLD_FROM = 3
"""Of fewer than so many, which ways to talk they use is not told: it would be one person's."""
ENOUGH_TO_TELL = 5


@dataclass(frozen=True)
class PublicKey:
    """The public half of a page key."""

    id: str
    public: bytes
    expires_at: datetime


@dataclass(frozen=True)
class Bands:
    """How many supporters speak a language, and use a channel in it; bands, never counts.

    A channel that is not in `reach` is used by fewer than three in that language, or by nobody.
    """

    languages: Mapping[str, str]
    reach: Mapping[str, Mapping[str, str]]


def band(count: int) -> str:
    """Put a count into words that identify nobody."""
    return "many" if count >= MANY else "several" if count >= SEVERAL else "few"


def bands(supporters: Iterable[Supporter], channels: Iterable[str]) -> Bands:
    """Sum up the trained roster, whoever is away today.

    Who speaks any variety of a language counts for each of its codes, as matching has it.
    """
    active = [one for one in supporters if one.status is SupporterStatus.ACTIVE]
    offered = list(channels)
    codes = {written_today(code) for one in active for code in one.languages}
    spoken = [({language_of(code) for code in one.languages}, one.channels) for one in active]
    speak = Counter(language for languages, _ in spoken for language in languages)
    reach = Counter(
        (language, channel)
        for languages, theirs in spoken
        for language in languages
        for channel in theirs
    )
    used = {
        code: {
            channel: band(reach[language_of(code), channel])
            for channel in offered
            if reach[language_of(code), channel] >= TOLD_FROM
        }
        for code in sorted(codes)
    }
    return Bands(
        {code: band(speak[language_of(code)]) for code in sorted(codes)},
        {code: channels for code, channels in used.items() if channels},
    )


def without_a_few(old: Bands) -> Bands:
    """Return bands of a release that told `few` of one person, too, without what can be that."""
    told = {
        code: {channel: much for channel, much in channels.items() if much != band(1)}
        for code, channels in old.reach.items()
    }
    return Bands(old.languages, {code: channels for code, channels in told.items() if channels})


def usual_wait(waits: Iterable[timedelta]) -> str:
    """Say how long people usually waited for first contact; unknown while there are too few."""
    known = [wait.total_seconds() for wait in waits]
    if len(known) < ENOUGH_TO_TELL:
        return "unknown"
    middle = timedelta(seconds=median(known))
    return "hours" if middle < timedelta(days=1) else "days" if middle < BANDS_STAY else "weeks"


def key_page(
    config: Config,
    *,
    wiki_id: str,
    intake: str,
    help_page: str,
    is_open: bool,
    keys: Iterable[PublicKey],
    roster: Bands,
    wait: str,
) -> str:
    """Write the page, the same text for the same facts."""
    page: dict[str, Any] = {
        "protocol": PROTOCOL,
        "wiki": wiki_id,
        "state": "open" if is_open else "paused",
        "intake": intake,
        "help_page": help_page,
        "desk": config.desk.url,
        "ask_privately": True,
        "keys": [
            {
                "id": key.id,
                "public": encode_base64url(key.public),
                "expires": key.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for key in keys
        ],
        "message_characters": config.message_characters,
        "languages": dict(roster.languages),
        "reach": {language: dict(of) for language, of in roster.reach.items()},
        "channels": [channel.id for channel in config.channels],
        # Beside the protocol's fields, which readers may ignore: names and what they reveal.
        "channel_labels": {one.id: dict(one.labels) for one in config.channels},
        "channel_reveals": {one.id: dict(one.reveals) for one in config.channels},
        "channel_address": [one.id for one in config.channels if one.address],
        "topics": {one.id: dict(one.labels) for one in config.topics},
        "backgrounds": {one.id: dict(one.labels) for one in config.backgrounds},
        "where_to_turn": [
            {"kind": place.kind, "label": dict(place.label)}
            | ({"mail": place.mail} if place.mail else {"url": place.url})
            | {"checked": place.checked.isoformat()}
            for place in config.where_to_turn
        ],
        # As well beside them: what to read, on conduct and on stress.
        "resources": [
            {"label": dict(one.label), "url": one.url}
            for one in config.resources
            if one.audience != "supporter"
        ],
        "usual_wait": wait,
        "plain_requests": config.plain_requests,
    }
    return json.dumps(page, ensure_ascii=False, indent=1)
