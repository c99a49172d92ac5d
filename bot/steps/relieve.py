"""Looking at those who take part: who cannot go on is relieved, who was renamed is followed."""

from __future__ import annotations

from datetime import timedelta

from bot.network import Network
from bot.network_state import network_state
from bot.steps.apart import Apart
from bot.store import called, cases, roster
from bot.store.aside import Kind

LOOK_EVERY = timedelta(minutes=5)
"""So long a page can show a case to somebody whom the wiki has locked or blocked meanwhile."""


def relieve(network: Network) -> bool:
    """Look up everybody who is asked, supports a case or is supported, every five minutes.

    Whom the wiki has blocked, by itself or with all wikis of its farm, goes as if removed: they
    were not to be asked at all, and the person who waits for them is not to wait in vain. The
    look-up is one request for fifty; while nobody is asked there is none.
    """
    now, policy = network.clock(), network.config.policy
    with network.store.read() as tx:
        looked_at = called.looked_at(tx)
        busy = roster.busy(tx)
        if not network_state(tx).acts or not busy:
            return False
        if looked_at is not None and now - looked_at < LOOK_EVERY:
            return False
        asked, broken = called.requesters(tx)
    people = network.people.by_id({*busy, *asked.values()})
    gone = [i for i in busy if i not in people or people[i].blocked]
    done = 0
    apart = Apart(network, Kind.SUPPORTER, now)
    for user_id in gone:
        # Looked up again in any case, so that nothing here is tried all the time.
        with apart.one(user_id), network.store.write() as tx:
            done += cases.leave(tx, user_id, now=now, policy=policy)
    for user_id in busy:
        if user_id in people:
            with apart.one(user_id), network.store.write() as tx:
                renamed = called.supporters_are_called(tx, {user_id: people[user_id]}, now)
                done += called.part_from_avoided(tx, renamed, now=now, policy=policy)
    apart = Apart(network, Kind.CASE, now)
    for case_id, error in broken.items():
        apart.set_aside(case_id, error)
    for case_id, requester in asked.items():
        with apart.one(case_id), network.store.write() as tx:
            called.requester_is_called(tx, case_id, people.get(requester))
    with network.store.write() as tx:
        called.note_look(tx, now)
    return done > 0
