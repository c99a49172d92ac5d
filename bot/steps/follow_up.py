"""Keeping deadlines: every case whose due time has come is told so."""

from __future__ import annotations

from bot.casework.events import TimePassed
from bot.network import Network, paused
from bot.store import cases
from bot.store.schema import cases as case_table

AT_ONCE = 200


def follow_up(network: Network) -> bool:
    """Tell the cases that are due; none acts while the network is paused."""
    now = network.clock()
    with network.store.read() as tx:
        if paused(tx):
            return False
        due = cases.load_where(
            tx,
            case_table.c.state.in_(cases.OPEN_STATES),
            case_table.c.due_at <= now,
            limit=AT_ONCE,
        )
    for stored in due:
        with network.store.write() as tx:
            cases.happened(tx, stored.id, TimePassed(), now=now, policy=network.config.policy)
    return bool(due)
