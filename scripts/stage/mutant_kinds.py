"""Kinds of changes of our own, beside Cosmic Ray's: both are of mistakes that people make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Name

from stage.mutant_worth import Position


class RemoveElement(Operator):  # type: ignore[misc] # the library has no types
    """Leave one element out of a set, a list or a tuple that is written out."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield where each element stands."""
        for element in _elements(node):
            yield element.start_pos, element.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Take the element out, and the comma after it."""
        place = node.children.index(_elements(node)[index])
        del node.children[place : place + 2]
        return node

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """Show what it does."""
        return (Example("x = {1, 2}", "x = { 2}"),)


class RemoveCall(Operator):  # type: ignore[misc] # the library has no types
    """Do not call what is called for its effect alone."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield where a statement is nothing but a call."""
        if node.type == "simple_stmt" and _is_call(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Put nothing in its place."""
        call = node.children[0]
        nothing = Name("None", call.start_pos, prefix=call.get_first_leaf().prefix)
        nothing.parent = node
        node.children[0] = nothing
        return node

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """Show what it does."""
        return (Example("f(x)\n", "None\n"),)


class Provider:
    """Offers the kinds above to Cosmic Ray, by name."""

    _kinds = {kind.__name__: kind for kind in (RemoveElement, RemoveCall)}  # noqa: RUF012

    def __iter__(self) -> Iterator[str]:
        """Yield their names."""
        return iter(self._kinds)

    def __getitem__(self, name: str) -> type[Operator]:
        """Return one of them."""
        return self._kinds[name]


def _elements(node: Any) -> list[Any]:
    if node.type not in {"testlist_comp", "dictorsetmaker"}:
        return []
    marks = {child.value for child in node.children if child.type == "operator"}
    if marks != {","} or any(
        child.type in {"comp_for", "sync_comp_for"} for child in node.children
    ):
        return []
    return [child for child in node.children if child.type != "operator"]


def _is_call(node: Any) -> bool:
    if node.type != "atom_expr":
        return False
    last = node.children[-1]
    return bool(last.type == "trailer" and last.children[0].value == "(")
