"""Who is asked first, and when: the supporters who hit every rule, best first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice

from bot.casework.matching_index import RosterIndex, resolve_avoid
from bot.casework.matching_order import Group, Order
from bot.casework.matching_rules import (
    RULES,
    Account,
    Load,
    MatchingPolicy,
    Rule,
    Search,
    Some,
    Verdict,
    Wish,
    explain,
    has_room,
)
from bot.casework.roster import Supporter

__all__ = [
    "RULES",
    "Account",
    "Candidates",
    "Load",
    "Match",
    "MatchingPolicy",
    "Ranking",
    "RosterIndex",
    "Rule",
    "Verdict",
    "Wish",
    "explain",
    "has_room",
    "hopes",
    "not_before",
    "rank",
    "resolve_avoid",
]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The roster, and what is known by user id; none is an idle load, or an account not asked."""

    roster: RosterIndex
    loads: Mapping[int, Load] = field(default_factory=dict)
    accounts: Mapping[int, Account] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A supporter who may be asked, in `language`; `opens_at` is now for one inside their hours."""

    supporter_id: int
    language: str
    wishes_met: int
    open_now: bool
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Ranking:
    """The matches, best first, and whether there would be one if everybody only had the time."""

    best: tuple[Match, ...]
    possible: bool


# The wiki tells about so many accounts in one answer.
_ONE_LOOK_UP = 50


def rank(
    wish: Wish,
    candidates: Candidates,
    now: datetime,
    policy: MatchingPolicy,
    chance: Callable[[], float],
    at_most: int = _ONE_LOOK_UP,
) -> Ranking:
    """Return the best matches for a case; `chance` gives numbers from 0 up to 1 and breaks ties."""
    search = Search(wish, candidates.loads, candidates.accounts, now, policy)
    order = Order(search, chance)
    matches = (
        _match(supporter, language, group, now)
        for language, speakers in candidates.roster.tiers(wish.languages, wish.channels)
        for group in order.groups(speakers)
        for supporter in _as_they_come(search, order, group)
    )
    best = tuple(islice(matches, at_most))
    return Ranking(best, bool(best) or _is_possible(search, candidates.roster))


def hopes(
    wish: Wish, candidates: Candidates, now: datetime, policy: MatchingPolicy
) -> tuple[int, ...]:
    """List who makes a case possible, though not now, and was not looked up yet: one look-up."""
    search = Search(wish, candidates.loads, candidates.accounts, now, policy)
    unseen = (
        one
        for _, speakers in candidates.roster.tiers(wish.languages, wish.channels)
        for alike in speakers
        for one in _kept(_LASTING, search, alike.supporters)
        if one.user_id not in candidates.accounts
    )
    return tuple(one.user_id for one in islice(unseen, _ONE_LOOK_UP))


def not_before(match: Match, others_open_now: bool, deadline: datetime, now: datetime) -> datetime:
    """Return when the mail of an offer may go: once their hours open, if the case can wait so long.

    It can when somebody else is asked meanwhile, or when they open before the deadline.
    """
    if others_open_now or match.opens_at < deadline:
        return max(match.opens_at, now)
    return now


# The index has seen to the others.
_EVERY = tuple(rule for rule in RULES if not rule.indexed)
_AT_ONCE = tuple(rule for rule in _EVERY if rule.at_once)
_IN_TURN = tuple(rule for rule in _EVERY if not rule.at_once)
_LASTING = tuple(rule for rule in _EVERY if not rule.passing)


def _as_they_come(search: Search, order: Order, group: Group) -> Iterator[Supporter]:
    """Yield those of a group who hit every rule, in order, and look no further than is read."""
    in_order = order.within(_kept(_AT_ONCE, search, group.supporters))
    while few := list(islice(in_order, _ONE_LOOK_UP)):
        yield from _kept(_IN_TURN, search, few)


def _kept(rules: Iterable[Rule], search: Search, group: Some) -> Some:
    for rule in rules:
        group = rule.keep(search, group)
    return group


def _is_possible(search: Search, roster: RosterIndex) -> bool:
    for _, speakers in roster.tiers(search.wish.languages, search.wish.channels):
        everybody = chain.from_iterable(alike.supporters for alike in speakers)
        # By the hundred, since the first one found is enough.
        while hundred := list(islice(everybody, 100)):
            if _kept(_LASTING, search, hundred):
                return True
    return False


def _match(supporter: Supporter, language: str, group: Group, now: datetime) -> Match:
    opens_at = now.astimezone(UTC)
    if not group.open_now and supporter.hours is not None:
        opens_at = supporter.hours.next_opening(now, supporter.timezone)
    return Match(supporter.user_id, language, group.wishes_met, group.open_now, opens_at)
