"""What planning assumes of people: how many ask, and how those who are asked behave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Delay:
    """A time that people take, in hours: half take less than `median`, one in ten `slow` or more.

    Drawn from a log-normal distribution: most answer soon, and a few very late.
    """

    median: float
    slow: float


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Guesses, until a network has numbers of its own; shares are from 0 to 1.

    `acceptance` is the share of offers to which somebody would say yes, were the case still
    waiting when they come to it; `declines` is the share of the others who say "not this time",
    while the rest stay silent. Whoever is silent says yes to a reminder with
    `yes_to_reminder`. Of those who accept, `never_write` forget, and `hand_back` find that they
    know the person. A requester who waits takes the request back with `withdraws_a_day`.
    """

    requests_per_week: float = 10
    languages: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    second_language: float = 0.3
    acceptance: float = 0.3
    declines: float = 0.3
    yes_to_reminder: float = 0.15
    answers: Delay = Delay(median=6, slow=30)
    first_message: Delay = Delay(median=10, slow=40)
    never_write: float = 0.05
    hand_back: float = 0.05
    withdraws_a_day: float = 0.02
    lasts: Delay = Delay(median=10 * 24, slow=35 * 24)


@dataclass(frozen=True, kw_only=True)
class MadeRoster:
    """A roster to be drawn where there is none yet: how many, and the share who speak each."""

    supporters: int = 40
    speak: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"en": 0.8, "de": 0.3, "fr": 0.25, "es": 0.2})
    )
    capacity: int = 2
    per_week: int = 2
