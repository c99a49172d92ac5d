"""Knowing the coordinators: each configured name is looked up once, and is an account from then."""

from __future__ import annotations

from bot.network import Network
from bot.store import coordinators


def know_coordinators(network: Network) -> bool:
    """Look up the names that are new; a name that is nobody's yet is looked up again."""
    configured = network.coordinators
    with network.store.read() as tx:
        known = coordinators.known(tx)
    if known.keys() == set(configured):
        return False
    found = network.people.by_name(name for name in configured if name not in known)
    with network.store.write() as tx:
        ids = {name: person.user_id for name, person in found.items()}
        coordinators.remember(tx, ids, configured)
    return bool(found)
