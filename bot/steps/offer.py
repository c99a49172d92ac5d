"""Looking for supporters: who matches is asked, best first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.casework import looking, matching
from bot.casework.matching import Account, Candidates, Load, Ranking, RosterIndex
from bot.network import Network, paused
from bot.steps.in_turn import in_turn
from bot.store import cases, roster
from bot.store.cases import StoredCase
from bot.store.store import Tx
from bot.store.wishes import wish_of


@dataclass
class _Plan:
    """Whom to ask about a case (user ids, best first), and what its last ranking said of others."""

    stored: StoredCase
    chosen: list[int] = field(default_factory=list)
    possible: bool = True
    more: bool = False


def offer(network: Network) -> bool:
    """Look for supporters for each case whose time to look has come."""
    now = network.clock()
    with network.store.read() as tx:
        if paused(tx):
            return False
    wanting = in_turn(network, now)
    if not wanting:
        return False
    with network.store.read() as tx:
        index = RosterIndex(roster.everybody(tx))
    plans = [_Plan(stored) for stored in wanting]
    accounts = _choose_for_all(network, plans, index, now)
    for plan in plans:
        with network.store.write() as tx:
            _ask(network, tx, plan, accounts, now)
    return True


def _choose_for_all(
    network: Network, plans: list[_Plan], index: RosterIndex, now: datetime
) -> dict[int, Account]:
    """Choose for one case after the other, each seeing what those before it were given.

    The chosen of all cases are looked up together, outside any transaction, and nobody else is.
    Who turns out to be out of reach makes room for the next best.
    """
    accounts: dict[int, Account] = {}
    with network.store.read() as tx:
        loads = roster.loads(tx, now)
    while plans:
        with network.store.read() as tx:
            for plan in plans:
                for user_id in _choose(network, tx, plan, Candidates(index, loads, accounts), now):
                    plan.chosen.append(user_id)
                    loads[user_id] = looking.one_more(loads.get(user_id, Load()), now)
        chosen = {user_id for plan in plans for user_id in plan.chosen}
        accounts |= look_up(network, chosen - accounts.keys())
        plans = [plan for plan in plans if _drop_unreachable(plan, accounts)]
    return accounts


def _choose(
    network: Network, tx: Tx, plan: _Plan, candidates: Candidates, now: datetime
) -> list[int]:
    """Choose as many as the case still wants, beside those chosen for it before."""
    case = plan.stored.case
    wanted = max(0, looking.wanted(case, network.config.policy) - len(plan.chosen))
    asked = {offer.supporter for offer in case.offers} | set(plan.chosen)
    candidates = replace(candidates, loads=looking.not_again(candidates.loads, asked))
    # One more than is wanted, to know whether there is another.
    ranking = _rank(network, tx, plan.stored, candidates, now, wanted + 1)
    best = [match.supporter_id for match in ranking.best]
    plan.possible = ranking.possible or bool(plan.chosen)
    plan.more = len(best) > wanted
    return best[:wanted]


def _drop_unreachable(plan: _Plan, accounts: Mapping[int, Account]) -> bool:
    """Take back who can not be written to; True when there was anybody."""
    reachable = [
        user_id
        for user_id in plan.chosen
        if accounts[user_id].emailable and not accounts[user_id].blocked
    ]
    dropped = len(reachable) < len(plan.chosen)
    plan.chosen = reachable
    return dropped


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


def _ask(
    network: Network, tx: Tx, plan: _Plan, accounts: Mapping[int, Account], now: datetime
) -> None:
    """Ask the chosen who can still be asked: the roster or the case may have changed meanwhile."""
    stored = cases.load(tx, plan.stored.id)
    if stored is None:
        return
    chosen = RosterIndex(one for i in plan.chosen if (one := roster.get(tx, i)) is not None)
    loads = roster.loads(tx, now, stored.id, only=plan.chosen)
    candidates = Candidates(chosen, loads, accounts)
    best = _rank(network, tx, stored, candidates, now, len(plan.chosen)).best
    policy = network.config.policy
    event = looking.looked(
        stored.case,
        best,
        now,
        policy,
        possible=plan.possible,
        more=plan.more,
        # In place of those who can not be asked any more, others can: in the next round.
        some_dropped=len(best) < len(plan.chosen),
    )
    cases.happened_to(tx, stored, event, now=now, policy=policy)


def _rank(
    network: Network,
    tx: Tx,
    stored: StoredCase,
    candidates: Candidates,
    now: datetime,
    at_most: int,
) -> Ranking:
    who = cases.identity_of(tx, stored.id)
    if who is None:  # an open case always has one; a closed one wants nobody
        return Ranking((), possible=True)
    policy = network.config.policy
    most_met = policy.supporters_one_requester_may_meet
    wish = wish_of(tx, stored, who, candidates.roster, now, most_met)
    return matching.rank(wish, candidates, now, policy, network.chance, at_most)
