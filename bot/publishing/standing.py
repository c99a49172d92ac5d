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
    """A page as it was when it was published or found right: its text, revision and editor.

    Of a page in which only lines are ours, `digest` is of the code that they let run, and `lines`
    of the lines as we write them ourselves, once they stood there so.
    """

    digest: str
    revid: int
    user_id: int
    lines: str = ""


Records = Mapping[str, Record]


def digest(text: str) -> str:
    """Know a text again."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def standing(page: ReleasePage, there: str | None, before: Record | None) -> Standing:
    """Compare what is there with the release, and with what was published before."""
    if there is None:
        return Standing.MISSING
    if page.part is Part.LINES:
        return _standing_of_lines(page, there, before)
    if page.stands_in(there):
        return Standing.AS_RELEASED
    if page.part is Part.BEGINNING:
        return Standing.CHANGED if there.strip() else Standing.EARLIER
    ours = before is not None and before.digest == digest(there)
    return Standing.EARLIER if ours else Standing.CHANGED


def _standing_of_lines(page: ReleasePage, there: str, before: Record | None) -> Standing:
    """Say how our lines stand among others; for whom they are is the wiki's own choice."""
    ours = page.our_lines
    if ours.stand_as_they_are_in(there):
        return Standing.AS_RELEASED
    if has_our_choices(page, there, before):
        return Standing.EARLIER  # as we wrote them, with other settings or an earlier release
    if ours.stand_in(there):
        return Standing.AS_RELEASED
    if before is None:  # then nobody can have changed what is not there
        return Standing.CHANGED if ours.written_in(there) else Standing.EARLIER
    return Standing.EARLIER if before.digest == digest(ours.code_in(there)) else Standing.CHANGED


def has_our_choices(page: ReleasePage, there: str, before: Record | None) -> bool:
    """Say whether our lines are as we wrote them, so that none of the choices is the wiki's."""
    if before is None or not before.lines:
        return False
    return before.lines == digest(page.our_lines.written_in(there))


def record_of(page: ReleasePage, there: str, revid: int, user_id: int, lines: str) -> Record:
    """Return what to remember of a page that is right; `lines` are those that were known."""
    if page.part is not Part.LINES:
        return Record(digest(there), revid, user_id)
    ours = page.our_lines
    if ours.stand_as_they_are_in(there):
        lines = digest(ours.written_in(there))
    return Record(digest(ours.code_in(there)), revid, user_id, lines)


def tampered(page: ReleasePage, how: Standing, before: Record | None) -> bool:
    """Say whether others changed a page that people trust since it was right.

    By what it says alone: protecting a page, or moving it away and back, makes revisions, too.
    What a community made of its own pages is not, nor what was never right on this wiki.
    """
    if page.kept_by is not KeptBy.RELEASE or before is None:
        return False
    return how in {Standing.MISSING, Standing.CHANGED}


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
