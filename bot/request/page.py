"""What a revision of the intake page added; all of it linear in the length of the page."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bot.request.envelope import VERSION, decode_sealed
from bot.request.prose import drop_comments, visible_words
from bot.request.templates import Kind, Place, find_templates

SLICE_BYTES: Final = 8192
MOST_SLICES: Final = 20
MOST_OPENINGS: Final = 60
# Envelopes that decode are bounded by the page's size; of others, so many are worth a record.
MOST_UNDECODABLE: Final = 20

# No longer than the store has room for: no key that was ever published is.
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FoundEnvelope:
    """An envelope as it stands on the page; its digest knows it again however it is wrapped."""

    version: str
    key_id: str
    sealed: bytes | None = field(repr=False)
    digest: bytes


@dataclass(frozen=True, slots=True)
class PlainSlice:
    """The raw text of one plain request, small enough for the wikitext parser."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """What one revision added to the text before it.

    `too_much` counts what was set aside unread; `prose` tells of words outside all our templates.
    Where plain requests were added, `gone` holds those that they can have been made from.
    """

    envelopes: tuple[FoundEnvelope, ...]
    plain: tuple[PlainSlice, ...]
    too_much: int
    prose: bool
    gone: tuple[PlainSlice, ...] = ()


def read_revision(before: str | None, after: str) -> Added:
    """Tell what a revision added; where the text before it is unknown, everything counts."""
    old = before or ""
    old_places, new_places = list(find_templates(old)), list(find_templates(after))
    envelopes, undecodable = _bounded(
        _added(_envelopes(old, old_places), _envelopes(after, new_places))
    )
    old_slices, new_slices = _slices(old, old_places), _slices(after, new_places)
    plain, unreadable = _readable(_added(old_slices, new_slices))
    gone, _ = _readable(_added(new_slices, old_slices) if plain else [])
    prose = visible_words(after, new_places) - visible_words(old, old_places)
    return Added(envelopes, plain, undecodable + unreadable, bool(prose), gone)


def normalised(slice_text: str) -> str:
    """Fold white space and drop comments, so that two spellings of one request are one."""
    return " ".join(drop_comments(slice_text).split())


def is_readable(slice_text: str) -> bool:
    """Tell whether a slice is small and flat enough for a parser that hostile text can stall."""
    openings = sum(slice_text.count(opening) for opening in ("{{", "[[", "<"))
    size = len(slice_text.encode("utf-8", "surrogatepass"))
    return openings <= MOST_OPENINGS and size <= SLICE_BYTES


def _added(old: Iterable[tuple[object, T]], new: Iterable[tuple[object, T]]) -> list[T]:
    """Take away from the new as many of each identity as were there before."""
    left = Counter(identity for identity, _ in old)
    added = []
    for identity, thing in new:
        if left[identity] > 0:
            left[identity] -= 1
        else:
            added.append(thing)
    return added


def _envelopes(text: str, places: Iterable[Place]) -> list[tuple[object, FoundEnvelope]]:
    found = (
        _envelope(text[place.inner : place.end]) for place in places if place.kind is Kind.ENVELOPE
    )
    return [(envelope.digest, envelope) for envelope in found]


def _envelope(inner: str) -> FoundEnvelope:
    fields = {}
    for part in inner.removesuffix("}}").split("|"):
        name, _, value = part.partition("=")
        fields[name.strip().lower()] = value.strip()
    sealed = decode_sealed(fields.get("sealed", ""))
    version = fields.get("v", "")
    # A made-up key id may hold anything, and ids are recorded: only what could be one passes.
    key_id = fields.get("key", "")
    return FoundEnvelope(
        version=version,
        key_id=key_id if _KEY_ID.fullmatch(key_id) else "",
        sealed=sealed,
        # In the clothes of another version a copy must not be recorded as the envelope itself.
        digest=_digest(sealed if version == VERSION else None, inner),
    )


def _digest(sealed: bytes | None, inner: str) -> bytes:
    if sealed is not None:
        return hashlib.sha256(sealed).digest()
    packed = "".join(inner.split()).encode("utf-8", "surrogatepass")
    # With a prefix of its own, no junk can be given the digest of an envelope that is one.
    return hashlib.sha256(b"no envelope\0" + packed).digest()


def _bounded(found: list[FoundEnvelope]) -> tuple[tuple[FoundEnvelope, ...], int]:
    kept = []
    undecodable = 0
    for envelope in found:
        undecodable += envelope.sealed is None
        if envelope.sealed is not None or undecodable <= MOST_UNDECODABLE:
            kept.append(envelope)
    return tuple(kept), len(found) - len(kept)


def _slices(text: str, places: Iterable[Place]) -> list[tuple[object, PlainSlice]]:
    found = (text[place.start : place.end] for place in places if place.kind is Kind.REQUEST)
    return [(normalised(slice_text), PlainSlice(slice_text)) for slice_text in found]


def _readable(found: list[PlainSlice]) -> tuple[tuple[PlainSlice, ...], int]:
    kept = [found_slice for found_slice in found if is_readable(found_slice.text)][:MOST_SLICES]
    return tuple(kept), len(found) - len(kept)
