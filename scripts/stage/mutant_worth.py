"""Which changes to a program are worth a test run: those that can make a difference to a run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

Position: TypeAlias = tuple[int, int]
"""Line (from 1) and column (from 0)."""

_SAME_THING = frozenset({"Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq"})
"""Comparisons of enums, None and small numbers come out the same either way."""
_ONLY_CHECKS = frozenset({"frozen", "slots", "unique", "kw_only"})
"""What these guard against, no code does: they are for whoever writes more of it."""


def is_worth_it(source: str, kind: str, start: Position, end: Position) -> bool:
    """Say whether a change of this kind at this place can make any difference to a run."""
    if kind.rpartition("Operator_")[2] in _SAME_THING:
        return False
    return not any(first <= start and end <= last for first, last in _without_effect(source))


@cache
def _without_effect(source: str) -> tuple[tuple[Position, Position], ...]:
    return tuple(_spans_without_effect(source))


def _spans_without_effect(source: str) -> Iterator[tuple[Position, Position]]:
    """Yield where annotations stand, and what only guards whoever writes code."""
    for node in ast.walk(ast.parse(source)):
        yield from _annotations(node)
        if isinstance(node, ast.keyword) and node.arg in _ONLY_CHECKS:
            yield _span(node.value)
        elif isinstance(node, ast.ClassDef):
            if any(ast.unparse(base) == "Protocol" for base in node.bases):
                yield _span(node)
            for decorator in node.decorator_list:
                if ast.unparse(decorator) == "enum.unique":
                    first, (line, _) = _span(decorator)
                    yield (first[0], 0), (line + 1, 0)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield _span(node)


def _annotations(node: ast.AST) -> Iterator[tuple[Position, Position]]:
    if isinstance(node, ast.AnnAssign):
        yield _span(node.annotation)
        if node.value is not None and ast.unparse(node.annotation) == "TypeAlias":
            yield _span(node.value)
    elif isinstance(node, ast.arg) and node.annotation is not None:
        yield _span(node.annotation)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield _span(node.returns)
    elif isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Callable["):
        yield _span(node.value)  # a name for a kind of function


def _span(node: Any) -> tuple[Position, Position]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
