"""The single values of a roster file: each is read, or refused with what is wrong and the mend."""

import difflib
import re
import zoneinfo
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from bot.casework.roster import Hours, SupporterStatus
from bot.languages import known_code, meant_code
from bot.problems import nearest, quoted
from bot.request.avoided import read_line
from bot.request.language_names import code_of
from bot.request.usernames import normalise
from bot.zones import is_known, zone_of

_NO_NAME = "This cannot be a user name."
_NAME_MEND = "Write the name alone, as the wiki shows it: no link, and no / or # in it."
_WORD_CHARACTERS = 100
COHORT_CHARACTERS = 60
MOST_AT_ONCE = 99
"""Cases at once, and offers a week: more is no help, and two digits fit every page."""
_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"
_HOURS = re.compile(rf"{_CLOCK}\s*[-–]\s*{_CLOCK}", re.ASCII)


class WrongValueError(Exception):
    """A value that cannot be used: `what` is wrong with it, and how to `mend` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend


def meant(given: str, known: Iterable[str]) -> str:
    """Propose the known word nearest to what somebody wrote, or tell them all."""
    words = set(known)
    if near := nearest(given, words):
        return f"Did you mean {near}?"
    return f"Use one of these: {', '.join(sorted(words))}."


def read_user(value: Any) -> str:
    """Read a user name, as the wiki writes it."""
    name = normalise(_text(value, "a user name"))
    if name is None:
        raise WrongValueError(_NO_NAME, _NAME_MEND)
    return name


def read_avoided(value: Any) -> str:
    """Read whom a supporter avoids, as written: what stands around a name can belong to it."""
    text = " ".join(_text(value, "a user name").split())
    line = read_line(text)
    if not line.names or line.left_over():
        raise WrongValueError(_NO_NAME, _NAME_MEND)
    return line.names[0] if len(line.names) == 1 else text


def read_language(value: Any) -> str:
    """Read a language code."""
    typed = _text(value, "a language code").strip()
    code = known_code(typed)
    if code is None:
        near = meant_code(typed) or code_of(typed)
        mend = "Write the code that the wiki uses, in small letters: de, en, pt-br, zh-hans."
        mend = f"Did you mean {near}? {mend}" if near else mend
        raise WrongValueError(f"{quoted(typed)} is not a known language code.", mend)
    return code


def one_of(kind: str, known: Iterable[str]) -> Callable[[Any], str]:
    """Make a reader of ids, for topics and the like, that takes the known ones."""
    ids = tuple(known)

    def read(value: Any) -> str:
        text = _text(value, f"a {kind}")
        if text not in ids:
            what = f'There is no {kind} "{text}".'
            raise WrongValueError(what, meant(text, ids))
        return text

    return read


def read_status(value: Any) -> SupporterStatus:
    """Read where somebody stands."""
    known = [str(status) for status in SupporterStatus]
    return SupporterStatus(one_of("status", known)(value))


def read_count(value: Any) -> int:
    """Read how many at most: a whole number, 1 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_AT_ONCE:
        raise WrongValueError(
            f"A whole number is expected here, from 1 to {MOST_AT_ONCE}.",
            "Write a number such as 2; for nothing at all, set status: paused.",
        )
    return value


def read_timezone(value: Any) -> str:
    """Read the name of a time zone."""
    name = _text(value, "a time zone")
    if is_known(name):
        return name
    near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
    mend = f"Did you mean {near[0]}?" if near else "Write one such as Europe/Berlin, or UTC."
    raise WrongValueError(f'There is no time zone "{name}".', mend)


def read_hours(value: Any) -> Hours | None:
    """Read hours such as 08:00-22:00; None for the whole day, 00:00-24:00."""
    mend = 'Write "08:00-22:00", or "20:00-02:00" over midnight; leave hours out for the whole day.'
    found = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise WrongValueError("These hours cannot be read.", mend)
    first, first_minute, last, last_minute = map(int, found.groups())
    if (first, first_minute, last, last_minute) == (0, 0, 24, 0):
        return None
    # A day ends at 24:00, which is the next one's 00:00.
    if first == 24 or (last == 24 and last_minute):
        raise WrongValueError("There is no such time of day.", mend)
    start, end = time(first, first_minute), time(last % 24, last_minute)
    if start == end:
        raise WrongValueError("These hours end when they begin.", mend)
    return Hours(start, end)


def read_word(value: Any) -> str:
    """Read the word by which a supporter knows a real mail: one short line."""
    word = _text(value, "a word").strip()
    if len(word) > _WORD_CHARACTERS or not word.isprintable():
        raise WrongValueError(
            "This word does not fit in a mail.",
            f"Write one line of at most {_WORD_CHARACTERS} characters.",
        )
    return word


def read_cohort(value: Any) -> str:
    """Read the name of those who are trained together: one short line."""
    name = " ".join(_text(value, "a name").split())
    if not name or len(name) > COHORT_CHARACTERS or not name.isprintable():
        raise WrongValueError(
            "This cannot be the name of a cohort.",
            f"Write one line of at most {COHORT_CHARACTERS} characters.",
        )
    return name


def read_date(value: Any) -> date:
    """Read a date such as 2026-12-01, with quotes or without."""
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        what = "This is not a date."
        raise WrongValueError(what, "Write year, month and day: 2026-12-01.") from None


def moment_reader(timezone: str) -> Callable[[Any], datetime]:
    """Make a reader of dates and times, on a clock in that zone where they do not name another."""

    def read(value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone_of(timezone))
            return moment.astimezone(UTC)
        # At the very ends of the calendar, another zone's clock runs out of years.
        except (ValueError, OverflowError):
            raise WrongValueError(
                "This is not a date, nor a date and a time.",
                "Write 2026-12-01 for the beginning of that day, or 2026-12-01T18:00.",
            ) from None

    return read


def _text(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        what = f"This should be {expected}, and is no text."
        mend = 'Write it in quotes: "..."; numbers and dates are no text without them.'
        raise WrongValueError(what, mend)
    return value
