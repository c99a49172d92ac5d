"""Which supporters could not be reached when that was last tried, and why: for `cases why`.

By user id alone, with what the wiki said. It keeps nobody from being asked: a block ends, an
address comes back, and the next look tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.store.store import Tx, get_setting, put_setting

OUT_OF_REACH = "out-of-reach"
BLOCKED, NO_MAIL, NO_ACCOUNT = "account-blocked", "not-emailable", "no-account"
_SEEN = frozenset({BLOCKED, NO_MAIL, NO_ACCOUNT})


def known(tx: Tx) -> dict[int, str]:
    """Give who was out of reach when last looked up or written to, with the reason."""
    kept: dict[str, str] = json.loads(get_setting(tx, OUT_OF_REACH) or "{}")
    return {int(user_id): why for user_id, why in kept.items()}


def out_of_reach(tx: Tx, user_id: int, why: str) -> None:
    """Note that somebody could not be written to."""
    _put(tx, known(tx) | {user_id: why})


def reached(tx: Tx, user_id: int) -> None:
    """Note that a mail to somebody went out."""
    _put(tx, {i: why for i, why in known(tx).items() if i != user_id})


def look(tx: Tx, found: Mapping[int, str | None]) -> None:
    """Note what a look-up told: why somebody is out of reach, or None for who is not.

    What only a refused mail shows, a mute, no look-up takes back: `reached` does.
    """
    after = known(tx)
    for user_id, why in found.items():
        if why is not None:
            after[user_id] = why
        elif after.get(user_id) in _SEEN:
            del after[user_id]
    _put(tx, after)


def _put(tx: Tx, after: Mapping[int, str]) -> None:
    if after != known(tx):
        put_setting(tx, OUT_OF_REACH, json.dumps(after))
