"""Coordinators are accounts: the configuration names them, and the first look says who that is.

From then on an account counts, not its name: whoever is renamed goes on, and who takes the old name
becomes nobody by it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from bot.store.store import Tx, get_setting, put_setting

_KNOWN = "coordinators"


def known(tx: Tx) -> dict[str, int]:
    """Give the user ids of the coordinators who were looked up, by their configured names."""
    ids: dict[str, int] = json.loads(get_setting(tx, _KNOWN) or "{}")
    return ids


def remember(tx: Tx, found: Mapping[str, int], configured: Collection[str]) -> None:
    """Keep whose account a name was at the first look; forget who is no coordinator any more."""
    before = known(tx)
    ids = {name: before.get(name, found.get(name)) for name in configured}
    after = {name: user_id for name, user_id in ids.items() if user_id is not None}
    if after != before:
        put_setting(tx, _KNOWN, json.dumps(after))


def coordinates(tx: Tx, user_id: int, name: str, configured: Collection[str]) -> bool:
    """Say whether this account, called so now, is a coordinator's."""
    ids = known(tx)
    if user_id in [ids[one] for one in configured if one in ids]:
        return True
    return name in configured and name not in ids
