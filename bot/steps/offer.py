"""Looking for supporters: who matches is asked, best first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.casework import matching
from bot.casework.events import Chosen, Looked
from bot.casework.matching import Account, Candidates, RosterIndex, Wish
from bot.casework.states import State
from bot.network import Network, paused
from bot.store import cases, marks, roster
from bot.store.cases import Identity, StoredCase
from bot.store.schema import cases as case_table
from bot.store.store import Tx

AT_ONCE = 50
LOOK_AGAIN = timedelta(hours=1)
LOOKED_UP_EACH = 5


def offer(network: Network) -> bool:
    """Look for supporters for each case whose time to look has come."""
    now = network.clock()
    with network.store.read() as tx:
        if paused(tx):
            return False
        wanting = cases.load_where(
            tx,
            case_table.c.state.in_([State.WAITING.value, State.OFFERED.value]),
            case_table.c.look_at <= now,
            limit=AT_ONCE,
        )
        if not wanting:
            return False
        index = RosterIndex(roster.everybody(tx))
    accounts = _look_up_the_best(network, wanting, index, now)
    for stored in wanting:
        with network.store.write() as tx:
            _ask(network, tx, stored.id, index, accounts, now)
    return True


def _look_up_the_best(
    network: Network, wanting: list[StoredCase], index: RosterIndex, now: datetime
) -> dict[int, Account]:
    """Look the best of all cases up together, until each case knows enough of its best."""
    accounts: dict[int, Account] = {}
    while True:
        unknown: set[int] = set()
        with network.store.read() as tx:
            for stored in wanting:
                ranking = _rank(network, tx, stored, index, accounts, now)
                best = [match.supporter_id for match in ranking.best[:LOOKED_UP_EACH]]
                unknown.update(user_id for user_id in best if user_id not in accounts)
        if not unknown:
            return accounts
        # Outside any transaction. Who turns out not to be emailable makes room for the next.
        accounts |= look_up(network, unknown)


def look_up(network: Network, user_ids: set[int]) -> dict[int, Account]:
    """Ask the wiki about accounts; one that is no more is neither emailable nor there."""
    people = network.people.by_id(user_ids)
    gone = Account(emailable=False, blocked=False, exists=False)
    return {
        user_id: Account(emailable=people[user_id].emailable, blocked=people[user_id].blocked)
        if user_id in people
        else gone
        for user_id in user_ids
    }


def wish_of(
    tx: Tx, stored: StoredCase, who: Identity, index: RosterIndex, now: datetime, most_met: int
) -> Wish:
    """Put together what a case asks of its supporter."""
    return Wish(
        requester_id=who.user_id,
        languages=stored.asked.languages,
        channels=stored.asked.channels,
        topics=stored.asked.topics,
        prefer=stored.asked.prefer,
        avoid=matching.resolve_avoid(who.avoid, index),
        may_meet_another=marks.has_met(tx, who.user_id, now) < most_met,
    )


def _ask(
    network: Network,
    tx: Tx,
    case_id: int,
    index: RosterIndex,
    accounts: Mapping[int, Account],
    now: datetime,
) -> None:
    stored = cases.load(tx, case_id)
    if stored is None:
        return
    ranking = _rank(network, tx, stored, index, accounts, now)
    policy = network.config.policy
    live = stored.case.live_offers
    known = [match for match in ranking.best if match.supporter_id in accounts]
    best = known[: max(0, policy.offers_at_once - len(live))]
    # Who is asked already leaves time, too.
    open_now = bool(live) or any(match.open_now for match in best)
    deadline = now + timedelta(hours=policy.answer_within_hours)
    chosen = tuple(
        Chosen(match.supporter_id, matching.not_before(match, open_now, deadline, now))
        for match in best
    )
    event = Looked(
        chosen, ranking.possible, again_at=now + LOOK_AGAIN, more=len(ranking.best) > len(best)
    )
    cases.happened(tx, case_id, event, now=now, policy=policy)


def _rank(
    network: Network,
    tx: Tx,
    stored: StoredCase,
    index: RosterIndex,
    accounts: Mapping[int, Account],
    now: datetime,
) -> matching.Ranking:
    who = cases.identity_of(tx, stored.id)
    if who is None:  # an open case always has one; a closed one wants nobody
        return matching.Ranking((), possible=True)
    policy = network.config.policy
    wish = wish_of(tx, stored, who, index, now, policy.supporters_one_requester_may_meet)
    candidates = Candidates(index, roster.loads(tx, now, stored.id), accounts)
    return matching.rank(wish, candidates, now, policy, network.chance)
