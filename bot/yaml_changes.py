"""Other values in a YAML text that somebody wrote: their lines and comments stay as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import yaml

from bot.problems import InputError, Problem
from bot.yaml_places import Path, compose, read_yaml

Value = str | tuple[str, ...] | None


def amend(text: str, name: str, changes: Mapping[Path, Value]) -> str:
    """Put each value at its path, and touch nothing else; raise `InputError` where that fails.

    What comes out is read again: it says what was there, with these values, or it is not given.
    """
    wanted = deepcopy(read_yaml(text, name).data) or {}
    try:
        changed = text
        for path, value in changes.items():
            changed = _put(changed, name, path, value)
            _set(wanted, path, list(value) if isinstance(value, tuple) else value)
        well = (read_yaml(changed, name).data or {}) == wanted
    except (InputError, TypeError, AttributeError):  # a list or a word where a group should be
        well = False
    if not well:
        what = "This file is written in a way that its values cannot be changed in."
        lines = "; ".join(".".join(map(str, path)) for path in changes)
        raise InputError([Problem(name, what, f"Change them by hand: {lines}.")])
    return changed


def _set(data: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        if data.get(part) is None:
            data[part] = {}
        data = data[part]
    data[path[-1]] = value


def _put(text: str, name: str, path: Path, value: Value) -> str:
    parent = compose(text, name)
    if parent is None:
        whole = text if not text or text.endswith("\n") else f"{text}\n"
        return f"{whole}{path[0]}: {_written(path[1:], value)}\n"
    for depth, key in enumerate(path):
        found = [child for at, child in parent.value if at.value == str(key)]
        rest = path[depth + 1 :]
        if not found:
            return _insert(text, parent, f"{key}: {_written(rest, value)}")
        if rest and isinstance(found[0], yaml.MappingNode):
            parent = found[0]
        else:
            return _replace(text, found[0], rest, value)
    raise AssertionError  # a path has a last part, and that returns


def _written(path: Path, value: Value) -> str:
    if path:
        return f"{{{path[0]}: {_written(path[1:], value)}}}"
    if value is None:
        return "null"
    plain = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(
        plain, default_style='"', default_flow_style=True, allow_unicode=True, width=math.inf
    ).strip()


def _replace(text: str, node: yaml.Node, rest: Path, value: Value) -> str:
    start, end = node.start_mark.index, _end(node)
    if start == end:  # nothing stands after the colon
        return f"{text[:start]} {_written(rest, value)}{text[start:]}"
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and isinstance(value, tuple):
        between = "\n" + " " * node.start_mark.column
        said = between.join(f"- {_written((), one)}" for one in value)
    else:
        said = _written(rest, value)
    while text[end - 1] == "\n":  # a block of text ends where the next thing begins
        end -= 1
    return text[:start] + said + text[end:]


def _insert(text: str, parent: yaml.Node, said: str) -> str:
    if not isinstance(parent, yaml.MappingNode):
        return text  # no settings at all: the reader says so
    if parent.flow_style:
        if not parent.value:
            at = parent.start_mark.index + 1
            return f"{text[:at]}{said}{text[at:]}"
        at = _end(parent.value[-1][1])
        return f"{text[:at]}, {said}{text[at:]}"
    line = " " * parent.start_mark.column + said + "\n"
    end = _end(parent)
    if text[end - 1] != "\n":
        end = text.find("\n", end) + 1
    if end == 0:
        return f"{text}\n{line}"
    return text[:end] + line + text[end:]


def _end(node: yaml.Node) -> int:
    """Say where a node's own text ends: after a block come comments that belong to what follows."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)
