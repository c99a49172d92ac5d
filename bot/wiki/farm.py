"""What a farm of wikis says of accounts beyond its single wiki: locked, or blocked on all of them.

Only asked where the wiki has the extensions that know of it, in few requests: a locked account is
never emailable, so that nobody else is asked about one by one; of global blocks fifty are one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.wiki.errors import ApiError
from bot.wiki.session import Wiki

CENTRAL_AUTH = "CentralAuth"
GLOBAL_BLOCKING = "GlobalBlocking"

LOCKS_AT_ONCE = 10
"""So many accounts are asked about one by one; the others in the next look-up."""
BLOCKS_AT_MOST = 500
SPLITS_AT_MOST = 12
"""So many requests more when some names are unknown to the farm, which refuses all for one."""
_UNKNOWN = "nosuchuser"


def globally_blocked(wiki: Wiki, names: Sequence[str]) -> set[str]:
    """Say which of these accounts are blocked on all wikis of the farm; fifty names at most."""
    if not names or GLOBAL_BLOCKING not in wiki.extensions():
        return set()
    found: set[str] = set()
    left, asked = [list(names)], 0
    while left and asked <= SPLITS_AT_MOST:
        some, asked = left.pop(0), asked + 1
        try:
            found |= _blocks(wiki, some)
        except ApiError as error:
            if error.code != _UNKNOWN:
                raise
            half = len(some) // 2
            left += [part for part in (some[:half], some[half:]) if half and part]
    return found


def is_locked(wiki: Wiki, name: str) -> bool:
    """Say whether an account is locked on the whole farm; one it does not know is not."""
    answer = wiki.call({"action": "query", "meta": "globaluserinfo", "guiuser": name})
    return bool(answer["query"]["globaluserinfo"].get("locked", False))


def _blocks(wiki: Wiki, names: Sequence[str]) -> set[str]:
    answer = wiki.call(
        {
            "action": "query",
            "list": "globalblocks",
            "bgtargets": "|".join(names),
            "bgprop": "target",
            "bglimit": BLOCKS_AT_MOST,
        }
    )
    targets = {str(block.get("target", "")) for block in answer["query"]["globalblocks"]}
    return targets & set(names)
