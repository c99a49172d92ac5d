"""Letting go of the copy that was made before a store was brought forward."""

from __future__ import annotations

from bot.network import Network
from bot.store import upgrade


def forget_copies(network: Network) -> bool:
    """Destroy copies that have outlived their use."""
    return upgrade.forget_copies(network.store.engine, network.clock()) > 0
