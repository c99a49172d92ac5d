"""Relieving supporters who can not go on: blocked on the whole wiki, or their account is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.network import Network, paused
from bot.store import cases, roster
from bot.store.store import get_setting, put_setting

LOOKED_AT = "relieved-at"
LOOK_EVERY = timedelta(hours=1)


def relieve(network: Network) -> bool:
    """Look everybody up who is asked or supports a case, hourly; who can not goes as if removed.

    Whom the wiki has blocked was not to be asked at all, and the person who waits for them is not
    to wait in vain. The look-up is one request for fifty; while nobody is asked there is none.
    """
    now = network.clock()
    with network.store.read() as tx:
        looked_at = get_setting(tx, LOOKED_AT)
        busy = roster.busy(tx)
        if paused(tx) or not busy:
            return False
    if looked_at is not None and now - datetime.fromisoformat(looked_at) < LOOK_EVERY:
        return False
    people = network.people.by_id(busy)
    gone = [i for i in busy if i not in people or people[i].blocked]
    relieved = 0
    with network.store.write() as tx:
        for user_id in gone:
            relieved += cases.leave(tx, user_id, now=now, policy=network.config.policy)
        put_setting(tx, LOOKED_AT, now.isoformat())
    return relieved > 0
