"""Chance as planning needs it, handed in: Python's `random.Random` is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """Draws; the same seed draws the same."""

    def random(self) -> float:
        """Draw a number from 0 up to, but without, 1."""

    def choice(self, seq: Sequence[T], /) -> T:
        """Draw one of several."""

    def choices(self, population: Sequence[T], weights: Sequence[float], /) -> list[T]:
        """Draw one of several, by weight."""

    def expovariate(self, lambd: float, /) -> float:
        """Draw the time until something that happens so many times in one unit of time."""

    def lognormvariate(self, mu: float, sigma: float, /) -> float:
        """Draw from a log-normal distribution."""


Seeded = Callable[[str], Chance]
"""Makes chance of a seed."""
