"""What each supporter has on their hands, kept as cases move; what `store.roster.loads` counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.casework.matching import Load
from bot.casework.states import Case, Offer, OfferState, State

_WEEK = timedelta(days=7)
_TAKEN = frozenset({OfferState.ACCEPTED, OfferState.HANDED_BACK})
_IDLE = Load()


class EverybodysHands:
    """The load of each supporter at each moment, without counting all offers again."""

    def __init__(self) -> None:
        self._loads: dict[int, Load] = {}
        # In the order in which they were made: the oldest leaves the week first.
        self._this_week: deque[tuple[datetime, int]] = deque()

    def moved(self, before: Case | None, after: Case) -> None:
        """Take in how a case has moved."""
        if before is not None and before.offers == after.offers and before.state == after.state:
            return
        for offer in after.offers:
            was = None if before is None else before.offer_to(offer.supporter)
            if was != offer:
                self._offer_moved(was, offer)
        had, has = _who_supports(before), _who_supports(after)
        if had != has:
            self._one_case(had, -1)
            self._one_case(has, +1)

    def loads(self, now: datetime) -> Mapping[int, Load]:
        """Give what each has on their hands; who was never asked is absent, and has nothing."""
        while self._this_week and self._this_week[0][0] <= now - _WEEK:
            _, supporter = self._this_week.popleft()
            load = self._loads[supporter]
            self._loads[supporter] = replace(load, offers_this_week=load.offers_this_week - 1)
        return self._loads

    def load(self, supporter: int, now: datetime) -> Load:
        """Give what one has on their hands."""
        return self.loads(now).get(supporter, _IDLE)

    def _offer_moved(self, was: Offer | None, offer: Offer) -> None:
        load = self._loads.get(offer.supporter, _IDLE)
        if was is None:
            self._this_week.append((offer.made_at, offer.supporter))
            more = load.offers_this_week + 1
            load = replace(load, offers_this_week=more, last_offer_at=offer.made_at)
        live = load.live_offers + offer.live - (was is not None and was.live)
        load = replace(load, live_offers=live)
        if offer.state in _TAKEN and offer.ended_at is not None:
            load = replace(load, last_case_ended_at=offer.ended_at)
        self._loads[offer.supporter] = load

    def _one_case(self, supporter: int | None, more: int) -> None:
        if supporter is not None:
            load = self._loads.get(supporter, _IDLE)
            self._loads[supporter] = replace(load, open_cases=load.open_cases + more)


def _who_supports(case: Case | None) -> int | None:
    return case.supporter if case is not None and case.state is State.SUPPORTED else None
