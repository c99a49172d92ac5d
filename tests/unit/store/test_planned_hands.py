"""Planning counts what supporters have on their hands as the store does."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework import events as on
from bot.planning.hands import EverybodysHands
from bot.store import roster
from bot.store.store import Store, Tx
from tests.unit.store.samples import (
    ANA,
    BORIS,
    NOW,
    ROSA,
    SOFIA,
    YES,
    new_case,
    offered,
    stored,
    tell,
)


class _Both:
    """One case told to the store, and what it became to planning."""

    def __init__(self, tx: Tx, hands: EverybodysHands, case_id: int) -> None:
        self._tx, self._hands, self._id = tx, hands, case_id

    def tell(self, now: datetime, *events: on.Event) -> None:
        """Tell the store, and then planning what changed."""
        for event in events:
            before = stored(self._tx, self._id).case
            step = tell(self._tx, self._id, event, now=now)
            # Of a closed case the store keeps no offers with it; the step tells how they ended.
            self._hands.moved(before, step.case)


def test_the_same_loads_as_in_the_store(store: Store) -> None:
    """After each turn of two cases, and a week later, both give every supporter the same load."""
    hands = EverybodysHands()
    with store.write() as tx:
        first = _Both(tx, hands, new_case(tx, "AAAAAAAA", ROSA))
        second = _Both(tx, hands, new_case(tx, "BBBBBBBB", SOFIA))
        at = NOW
        turns = (
            (first, offered(ANA, BORIS)),
            (second, offered(BORIS)),
            (first, (on.Declined(BORIS),)),
            (first, (YES,)),
            (second, (on.Accepted(BORIS, has_room=True),)),
            (first, (on.HandedBack(ANA),)),
            (second, (on.Closed(on.Side.SUPPORTER),)),
        )
        for case, events in turns:
            at += timedelta(hours=5)
            case.tell(at, *events)
            assert hands.loads(at) == roster.loads(tx, at)
        later = at + timedelta(days=7)
        assert hands.loads(later) == roster.loads(tx, later)
        assert hands.load(ANA, later).offers_this_week == 0
