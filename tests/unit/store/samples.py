"""People and requests to put into a store, and short ways to do so."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.casework import case as life
from bot.casework import events as on
from bot.casework.states import Case
from bot.config.model import Policy
from bot.store import cases
from bot.store.cases import Asked, Identity, StoredCase, Story
from bot.store.store import Store, Tx

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POLICY = Policy()

# Supporters, by user id.
ANA, BORIS, CHIDI = 11, 12, 13
# Who asks.
ROSA = Identity(4242, "Rosa Moreno", ("Boris the Bold",))
SOFIA = Identity(4343, "Sofia Petrova", ())
STORY = Story("They follow me to every talk page.", (("signal", "+34 600 123"),), ("heron", "oak"))
ASKED = Asked("es", ("es", "en"), ("alone",), ("desk", "wikimail"), ("women",))
YES = on.Accepted(ANA, has_room=True)


def new_case(
    tx: Tx,
    ref: str = "K7QF9M2D",
    who: Identity = ROSA,
    *,
    notify: bool = True,
    now: datetime = NOW,
) -> int:
    """Take a request in and give the number of its case."""
    step = life.receive(ref, notify=notify, now=now)
    return cases.take_in(tx, step, ASKED, who, STORY, policy=POLICY, now=now)


def tell(
    tx: Tx, case_id: int, *events: on.Event, now: datetime = NOW, policy: Policy = POLICY
) -> life.Step:
    """Tell a case what happened, and give the last step."""
    step = None
    for event in events:
        step = cases.happened(tx, case_id, event, now=now, policy=policy)
    assert step is not None, "there is no such case"
    return step


def offered(*supporters: int, now: datetime = NOW) -> tuple[on.Event, ...]:
    """Give the events by which these supporters are asked."""
    chosen = tuple(on.Chosen(supporter) for supporter in supporters)
    sent = tuple(on.OfferSent(supporter) for supporter in supporters)
    return (on.Looked(chosen, possible=True, again_at=now + HOUR), *sent)


def stored(tx: Tx, case_id: int) -> StoredCase:
    """Load a case that is there."""
    found = cases.load(tx, case_id)
    assert found is not None
    return found


def case_of(store: Store, case_id: int) -> Case:
    """Load the case alone, in a transaction of its own."""
    with store.read() as tx:
        return stored(tx, case_id).case


def rows(store: Store, table: Table) -> list[Mapping[str, Any]]:
    """Read a whole table."""
    with store.read() as tx:
        return [dict(row) for row in tx.connection.execute(select(table)).mappings()]
