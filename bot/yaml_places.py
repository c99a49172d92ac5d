"""YAML text → plain data that remembers the line of every value, so that errors can name it."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from bot.problems import InputError, Problem

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Located:
    """The data of one YAML text, and the line (from 1) at which each of its values begins."""

    data: Any
    name: str
    lines: Mapping[Path, int]

    def place(self, path: Path = ()) -> str:
        """Say where a value stands, as `name:line`; for one that is absent, its nearest parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_yaml(text: str, name: str) -> Located:
    """Read one YAML document; raise InputError with the first bad syntax, or every bad value.

    Plain words follow YAML 1.2: `no`, `on` and `08:00` are text, not False, True and 480.
    """
    node = compose(text, name)
    reader = _Reader(name)
    data = None if node is None else reader.value(node, ())
    if reader.problems:
        raise InputError(reader.problems)
    return Located(data, name, MappingProxyType(reader.lines))


def compose(text: str, name: str) -> yaml.Node | None:
    """Read one document as nodes that know where they begin and end; None where there is none."""
    try:
        return _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        raise InputError([_syntax_problem(error, text, name)]) from None
    except RecursionError:
        raise InputError([_too_deep(f"{name}:1")]) from None


class _Reader:
    """Turns nodes into data and gathers lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, _line(node))
        if len(path) > _DEEPEST:
            self.problems.append(_too_deep(f"{self.name}:{_line(node)}"))
            return None
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str | int, Any]:
        data: dict[str | int, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in data:
                first = self.lines[*path, key]
                self._tell(
                    key_node,
                    f'"{_short(key)}" is here a second time; it already stands in line {first}.',
                    "Keep the one you mean and remove the other.",
                )
                continue
            # The key's line, since a group's value may begin on the line below.
            self.lines[*path, key] = _line(key_node)
            data[key] = self.value(value_node, (*path, key))
        return data

    def _key(self, node: yaml.Node) -> str | int | None:
        key = self._scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(key, bool) or not isinstance(key, str | int):
            self._tell(
                node,
                "A name is expected before the colon, and this is not one.",
                'Write the name as a plain word, or put it in quotes: "name": value.',
            )
            return None
        return key

    def _scalar(self, node: yaml.Node) -> Any:
        read = _SCALARS.get(node.tag) if isinstance(node, yaml.ScalarNode) else None
        if read is None:
            self._tell(
                node,
                "A value is marked with a type (something that begins with !) unknown here.",
                "Write the plain value without the mark.",
            )
            return None
        try:
            return read(node.value)
        except ValueError:
            self._tell(
                node,
                "This looks like a date or a number, but there is no such date or number.",
                "Write dates as 2026-11-01 and numbers with digits; put other text in quotes.",
            )
            return None

    def _tell(self, node: yaml.Node, what: str, mend: str) -> None:
        self.problems.append(Problem(f"{self.name}:{_line(node)}", what, mend))


_SCALARS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        f"{_TAG}str": str,
        f"{_TAG}null": lambda text: None,
        f"{_TAG}bool": lambda text: text.lower() == "true",
        f"{_TAG}int": int,
        f"{_TAG}float": float,
        f"{_TAG}timestamp": dt.date.fromisoformat,
    }
)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Make PyYAML's table, first letter → (tag, pattern), with the plain words of YAML 1.2."""
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, firsts in (
        ("timestamp", r"\d{4}-\d\d-\d\d", "0123456789"),
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?\d+", "-+0123456789"),
        ("float", r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?", "-+.0123456789"),
        ("null", r"~|null|Null|NULL", "~nN"),
    ):
        for first in firsts:
            table.setdefault(first, []).append(
                (_TAG + tag, re.compile(rf"(?:{pattern})\Z", re.ASCII))
            )
    table[""] = [(f"{_TAG}null", re.compile(r"\Z"))]
    return table


class _AliasError(yaml.MarkedYAMLError):
    """The text repeats a value by `*name`."""


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with YAML 1.2's plain words, since `no` is also Norwegian."""

    yaml_implicit_resolvers = _resolvers()

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse aliases, by which a short text can unfold without end."""
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise _AliasError(problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    """Say in plain words what PyYAML stumbled over, without repeating any of the text."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        what = f"There is a character that YAML does not allow (U+{_code(error.character):04X})."
        return Problem(f"{name}:{line}", what, "Remove it, and save the file as UTF-8 text.")
    assert isinstance(error, yaml.MarkedYAMLError)  # noqa: S101 (every other error has a mark)
    mark = error.problem_mark or error.context_mark
    place = f"{name}:{mark.line + 1 if mark else 1}"
    if isinstance(error, _AliasError):
        what = "A value is repeated here by a reference (*name), which is not read."
        return Problem(place, what, "Write the value out in full.")
    said = f"{error.context or ''} {error.problem or ''}"
    for sign, what, mend in _STUMBLES:
        if sign in said:
            return Problem(place, what, mend)
    return Problem(place, *_ANY_STUMBLE)


_STUMBLES = (
    (
        "'\\t'",
        "There is a tab at the beginning of this line.",
        "Use spaces instead of the tab.",
    ),
    (
        "mapping values are not allowed here",
        "There is a colon here that cannot be understood.",
        (
            "Put a text that has a colon in it in quotes, and check that the line begins exactly "
            "below the one it belongs with."
        ),
    ),
    (
        "quoted scalar",
        "A quotation mark is opened and not closed.",
        "Close it with the same mark at the end of the text.",
    ),
    (
        "flow",
        "A bracket, [ or {, is opened and not closed, or a comma is missing between its parts.",
        "Close the bracket, and put a comma between its parts.",
    ),
    (
        "could not find expected ':'",
        "A name without its colon stands in or above this line.",
        'Write "name: value", with a space after the colon.',
    ),
    (
        "expected a single document",
        "A second document begins here, with ---.",
        "Keep everything in one document, and remove the line ---.",
    ),
    (
        "cannot start any token",
        "A value begins with a sign that has a meaning of its own in YAML.",
        "Put the value in quotes.",
    ),
)
_ANY_STUMBLE = (
    "This line, or the one above it, cannot be read as YAML.",
    "Check that it is indented with spaces, exactly as deep as the lines it belongs with.",
)


def _too_deep(place: str) -> Problem:
    what = "Lists or groups are nested much deeper here than any setting needs."
    return Problem(place, what, "Look for brackets that are opened too often.")


def _code(character: int | str | bytes) -> int:
    return character if isinstance(character, int) else ord(character)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _short(key: str | int) -> str:
    text = str(key)
    return text if len(text) <= 60 else f"{text[:60]}…"
