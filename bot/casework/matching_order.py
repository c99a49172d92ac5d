"""The order in which supporters who speak one language are asked."""

import math
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from heapq import heapify, heappop
from itertools import chain
from typing import NamedTuple, TypeVar

from bot.casework.matching_index import Alike, Clock
from bot.casework.matching_rules import Search, Some
from bot.casework.roster import Supporter

T = TypeVar("T")


class Group(NamedTuple):
    """Supporters who are as welcome and as awake as each other."""

    wishes_met: int
    open_now: bool
    supporters: Some


class Order:
    """Wishes met, open now, load against capacity, longest since the last offer, then chance.

    Refined only as far as somebody reads it: each key splits what the ones before left equal, so
    a large roster is never sorted as a whole.
    """

    def __init__(self, search: Search, chance: Callable[[], float]) -> None:
        self._topics = frozenset(search.wish.topics)
        self._prefer = frozenset(search.wish.prefer)
        self._loads = search.loads
        self._now = search.now
        self._chance = chance
        self._open: dict[Clock, bool] = {}

    def groups(self, speakers: Sequence[Alike]) -> Iterator[Group]:
        """Yield those together who are as welcome and as awake as each other, the best first."""
        for welcome in _split(speakers, self._wishes_met):
            for awake in _split(welcome, self._is_open):
                first = awake[0]
                everybody = list(chain.from_iterable(alike.supporters for alike in awake))
                yield Group(self._wishes_met(first), self._is_open(first), everybody)

    def within(self, group: Some) -> Iterator[Supporter]:
        """Yield the supporters of one group, the least burdened first, and lots where all ties."""
        if not self._loads:
            yield from self._by_lot(list(group))
            return
        for equally_free in _split(group, self._room):
            for equals in _split(equally_free, self._rest):
                yield from self._by_lot(equals)

    def _wishes_met(self, alike: Alike) -> int:
        """Count the wished topics they take and the wished backgrounds they have."""
        topics, traits = self._topics, alike.traits
        met = len(topics if traits.topics is None else topics & traits.topics)
        return met + len(self._prefer & traits.background)

    def _is_open(self, alike: Alike) -> bool:
        """Say whether it is inside their own hours now."""
        clock = alike.traits.clock
        if clock is None:
            return True
        known = self._open.get(clock)
        if known is None:
            timezone, hours = clock
            known = self._open[clock] = hours.is_open(self._now, timezone)
        return known

    def _room(self, supporter: Supporter) -> float:
        """Return the free share of their capacity."""
        load = self._loads.get(supporter.user_id)
        if load is None:
            return 1
        return 1 - (load.open_cases + load.live_offers) / supporter.capacity

    def _rest(self, supporter: Supporter) -> float:
        """Return what is greater the longer ago they were asked."""
        load = self._loads.get(supporter.user_id)
        if load is None or load.last_offer_at is None:
            return math.inf
        return -load.last_offer_at.timestamp()

    def _by_lot(self, group: MutableSequence[Supporter]) -> Iterator[Supporter]:
        # A shuffle that stops where the reader does: one draw for each who is reached.
        for place in range(len(group) - 1):
            drawn = place + int(self._chance() * (len(group) - place))
            group[place], group[drawn] = group[drawn], group[place]
            yield group[place]
        yield from group[-1:]


def _split(group: Sequence[T], key: Callable[[T], float]) -> Iterator[list[T]]:
    """Yield those of equal keys together, the greatest key first."""
    parts: dict[float, list[T]] = {}
    for one in group:
        value = key(one)
        if value in parts:
            parts[value].append(one)
        else:
            parts[value] = [one]
    # Often only the first few are read, and a heap costs less than sorting them all.
    least_first = [-value for value in parts]
    heapify(least_first)
    while least_first:
        yield parts[-heappop(least_first)]
