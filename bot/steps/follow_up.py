"""Keeping deadlines: every case whose due time has come is told so."""

from __future__ import annotations

from datetime import datetime

from bot.casework.events import LinkWaits, TimePassed
from bot.network import Network
from bot.network_state import network_state
from bot.steps.apart import Apart
from bot.store import cases, outbox
from bot.store.aside import Kind
from bot.store.schema import cases as case_table
from bot.store.store import Tx

AT_ONCE = 200


def follow_up(network: Network) -> bool:
    """Tell the cases that are due; none acts while the network is paused.

    One that goes wrong is set aside, and the others are kept.
    """
    now = network.clock()
    with network.store.read() as tx:
        if not network_state(tx).acts:
            return False
    apart = Apart(network, Kind.CASE, now)
    with network.store.read() as tx:
        due = cases.ids_where(
            tx,
            case_table.c.state.in_(cases.OPEN_STATES),
            case_table.c.due_at <= now,
            case_table.c.id.not_in(apart.held),
            limit=AT_ONCE,
        )
    told = False
    for case_id in due:
        if apart.waits(case_id):
            continue
        with apart.one(case_id), network.store.write() as tx:
            _keep(network, tx, case_id, now)
            told = True
    return told


def _keep(network: Network, tx: Tx, case_id: int, now: datetime) -> None:
    stored, policy = cases.load(tx, case_id), network.config.policy
    if stored is None:
        return
    supporter = stored.case.supporter
    if supporter is not None and outbox.link_waits(tx, case_id, supporter):
        cases.happened_to(tx, stored, LinkWaits(supporter), now=now, policy=policy)
    cases.happened(tx, case_id, TimePassed(), now=now, policy=policy)
