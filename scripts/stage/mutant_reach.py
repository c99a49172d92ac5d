"""Which tests run which lines: recorded once for each test file, and read for each change."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

RECORD = "PEER_SUPPORT_REACH_RECORD"
"""Where a run writes what it has recorded."""
WANTED = "PEER_SUPPORT_REACH_WANTED"
"""Where the tests stand that a run is of, a line each."""
PLUGIN = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "stage.mutant_plugin"),
    *("-m", "not mariadb"),  # each of these is run on SQLite as well
)

T = TypeVar("T")
Place = tuple[str, int]
"""A module and a line of it."""


@dataclass(frozen=True)
class Reach:
    """What each test takes, in seconds of a processor, and which tests run each line.

    Among them are whole files, for what they do once for several of their tests.
    """

    seconds: dict[str, float]
    tests: dict[Place, frozenset[str]]
    loading: dict[str, frozenset[str]]
    """By module, the files of tests that load it."""

    def of(self, module: Path, source: str, line: int) -> frozenset[str]:
        """Return the tests that run the statement in a line.

        Of what is run when a module is loaded, as its constants are, all that run any function of
        it; where it has none, all that load it.
        """
        name = str(module)
        inside = _in_functions(source)
        if line in inside:
            first, last = statement(source, line)
            return self._at((name, number) for number in range(first, last + 1))
        found = self._at((name, number) for number in inside)
        return found or frozenset(self.loading.get(name, ()))

    def _at(self, places: Iterable[Place]) -> frozenset[str]:
        return frozenset[str]().union(*(self.tests.get(place, ()) for place in places))


@cache
def _in_functions(source: str) -> frozenset[int]:
    """Return the lines of all that is run when a function is called, and not when it is made."""
    inside = set[int]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            inside.update(range(node.body[0].lineno, last + 1))
        elif isinstance(node, ast.Lambda):
            inside.update(range(node.body.lineno, (node.body.end_lineno or 0) + 1))
    return frozenset(inside)


@cache
def statement(source: str, line: int) -> tuple[int, int]:
    """Return the first and last line of the statement in a line; of a block only its head."""
    best = line, line
    size = float("inf")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        first, last = _lines(node)
        if first <= line <= last and last - first < size:
            best, size = (first, last), last - first
    return best


def _lines(node: Any) -> tuple[int, int]:
    start = node.pattern if isinstance(node, ast.match_case) else node
    decorators = getattr(node, "decorator_list", [])
    first = min([start.lineno, *(one.lineno for one in decorators)])
    body = getattr(node, "body", None)
    last: int = start.end_lineno if not body else max(start.lineno, body[0].lineno - 1)
    return first, last


def path_of(tree: Path) -> str:
    """Return where Python finds the program and the plugin of a copy of the tree."""
    return os.pathsep.join([str(tree), str(tree / "scripts")])


def recorded(files: Sequence[Path], root: Path, place: Path) -> Reach:
    """Record the tests of some files, or read what was recorded of them as they are."""
    place.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = {}
    tests: dict[Place, set[str]] = {}
    loading: dict[str, set[str]] = {}
    for number, file in enumerate(files, 1):
        kept = place / f"{file.stem}.json"
        if not _is_of(kept, root):
            print(f"{number}/{len(files)} which lines {file} runs …", flush=True)
            kept.unlink(missing_ok=True)
            command = [sys.executable, "-m", "pytest", *PLUGIN, str(file)]
            env = {**os.environ, RECORD: str(kept), "PYTHONPATH": path_of(root)}
            subprocess.run(command, cwd=root, env=env, check=False, stdout=subprocess.DEVNULL)
        if not kept.exists():
            sys.exit(f"The tests of {file} could not be run.")
        found = json.loads(kept.read_text(encoding="utf-8"))
        seconds |= found["seconds"]
        for module, lines in found["lines"].items():
            for line, names in lines.items():
                tests.setdefault((module, int(line)), set()).update(names)
        for module in found["of"]:
            loading.setdefault(module, set()).add(str(file))
    return Reach(seconds, _frozen(tests), _frozen(loading))


def _frozen(sets: Mapping[T, set[str]]) -> dict[T, frozenset[str]]:
    return {key: frozenset(values) for key, values in sets.items()}


def _is_of(kept: Path, root: Path) -> bool:
    """Say whether a record is of these tests, and of all that they load, as they are."""
    if not kept.exists():
        return False
    of = json.loads(kept.read_text(encoding="utf-8"))["of"]
    return all((root / name).exists() and digest(root / name) == was for name, was in of.items())


def cheapest(
    found: Collection[str], near: Collection[Path], reach: Reach, most: float
) -> list[str]:
    """Return the tests of these that are tried: those near a module first, then the cheapest.

    Together they take `most` seconds at most, but for one.
    """
    whole = {name for name in found if "::" not in name}
    ids = {name for name in reach.seconds if name in found or file_of(name) in whole}

    def cost(name: str) -> tuple[bool, float, str]:
        return Path(file_of(name)) not in near, reach.seconds[name], name

    chosen: list[str] = []
    spent = 0.0
    for name in sorted(ids, key=cost):
        if not chosen or spent + reach.seconds[name] <= most:
            chosen.append(name)
            spent += reach.seconds[name]
    return chosen


def file_of(test: str) -> str:
    """Return the file that a test is in."""
    return test.partition("::")[0]


def digest(file: Path) -> str:
    """Know a file again as it is."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
