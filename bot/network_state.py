"""The state of the network: read from the store in one place, for worker, desk and commands.

Four settings together say it. They are written apart, each by whoever decides it: the operator and
the coordinators, the wiki's shut-off page, the tamper watch, and `wind-down`.
"""

from __future__ import annotations

import enum
import json

from bot.store.store import STATE, Tx, get_setting

SHUT_OFF = "shut-off"
"""Setting: "yes" while the wiki's shut-off page says stop."""
TAMPERED = "tampered"
"""Setting: the titles of pages that are not as published, in JSON; empty: all is well."""
ENDING = "ending"
"""Setting: "begun" once the network is being wound down, `DONE` when all is erased."""
DONE = "done"


@enum.unique
class NetworkState(enum.Enum):
    """What the network does now; where several hold, the one that outlasts the others."""

    OPEN = "open"
    PAUSED = "paused"  # by an operator or a coordinator, until they resume
    TAMPERED = "tampered"  # pages on the wiki are not as published, until they are
    WINDING_DOWN = "winding-down"  # everybody is being told; there is no way back
    SHUT_OFF = "shut-off"  # by the wiki's page for it; above the goodbyes too
    ENDED = "ended"  # everything is erased

    @property
    def acts(self) -> bool:
        """Return whether requests are taken and cases go on."""
        return self is NetworkState.OPEN

    @property
    def says_goodbye(self) -> bool:
        """Return whether mail goes although nothing else does: the goodbyes of the end."""
        return self is NetworkState.WINDING_DOWN


def network_state(tx: Tx) -> NetworkState:
    """Return the state of the network."""
    if get_setting(tx, ENDING) == DONE:
        return NetworkState.ENDED
    if get_setting(tx, SHUT_OFF) == "yes":
        return NetworkState.SHUT_OFF
    if get_setting(tx, ENDING):
        return NetworkState.WINDING_DOWN
    if get_setting(tx, TAMPERED):
        return NetworkState.TAMPERED
    return NetworkState.PAUSED if is_paused_by_hand(tx) else NetworkState.OPEN


def is_paused_by_hand(tx: Tx) -> bool:
    """Return whether somebody paused the network, whatever else holds as well."""
    return get_setting(tx, STATE) == "paused"


def is_ending(tx: Tx) -> bool:
    """Return whether the network ends or has ended, also where the wiki says stop meanwhile."""
    return bool(get_setting(tx, ENDING))


def tampered_pages(tx: Tx) -> list[str]:
    """Return the titles of the pages that are not as published; empty when all are."""
    titles: list[str] = json.loads(get_setting(tx, TAMPERED) or "[]")
    return titles
