"""What a supporter says of themselves in a form of the desk, read with all its problems at once."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol

from bot.casework.roster import Hours, Supporter
from bot.casework.roster_values import MOST_AT_ONCE, WrongValueError, read_hours, read_word
from bot.request.typed import Fields, Trouble, chosen, read_languages, read_names, text_of
from bot.zones import zone_of

MOST_LANGUAGES = 20
MOST_AVOIDED = 100
LONGEST_PAUSE = timedelta(days=731)


class Offered(Protocol):
    """What the network's configuration offers to choose from."""

    @property
    def topics(self) -> Collection[str]: ...  # noqa: D102
    @property
    def channels(self) -> Collection[str]: ...  # noqa: D102
    @property
    def backgrounds(self) -> Collection[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """The form as somebody filled it in, or as it is first shown; `starts` to `ends` are hours."""

    languages: str = ""
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    capacity: str = "2"
    per_week: str = "2"
    starts: str = ""
    ends: str = ""
    timezone: str = "UTC"
    background: tuple[str, ...] = ()
    word: str = field(default="", repr=False)
    avoid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What was read from the form; `topics` None means all, `hours` None the whole day.

    `avoid_new` are lines as they were typed, `avoided` the user ids of those known already.
    """

    languages: tuple[str, ...]
    channels: frozenset[str]
    topics: frozenset[str] | None
    capacity: int
    per_week: int
    hours: Hours | None
    timezone: str
    background: frozenset[str]
    word: str = field(repr=False)
    avoided: frozenset[int] = field(repr=False)
    avoid_new: tuple[str, ...] = field(repr=False)


def typed(fields: Fields) -> ProfileForm:
    """Take the form as it came, to be read and to be shown again."""
    return ProfileForm(
        languages=text_of(fields, "languages"),
        channels=chosen(fields, "channels"),
        topics=chosen(fields, "topics"),
        capacity=text_of(fields, "capacity"),
        per_week=text_of(fields, "per_week"),
        starts=text_of(fields, "starts"),
        ends=text_of(fields, "ends"),
        timezone=text_of(fields, "timezone"),
        background=chosen(fields, "background"),
        word=text_of(fields, "word"),
        avoid=text_of(fields, "avoid"),
    )


def form_of(one: Supporter, name_of: Callable[[str], str]) -> ProfileForm:
    """Fill the form in for somebody on the roster; `name_of` names a language to them."""
    known = (name for _, name in one.avoid_names)
    return ProfileForm(
        languages="\n".join(map(name_of, one.languages)),
        channels=tuple(sorted(one.channels)),
        topics=tuple(sorted(one.topics or ())),
        capacity=str(one.capacity),
        per_week=str(one.per_week),
        starts="" if one.hours is None else f"{one.hours.start:%H:%M}",
        ends="" if one.hours is None else f"{one.hours.end:%H:%M}",
        timezone=one.timezone,
        background=tuple(sorted(one.background)),
        word=one.word,
        avoid="\n".join((*known, *one.avoid_new, *one.avoid_nobody)),
    )


def read(
    form: ProfileForm,
    offered: Offered,
    shown: Mapping[str, str],
    known: tuple[tuple[int, str], ...] = (),
) -> Said | tuple[Trouble, ...]:
    """Read the form, or say everything that is wrong in it.

    `shown` has the codes of languages by the names that the form was filled in with, `known` the
    accounts that are on the avoid list already.
    """
    reader = _Reader()
    languages = reader.languages(form.languages, shown)
    avoided, avoid_new = reader.avoid(form.avoid, known)
    channels = frozenset(form.channels) & frozenset(offered.channels)
    if not channels:
        reader.tell("channels", "no-channel")
    topics = frozenset(form.topics) & frozenset(offered.topics)
    said = Said(
        languages=languages,
        channels=channels,
        # All of them, or none ticked, is any topic: also one that is added later.
        topics=topics if topics and topics != frozenset(offered.topics) else None,
        capacity=reader.count("capacity", form.capacity),
        per_week=reader.count("per_week", form.per_week),
        hours=reader.hours(form.starts, form.ends),
        timezone=reader.timezone(form.timezone),
        background=frozenset(form.background) & frozenset(offered.backgrounds),
        word=reader.word(form.word),
        avoided=avoided,
        avoid_new=avoid_new,
    )
    return tuple(reader.found) or said


def with_said(one: Supporter, said: Said) -> Supporter:
    """Put into a profile what was said; whom they avoid by number alone stays avoided."""
    listed = {user_id for user_id, _ in one.avoid_names}
    nameless = one.avoid - listed
    return replace(
        one,
        languages=said.languages,
        channels=said.channels,
        topics=said.topics,
        capacity=said.capacity,
        per_week=said.per_week,
        hours=said.hours,
        timezone=said.timezone,
        background=said.background,
        word=said.word,
        avoid=nameless | said.avoided,
        avoid_names=tuple(pair for pair in one.avoid_names if pair[0] in said.avoided),
        avoid_new=said.avoid_new,
        avoid_nobody=(),
    )


def read_return(text: str, timezone: str, now: datetime) -> datetime | str:
    """Read the day on which somebody is back, as its first moment (UTC); or say what is wrong."""
    try:
        day = date.fromisoformat(text.strip())
        back = datetime.combine(day, time(), zone_of(timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return "date"
    if back <= now:
        return "past"
    return "far" if back > now + LONGEST_PAUSE else back


class _Reader:
    """Reads one field after the other and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.found: list[Trouble] = []

    def tell(self, name: str, code: str, about: str = "") -> None:
        """Note that a field is wrong."""
        self.found.append(Trouble(name, code, about))

    def languages(self, text: str, shown: Mapping[str, str]) -> tuple[str, ...]:
        codes, unknown = read_languages(text, shown)
        for part in unknown:
            self.tell("languages", "language", part)
        if not codes and not unknown:
            self.tell("languages", "no-language")
        if len(codes) > MOST_LANGUAGES:
            self.tell("languages", "too-many", str(MOST_LANGUAGES))
        return codes

    def avoid(
        self, text: str, known: tuple[tuple[int, str], ...]
    ) -> tuple[frozenset[int], tuple[str, ...]]:
        """Tell the names that stood there before, by their user ids, from the new ones."""
        ids = {name: user_id for user_id, name in known}
        lines = [line.strip() for line in text.split("\n")]
        avoided = frozenset(ids[line] for line in lines if line in ids)
        new = read_names("\n".join(line for line in lines if line not in ids))
        for part in new.unread:
            self.tell("avoid", "name", part)
        # What stood there before is never too much: one line can have named several accounts.
        if new.people and new.people + len(avoided) > MOST_AVOIDED:
            self.tell("avoid", "too-many", str(MOST_AVOIDED))
        return avoided, new.lines

    def count(self, name: str, text: str) -> int:
        found = re.fullmatch(r"\s*0*([1-9]\d?)\s*", text)
        if found is None:
            self.tell(name, "count", str(MOST_AT_ONCE))
            return 1
        return int(found[1])

    def hours(self, starts: str, ends: str) -> Hours | None:
        starts, ends = starts.strip(), ends.strip()
        if not starts and not ends:
            return None
        # A browser without a picker for times sends what was typed: 8 and 8.30 are read, too.
        try:
            return read_hours(f"{_clock(starts)}-{_clock(ends)}")
        except WrongValueError:
            self.tell("hours", "hours")
            return None

    def timezone(self, text: str) -> str:
        zone = _zones().get("_".join(text.split()).casefold())
        if not zone:
            self.tell("timezone", "timezone")
        return zone or "UTC"

    def word(self, text: str) -> str:
        try:
            return read_word(text)
        except WrongValueError:
            self.tell("word", "word")
            return ""


def _clock(text: str) -> str:
    # As browsers send it, with seconds where there are any.
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?", text)
    return f"{found[1]}:{found[2] or '00'}" if found else "?"


def _same_clock(one: str, other: str) -> bool:
    """Say whether two names stand for one zone, as those of the two Americas often do."""
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]
    zones = zoneinfo.ZoneInfo(one), zoneinfo.ZoneInfo(other)
    first, second = ([moment.astimezone(z).utcoffset() for moment in moments] for z in zones)
    return first == second


@cache
def _zones() -> Mapping[str, str]:
    """Give the time zones by name in small letters, and by the city where only one has it."""
    names = sorted(zoneinfo.available_timezones())
    found: dict[str, str] = {}
    for name in names:
        city = name.rpartition("/")[2].casefold()
        other = found.setdefault(city, name)
        if other and not _same_clock(name, other):
            found[city] = ""  # none of them is meant for certain
    return found | {name.casefold(): name for name in names}
