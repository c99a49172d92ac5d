"""The lists of a configuration: from a file, written inline, or as shipped with the program."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from bot.config import explain
from bot.config.model import Background, Channel, Group, Resource, Topic, Turn
from bot.problems import InputError, Problem
from bot.yaml_places import Located, Path, read_yaml

# Beside the package `bot` in a checkout and when installed alike. Asked for by the name `config`,
# another package or folder of that common name could answer instead.
SHIPPED = File(__file__).resolve().parents[2] / "config"

Placer = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list: the file shipped for it, and the shape of an entry."""

    file: str
    entry: type[Group]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "topics": Kind("topics.yaml", Topic),
        "channels": Kind("channels.yaml", Channel),
        "backgrounds": Kind("backgrounds.yaml", Background),
        "where_to_turn": Kind("where-to-turn.yaml", Turn),
        "resources": Kind("resources.yaml", Resource),
    }
)


def read_list(
    key: str, main: Located, read_file: Callable[[str, str], Located]
) -> tuple[Group, ...]:
    """Read one of the lists; raise InputError with everything that is wrong with it.

    `read_file` takes a path as written and the place that names it.
    """
    kind = KINDS[key]
    given = main.data.get(key)
    if isinstance(given, list):
        return _read(kind, given, lambda path: main.place((key, *path)))
    if given is None:
        located = shipped(kind)
    elif isinstance(given, str):
        located = read_file(given, main.place((key,)))
    else:
        raise InputError([_no_list(main.place((key,)))])
    entries = [] if located.data is None else located.data
    if not isinstance(entries, list):
        raise InputError([_no_list(located.place())])
    return _read(kind, entries, located.place)


@cache
def shipped(kind: Kind) -> Located:
    """Read the list that comes with the program; once, for each list is held against it too."""
    text = (SHIPPED / kind.file).read_text("utf-8")
    return read_yaml(text, f"config/{kind.file} (as shipped)")


def shipped_list(key: str) -> tuple[Any, ...]:
    """Give the entries of the list that comes with the program, for who has no configuration."""
    kind = KINDS[key]
    located = shipped(kind)
    return _read(kind, located.data, located.place)


def _read(kind: Kind, entries: list[Any], place: Placer) -> tuple[Group, ...]:
    known = {entry["id"]: entry for entry in shipped(kind).data or [] if "id" in entry}
    read: list[Group] = []
    problems = list(_twice(entries, place))
    for index, entry in enumerate(entries):
        here = _below(place, index)
        full = _in_full(entry, kind, known)
        if isinstance(full, str) and kind.entry is Channel:
            problems.append(_stranger(full, known, here(())))
            continue
        try:
            read.append(kind.entry.model_validate(full))
        except ValidationError as error:
            problems.extend(explain.problems(error, kind.entry, here))
    problems.extend(_wanting(kind, entries, place))
    if problems:
        raise InputError(problems)
    return tuple(read)


def _below(place: Placer, index: int) -> Placer:
    return lambda path: place((index, *path))


def _in_full(entry: Any, kind: Kind, known: Mapping[str, Any]) -> Any:
    """Let a bare id stand for the shipped entry, and be a topic or background of its own."""
    if not isinstance(entry, str):
        return entry
    if entry in known:
        return known[entry]
    return {"id": entry} if kind.entry in {Topic, Background} else entry


def _twice(entries: list[Any], place: Placer) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        name = _id(entry)
        if name is not None and name in seen:
            what = "This id already stands further up in the list."
            yield Problem(place((index,)), what, "Keep one of the two, or give one another id.")
        elif name is not None:
            seen.add(name)


def _wanting(kind: Kind, entries: list[Any], place: Placer) -> Iterator[Problem]:
    """Hold two promises: help for those in danger, and help without showing an address."""
    kinds = [entry.get("kind") for entry in entries if isinstance(entry, dict)]
    if kind.entry is Turn and "emergency" not in kinds:
        what = "Nothing here says where somebody in danger can turn."
        yield Problem(place(()), what, "Add an entry of the kind emergency.")
    if kind.entry is not Channel:
        return
    desk = [index for index, entry in enumerate(entries) if _id(entry) == "desk"]
    if not desk:
        what = "The channel desk is missing: by it, nobody has to show an address to be helped."
        yield Problem(place(()), what, "Add desk to the channels.")
    for index in desk:
        entry = entries[index]
        if isinstance(entry, dict) and (entry.get("address") or entry.get("public")):
            what = "The channel desk is a private conversation for which nobody needs an address."
            mend = "Leave address and public out, or give this channel another id."
            yield Problem(place((index,)), what, mend)


def _id(entry: Any) -> str | None:
    name = entry.get("id") if isinstance(entry, dict) else entry
    return name if isinstance(name, str) else None


def _stranger(entry: str, known: Mapping[str, Any], place: str) -> Problem:
    shown = entry if len(entry) <= 60 else f"{entry[:60]}…"
    return Problem(
        place,
        f'Nothing is known about a channel "{shown}".',
        f"Use one of {', '.join(known)}, or write id, labels, and what it reveals, as in "
        "config/channels.yaml.",
    )


def _no_list(place: str) -> Problem:
    return Problem(
        place,
        "A list is expected here, or the path of a file that holds one.",
        'Begin each entry with "- ", write [one, two], or leave this out to use the shipped list.',
    )
