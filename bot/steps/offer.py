"""Looking for supporters: who matches is asked, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.casework import looking, matching
from bot.casework.events import Withdrawn
from bot.casework.limits import Refusal
from bot.casework.matching import Account, Candidates, Load, Ranking, RosterIndex, Wish
from bot.casework.states import Case
from bot.casework.surge import cost_of
from bot.network import Network
from bot.network_state import network_state
from bot.steps.apart import NOT_ONES_OWN, Apart
from bot.steps.in_turn import in_turn
from bot.store import called, cases, line, outbox, reach, roster
from bot.store.aside import Kind
from bot.store.cases import StoredCase
from bot.store.store import Tx
from bot.store.wishes import wish_of


@dataclass
class _Plan:
    """Whom to ask about a case (user ids, best first), and what its last ranking said of others.

    `hopes` are those who could be asked another time, where nobody can now and that matters.
    `requester` is who asked, for a case that is looked at for the first time.
    """

    stored: StoredCase
    chosen: list[int] = field(default_factory=list)
    possible: bool = True
    more: bool = False
    hopes: tuple[int, ...] = ()
    requester: int | None = field(default=None, repr=False)
    broken: bool = False


class _Pool:
    """The roster as it is ranked: without whoever breaks the ranking of everybody else."""

    def __init__(self, network: Network, now: datetime) -> None:
        self._apart = Apart(network, Kind.SUPPORTER, now)
        with network.store.read() as tx:
            read, broken = roster.read_all(tx)
        for user_id, error in broken.items():
            self._set_aside(user_id, error)
        self.index = RosterIndex(one for one in read if not self._apart.waits(one.user_id))

    def went_well(self) -> None:
        """Note of everybody who was ranked that all is well with them."""
        self._apart.well({one.user_id for one in self.index.supporters})

    def _set_aside(self, user_id: int, error: Exception) -> None:
        if not self._apart.waits(user_id):
            self._apart.set_aside(user_id, error)

    def take_out(self, breaks: Callable[[RosterIndex], Exception | None]) -> bool:
        """Set those aside with whom alone it goes wrong; False where it is the case itself.

        It is where it goes wrong without anybody, or with each of several.
        """
        if breaks(RosterIndex([])) is not None:
            return False
        wrong = {}
        for one in self.index.supporters:
            error = breaks(RosterIndex([one]))
            if error is not None:
                wrong[one.user_id] = error
        if len(wrong) == len(self.index.supporters) > 1:
            return False
        for user_id, error in wrong.items():
            self._set_aside(user_id, error)
        self.index = RosterIndex(i for i in self.index.supporters if i.user_id not in wrong)
        return bool(wrong)


def offer(network: Network) -> bool:
    """Look for supporters for each case whose time to look has come.

    A case that goes wrong is set aside, and so is a supporter; the others go on.
    """
    now = network.clock()
    with network.store.read() as tx:
        if not network_state(tx).acts:
            return False
    apart = Apart(network, Kind.CASE, now)
    wanting = in_turn(network, apart, now)
    if not wanting:
        return False
    plans = [_Plan(stored) for stored in wanting]
    pool = _Pool(network, now)
    accounts = _choose_for_all(network, apart, plans, pool, now)
    pool.went_well()
    for plan in plans:
        if not plan.broken:
            with apart.one(plan.stored.id), network.store.write() as tx:
                _ask(network, tx, plan, accounts, now)
    return True


def _choose_for_all(
    network: Network, apart: Apart, plans: list[_Plan], pool: _Pool, now: datetime
) -> dict[int, Account]:
    """Choose for one case after the other, each seeing what those before it were given.

    The chosen of all cases are looked up together, outside any transaction, and nobody else is, but
    for those on whom alone it hangs whether anybody can be hoped for. Who turns out to be out of
    reach makes room for the next best.
    """
    accounts: dict[int, Account] = {}
    with network.store.read() as tx:
        loads = roster.loads(tx, now)
    for plan in plans:
        plan.broken = True
        with apart.one(plan.stored.id), network.store.read() as tx:
            plan.requester = _fresh_requester(tx, plan.stored)
            plan.broken = False
    plans = [plan for plan in plans if not plan.broken]
    asking = {plan.requester for plan in plans if plan.requester is not None}
    while plans:
        for plan in plans:
            plan.broken = True
            with apart.one(plan.stored.id):
                for user_id in _choose(network, plan, pool, loads, accounts, now):
                    plan.chosen.append(user_id)
                    loads[user_id] = looking.one_more(loads.get(user_id, Load()), now)
                plan.broken = False
        plans = [plan for plan in plans if not plan.broken]
        asked = {user_id for plan in plans for user_id in (*plan.chosen, *plan.hopes)}
        found = look_up(network, (asked | asking) - accounts.keys())
        accounts |= found
        _note_reach(network, {i: one for i, one in found.items() if i in asked})
        plans = [plan for plan in plans if _choose_again(plan, accounts)]
    return accounts


def _fresh_requester(tx: Tx, stored: StoredCase) -> int | None:
    """Give who asked, for a case that nobody was looked for yet: they are looked up once more."""
    who = cases.identity_of(tx, stored.id) if stored.case.begun_at is None else None
    return None if who is None else who.user_id


def _refused(
    network: Network, tx: Tx, plan: _Plan, accounts: Mapping[int, Account], now: datetime
) -> bool:
    """Take back a request of somebody whom the wiki had blocked by the time; True when it was.

    The desk knows only what was so when the link was sent, up to a day before.
    """
    requester = plan.requester or 0
    if requester not in accounts or not accounts[requester].blocked:
        return False
    outbox.put_not_taken(tx, requester, Refusal.BLOCKED.value, now)
    policy = network.config.policy
    cases.happened(tx, plan.stored.id, Withdrawn(), now=now, policy=policy)
    return True


def _choose(
    network: Network,
    plan: _Plan,
    pool: _Pool,
    loads: Mapping[int, Load],
    accounts: Mapping[int, Account],
    now: datetime,
) -> list[int]:
    """Choose as many as the case still wants, beside those chosen for it before."""
    case = plan.stored.case
    wanted = max(0, looking.wanted(case, network.config.policy) - len(plan.chosen))
    asked = {offer.supporter for offer in case.offers} | set(plan.chosen)
    loads = looking.not_again(loads, asked)

    def breaks(index: RosterIndex) -> Exception | None:
        try:
            choose(index)
        except NOT_ONES_OWN:
            raise
        except Exception as error:  # noqa: BLE001 - told of whom it is about
            return error
        return None

    def choose(index: RosterIndex) -> tuple[Ranking, tuple[int, ...]]:
        candidates = Candidates(index, loads, accounts)
        with network.store.read() as tx:
            # One more than is wanted, to know whether there is another.
            ranking = _rank(network, tx, plan.stored, candidates, now, wanted + 1)
            if ranking.best or not ranking.possible or plan.chosen or not _would_be_told(case):
                return ranking, ()
            return ranking, _hopes(network, tx, plan.stored, candidates, now)

    try:
        ranking, plan.hopes = choose(pool.index)
    except NOT_ONES_OWN:
        raise
    except Exception:
        if not pool.take_out(breaks):
            raise
        ranking, plan.hopes = choose(pool.index)
    best = [match.supporter_id for match in ranking.best]
    plan.possible = ranking.possible or bool(plan.chosen)
    plan.more = len(best) > wanted
    return best[:wanted]


def _would_be_told(case: Case) -> bool:
    """Say whether somebody would hear that nobody could match, if that were so."""
    return not case.live_offers and not case.nobody_could_told


def _choose_again(plan: _Plan, accounts: Mapping[int, Account]) -> bool:
    """Take back who cannot be written to; True when there was anybody, or all hope was in vain."""
    reachable = [user_id for user_id in plan.chosen if accounts[user_id].reachable]
    dropped = len(reachable) < len(plan.chosen)
    plan.chosen = reachable
    return dropped or bool(plan.hopes and not any(accounts[i].reachable for i in plan.hopes))


def _note_reach(network: Network, found: Mapping[int, Account]) -> None:
    """Keep who is out of reach, for `cases why`."""
    told = {user_id: _why_not(account) for user_id, account in found.items()}
    with network.store.read() as tx:
        known = reach.known(tx)
    if any(why is not None or user_id in known for user_id, why in told.items()):
        with network.store.write() as tx:
            reach.look(tx, told)


def _why_not(account: Account) -> str | None:
    if not account.exists:
        return reach.NO_ACCOUNT
    if account.blocked:
        return reach.BLOCKED
    return None if account.emailable else reach.NO_MAIL


def look_up(network: Network, user_ids: set[int]) -> dict[int, Account]:
    """Ask the wiki about accounts; one that is no more is neither emailable nor there."""
    people = network.people.by_id(user_ids)
    gone = Account(emailable=False, blocked=False, exists=False)
    found = {
        user_id: Account(emailable=one.emailable, blocked=one.blocked, name=one.name)
        for user_id, one in people.items()
    }
    return {user_id: found.get(user_id, gone) for user_id in user_ids}


def _ask(
    network: Network, tx: Tx, plan: _Plan, accounts: Mapping[int, Account], now: datetime
) -> None:
    """Ask the chosen who can still be asked: the roster or the case may have changed meanwhile."""
    stored = cases.load(tx, plan.stored.id)
    if stored is None:
        return
    if plan.requester is not None and _refused(network, tx, plan, accounts, now):
        return
    # By the names that they have now: the requester may avoid a new one.
    now_called = {i: accounts[i] for i in plan.chosen if i in accounts and accounts[i].name}
    called.supporters_are_called(tx, now_called, now)
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
        # In place of those who cannot be asked any more, others can: in the next round.
        some_dropped=len(best) < len(plan.chosen),
    )
    step = cases.happened_to(tx, stored, event, now=now, policy=policy)
    if step.case.offers and not stored.case.offers:
        line.spend(tx, cost_of(len(step.case.offers)), now)


def _rank(
    network: Network,
    tx: Tx,
    stored: StoredCase,
    candidates: Candidates,
    now: datetime,
    at_most: int,
) -> Ranking:
    wish = _wish(network, tx, stored, candidates, now)
    if wish is None:  # an open case always has one; a closed one wants nobody
        return Ranking((), possible=True)
    return matching.rank(wish, candidates, now, network.config.policy, network.chance, at_most)


def _hopes(
    network: Network, tx: Tx, stored: StoredCase, candidates: Candidates, now: datetime
) -> tuple[int, ...]:
    wish = _wish(network, tx, stored, candidates, now)
    return () if wish is None else matching.hopes(wish, candidates, now, network.config.policy)


def _wish(
    network: Network, tx: Tx, stored: StoredCase, candidates: Candidates, now: datetime
) -> Wish | None:
    who = cases.identity_of(tx, stored.id)
    most_met = network.config.policy.supporters_one_requester_may_meet
    return None if who is None else wish_of(tx, stored, who, candidates.roster, now, most_met)
