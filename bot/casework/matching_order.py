"""The order in which supporters who speak one language are asked."""

import math
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from heapq import heapify, heappop

from bot.casework.matching_index import Clock
from bot.casework.matching_rules import IDLE, Search, Some
from bot.casework.roster import Supporter

Key = Callable[[Supporter], float]


class Order:
    """Wishes met, open now, load against capacity, longest since the last offer, then chance.

    Refined only as far as somebody reads it: each key splits what the ones before left equal, so
    a large roster is never sorted as a whole.
    """

    def __init__(
        self, search: Search, clocks: Mapping[int, Clock], chance: Callable[[], float]
    ) -> None:
        self._topics = frozenset(search.wish.topics)
        self._prefer = frozenset(search.wish.prefer)
        self._loads = search.loads
        self._now = search.now
        self._clocks = clocks
        self._chance = chance
        self._open: dict[int, bool] = {}

    def groups(self, supporters: Some) -> Iterator[Some]:
        """Yield those together who are as welcome and as awake as each other, the best first."""
        keys: list[Key] = []
        if self._topics or self._prefer:
            keys.append(self.wishes_met)
        if self._clocks:
            keys.append(self.is_open)
        return _refined(supporters, keys)

    def within(self, group: Some) -> Iterator[Supporter]:
        """Yield the supporters of one group, the least burdened first, and lots where all ties."""
        keys: list[Key] = [self._room, self._rest] if self._loads else []
        for equals in _refined(group, keys):
            yield from self._by_lot(list(equals))

    def wishes_met(self, supporter: Supporter) -> int:
        """Count the wished topics they take and the wished backgrounds they have."""
        topics, prefer = self._topics, self._prefer
        met = len(topics if supporter.topics is None else topics & supporter.topics)
        return met + len(prefer & supporter.background) if prefer else met

    def is_open(self, supporter: Supporter) -> bool:
        """Say whether it is inside their own hours now."""
        clock = self._clocks.get(supporter.user_id)
        if clock is None:
            return True
        known = self._open.get(id(clock))
        if known is None:
            timezone, hours = clock
            known = self._open[id(clock)] = hours.is_open(self._now, timezone)
        return known

    def _room(self, supporter: Supporter) -> float:
        """Return the free share of their capacity."""
        load = self._loads.get(supporter.user_id, IDLE)
        return 1 - (load.open_cases + load.live_offers) / supporter.capacity

    def _rest(self, supporter: Supporter) -> float:
        """Return what is greater the longer ago they were asked."""
        asked = self._loads.get(supporter.user_id, IDLE).last_offer_at
        return math.inf if asked is None else -asked.timestamp()

    def _by_lot(self, group: MutableSequence[Supporter]) -> Iterator[Supporter]:
        # A shuffle that stops where the reader does: one draw for each who is reached.
        for place in range(len(group) - 1):
            drawn = place + int(self._chance() * (len(group) - place))
            group[place], group[drawn] = group[drawn], group[place]
            yield group[place]
        yield from group[-1:]


def _refined(group: Some, keys: Sequence[Key]) -> Iterator[Some]:
    """Yield those together whom no key tells apart; each key orders what those before left tied."""
    if not keys or len(group) <= 1:
        yield group
    else:
        for part in _split(group, keys[0]):
            yield from _refined(part, keys[1:])


def _split(group: Some, key: Key) -> Iterator[Some]:
    """Yield those of equal keys together, the greatest key first."""
    parts: dict[float, list[Supporter]] = {}
    for supporter in group:
        value = key(supporter)
        if value in parts:
            parts[value].append(supporter)
        else:
            parts[value] = [supporter]
    # Often only the first few are read, and a heap costs less than sorting them all.
    least_first = [-value for value in parts]
    heapify(least_first)
    while least_first:
        yield parts[-heappop(least_first)]
