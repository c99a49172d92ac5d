"""The roster as a YAML file that people write: read with all its problems at once, and written."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

import yaml

from bot.casework.roster import USUAL_CHANNELS, RosterEntry
from bot.casework.roster_values import (
    WrongValueError,
    meant,
    moment_reader,
    one_of,
    read_avoided,
    read_cohort,
    read_count,
    read_date,
    read_hours,
    read_language,
    read_status,
    read_timezone,
    read_user,
    read_word,
)
from bot.problems import InputError, Problem
from bot.yaml_places import Located, Path, read_yaml

T = TypeVar("T")

_EXAMPLE = 'Write `- user: "Example"`, and in the next line, below user, `languages: [de, en]`.'
_NEEDED = {
    "user": _EXAMPLE,
    "languages": _EXAMPLE,
    # Only where neither of the usual ones is configured.
    "channels": "Name the channels through which they give support.",
}
_IN_ORDER = ("languages", "avoid")


def read_roster(
    text: str,
    name: str,
    *,
    topics: Collection[str],
    channels: Collection[str],
    backgrounds: Collection[str],
) -> tuple[RosterEntry, ...]:
    """Read a roster file, given the ids in use; raise InputError with everything to mend in it."""
    located = read_yaml(text, name)
    if not isinstance(located.data, list):
        what = "A roster is a list of supporters, and this is none."
        raise InputError([Problem(located.place(), what, _EXAMPLE)])
    reader = _Reader(located, topics, channels, backgrounds)
    for number, data in enumerate(located.data):
        reader.entry((number,), data)
    if reader.problems:
        raise InputError(reader.problems)
    return tuple(reader.entries)


def write_roster(entries: Iterable[RosterEntry]) -> str:
    """Write a roster file that reads back to the same entries."""
    data = [_as_data(entry) for entry in entries]
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Reader:
    """Turns data into entries, and gathers what is wrong on the way."""

    def __init__(
        self,
        located: Located,
        topics: Collection[str],
        channels: Collection[str],
        backgrounds: Collection[str],
    ) -> None:
        self.entries: list[RosterEntry] = []
        self.problems: list[Problem] = []
        self._located = located
        self._usual_channels = USUAL_CHANNELS & frozenset(channels)
        self._path_of_user: dict[str, Path] = {}
        self._single: dict[str, Callable[[Any], object]] = {
            "user": read_user,
            "capacity": read_count,
            "per_week": read_count,
            "timezone": read_timezone,
            "hours": read_hours,
            "word": read_word,
            "status": read_status,
            "trained_until": read_date,
            "cohort": read_cohort,
            "training_on": read_date,
        }
        self._several: dict[str, Callable[[Any], str]] = {
            "languages": read_language,
            "topics": one_of("topic", topics),
            "channels": one_of("channel", channels),
            "background": one_of("background", backgrounds),
            "avoid": read_avoided,
        }

    def entry(self, path: Path, data: Any) -> None:
        """Read one supporter into `entries`, or what is wrong into `problems`."""
        if not isinstance(data, dict):
            self._tell(path, "This is not a supporter with a name and languages.", _EXAMPLE)
            return
        before = len(self.problems)
        # `hours:` with nothing behind it is the same as no hours at all.
        given = {key: value for key, value in data.items() if value is not None}
        single = {**self._single, "away_until": moment_reader(self._timezone_of(given))}
        read: dict[str, Any] = {}
        for key, value in given.items():
            here = (*path, key)
            if key in single:
                read[key] = self._try(single[key], value, here)
            elif key in self._several:
                read[key] = self._list(key, value, here)
            else:
                known = (*single, *self._several)
                self._tell(here, f'"{key}" means nothing here.', meant(str(key), known))
        if "channels" not in given and self._usual_channels:
            read["channels"] = self._usual_channels
        self._complete(read, path)
        if len(self.problems) == before:
            self.entries.append(RosterEntry(**read))

    def _list(self, key: str, value: Any, here: Path) -> Collection[str]:
        if not isinstance(value, list):
            self._tell(here, f'"{key}" is a list.', f"Write it in brackets, {key}: [one, another].")
            return ()
        if not value and key in {"languages", "channels"}:
            self._tell(here, f'"{key}" is empty.', "Name at least one.")
        read = [self._try(self._several[key], one, (*here, at)) for at, one in enumerate(value)]
        kept = dict.fromkeys(one for one in read if one is not None)
        return tuple(kept) if key in _IN_ORDER else frozenset(kept)

    def _complete(self, read: dict[str, Any], path: Path) -> None:
        """Tell what the entry as a whole lacks, or has in common with an earlier one."""
        for key, mend in _NEEDED.items():
            if key not in read:
                self._tell(path, f'"{key}" is missing.', mend)
        user = read.get("user")
        first = self._path_of_user.setdefault(user, path) if user else path
        if first != path:
            what = f"This user is on the list already, at {self._located.place((*first, 'user'))}."
            self._tell((*path, "user"), what, "Keep one of the two.")

    @staticmethod
    def _timezone_of(given: dict[Any, Any]) -> str:
        try:
            return read_timezone(given.get("timezone", "UTC"))
        except WrongValueError:
            return "UTC"  # Told where the time zone itself is read.

    def _try(self, read: Callable[[Any], T], value: Any, here: Path) -> T | None:
        try:
            return read(value)
        except WrongValueError as wrong:
            self._tell(here, wrong.what, wrong.mend)
            return None

    def _tell(self, path: Path, what: str, mend: str) -> None:
        self.problems.append(Problem(self._located.place(path), what, mend))


def _as_data(entry: RosterEntry) -> dict[str, object]:
    """Return an entry as the file has it, without what is empty."""
    data: dict[str, object] = {
        "user": _Text(entry.user),
        "languages": _texts(entry.languages),
        "topics": None if entry.topics is None else _texts(sorted(entry.topics)),
        "channels": _texts(sorted(entry.channels)),
        "capacity": entry.capacity,
        "per_week": entry.per_week,
        "timezone": entry.timezone,
        "hours": entry.hours and _Text(entry.hours),
        "background": _texts(sorted(entry.background)) or None,
        "avoid": _texts(entry.avoid) or None,
        "word": _Text(entry.word) if entry.word else None,
        "status": str(entry.status),
        "away_until": entry.away_until and _Text(entry.away_until.isoformat()),
        "trained_until": entry.trained_until,
        "cohort": entry.cohort and _Text(entry.cohort),
        "training_on": entry.training_on,
    }
    return {key: value for key, value in data.items() if value is not None}


class _Text(str):
    """Text that is written in quotes, so that no name is ever read back as a number or a date."""

    __slots__ = ()


def _texts(values: Iterable[str]) -> tuple[_Text, ...]:
    return tuple(_Text(value) for value in values)


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper, with quotes around every `_Text`, and tuples in one line."""


_Dumper.add_representer(
    _Text,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"'),
)
_Dumper.add_representer(
    tuple,
    lambda dumper, texts: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", texts, flow_style=True
    ),
)
