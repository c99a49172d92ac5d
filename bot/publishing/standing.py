"""How a page of the release stands on the wiki, and whether publishing may save over it. Pure.

What was published last is remembered by its digest: so a page that others changed since is told
from one that is only of an earlier release.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.publishing.release import KeptBy, Part, ReleasePage, plain

PUBLISHED_PAGES = "published-pages"
"""The name of the setting that holds the records."""


@enum.unique
class Standing(enum.Enum):
    """How a page stands beside the release."""

    AS_RELEASED = "as it should be"
    MISSING = "missing"
    EARLIER = "as an earlier release, or other settings, had it"
    CHANGED = "changed by somebody else"


@dataclass(frozen=True)
class Record:
    """A page as it was when it was published or found right: its text, revision and editor."""

    digest: str
    revid: int
    user_id: int


Records = Mapping[str, Record]


def digest(text: str) -> str:
    """Know a text again."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def standing(page: ReleasePage, there: str | None, before: Record | None) -> Standing:
    """Compare what is there with the release, and with what was published before."""
    if there is None:
        return Standing.MISSING
    if page.stands_in(there):
        return Standing.AS_RELEASED
    if page.part is Part.LINES:
        return Standing.EARLIER  # all other lines stay as they are
    if page.part is Part.BEGINNING:
        return Standing.CHANGED if there.strip() else Standing.EARLIER
    ours = before is not None and before.digest == digest(there)
    return Standing.EARLIER if ours else Standing.CHANGED


def tampered(page: ReleasePage, how: Standing, before: Record | None, revid: int) -> bool:
    """Say whether others changed a page that people trust since it was right.

    What a community made of its own pages is not, nor what was never right on this wiki.
    """
    if page.kept_by is not KeptBy.RELEASE or before is None or how is Standing.AS_RELEASED:
        return False
    if page.part is Part.LINES:
        return revid != before.revid  # an earlier release's lines, as long as nobody was there
    return how is not Standing.EARLIER


def may_save(page: ReleasePage, how: Standing) -> bool:
    """Say whether publishing saves this page without being told to."""
    if how is Standing.AS_RELEASED:
        return False
    if how is Standing.MISSING or page.kept_by is KeptBy.RELEASE:
        return True
    return page.kept_by is KeptBy.COMMUNITY and how is Standing.EARLIER


def read_records(text: str | None) -> dict[str, Record]:
    """Read the records as they are kept."""
    return {title: Record(**kept) for title, kept in json.loads(text or "{}").items()}


def write_records(records: Records) -> str:
    """Write the records to be kept."""
    return json.dumps({title: asdict(record) for title, record in sorted(records.items())})
