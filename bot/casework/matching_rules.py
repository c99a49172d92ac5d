"""The conditions of a match, each a named rule that one supporter and one case hit or miss."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from bot.casework.limits import kept_for_first
from bot.casework.roster import Supporter, SupporterStatus
from bot.languages import shared_language


class MatchingPolicy(Protocol):
    """What matching reads of `policy`."""

    @property
    def cool_down_days(self) -> float:
        """Days of rest between the end of a case and the next offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a case asks for: `languages` best first, `channels` the only ones, `avoid` user ids.

    `topics` and `prefer` are wishes and exclude nobody; `may_meet_another` is False once the
    requester has met as many supporters as one requester may, `first` once their account has asked
    before within a month: a part of each supporter's week is not for them then.
    """

    requester_id: int = field(repr=False)
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    topics: tuple[str, ...] = ()
    prefer: tuple[str, ...] = field(default=(), repr=False)
    avoid: frozenset[int] = field(default=frozenset(), repr=False)
    may_meet_another: bool = True
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a supporter has on their hands; `offered_this_case` is true of past offers too.

    `under_complaint` lasts until a coordinator has decided; times are aware UTC.
    """

    open_cases: int = 0
    live_offers: int = 0
    offers_this_week: int = 0
    last_offer_at: datetime | None = None
    last_case_ended_at: datetime | None = None
    offered_this_case: bool = False
    under_complaint: bool = False


IDLE = Load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the wiki says of a supporter's account; `blocked` means site-wide.

    `name` is what it is called now; empty where that is not known.
    """

    emailable: bool
    blocked: bool
    exists: bool = True
    name: str = field(default="", repr=False)

    @property
    def reachable(self) -> bool:
        """Say whether they can be asked by mail."""
        return self.exists and self.emailable and not self.blocked


# Not looked up yet, which passes for now.
_UNSEEN = Account(emailable=True, blocked=False)


class Search(NamedTuple):
    """All that the rules look at beside the supporters; loads and accounts are by user id.

    Who has no load is idle; who has no account here was not looked up yet, and passes for now.
    """

    wish: Wish
    loads: Mapping[int, Load]
    accounts: Mapping[int, Account]
    now: datetime
    policy: MatchingPolicy


Some = Sequence[Supporter]


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: `keep` returns those of some supporters who hit it, in the same order.

    `passing` says that a miss mends itself with time, so that waiting helps; `indexed` that the
    roster's index offers nobody else anyway; `at_once` that most may miss it together, so that all
    are held to it before they are put in order, and the others only as their turn comes.
    """

    name: str
    keep: Callable[[Search, Some], Some]
    passing: bool = False
    indexed: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one rule was hit or missed, for the table of `cases why`."""

    rule: str
    hit: bool
    passing: bool


def explain(
    wish: Wish,
    supporter: Supporter,
    load: Load,
    account: Account | None,
    now: datetime,
    policy: MatchingPolicy,
) -> tuple[Verdict, ...]:
    """Hold one supporter against every rule; `account` None was not looked up yet, and passes."""
    accounts = {} if account is None else {supporter.user_id: account}
    search = Search(wish, {supporter.user_id: load}, accounts, now, policy)
    return tuple(
        Verdict(rule.name, bool(rule.keep(search, [supporter])), rule.passing) for rule in RULES
    )


def has_room(supporter: Supporter, load: Load) -> bool:
    """Say whether somebody may take one more case, asked again as they accept one."""
    return load.open_cases < supporter.capacity


def _active(_search: Search, some: Some) -> Some:
    return [one for one in some if one.status is SupporterStatus.ACTIVE]


def _trained(search: Search, some: Some) -> Some:
    today = search.now.astimezone(UTC).date()
    return [one for one in some if one.trained_until is None or today <= one.trained_until]


def _not_the_requester(search: Search, some: Some) -> Some:
    requester = search.wish.requester_id
    return [one for one in some if one.user_id != requester]


def _not_avoided_by_requester(search: Search, some: Some) -> Some:
    avoided = search.wish.avoid
    return [one for one in some if one.user_id not in avoided]


def _does_not_avoid_requester(search: Search, some: Some) -> Some:
    requester = search.wish.requester_id
    return [one for one in some if requester not in one.avoid]


def _avoid_list_known(_search: Search, some: Some) -> Some:
    # A name entered at the desk may be the requester's: until it is looked up, nobody is risked.
    return [one for one in some if not one.avoid_new]


def _shares_language(search: Search, some: Some) -> Some:
    languages = search.wish.languages
    return [one for one in some if shared_language(languages, one.languages)]


def _shares_channel(search: Search, some: Some) -> Some:
    channels = frozenset(search.wish.channels)
    return [one for one in some if not channels.isdisjoint(one.channels)]


def _requester_may_meet_another(search: Search, some: Some) -> Some:
    return some if search.wish.may_meet_another else []


def _not_offered_before(search: Search, some: Some) -> Some:
    load = search.loads.get
    return [one for one in some if not load(one.user_id, IDLE).offered_this_case]


def _no_open_complaint(search: Search, some: Some) -> Some:
    load = search.loads.get
    return [one for one in some if not load(one.user_id, IDLE).under_complaint]


def _not_blocked(search: Search, some: Some) -> Some:
    account = search.accounts.get
    return [one for one in some if not account(one.user_id, _UNSEEN).blocked]


def _emailable(search: Search, some: Some) -> Some:
    account = search.accounts.get
    return [one for one in some if (its := account(one.user_id, _UNSEEN)).exists and its.emailable]


def _not_away(search: Search, some: Some) -> Some:
    now = search.now
    return [one for one in some if one.away_until is None or one.away_until <= now]


# Most of a large roster is idle, and who is idle hits these: everybody takes one case, one offer.


def _below_capacity(search: Search, some: Some) -> Some:
    # An offer may become a case, so each live one takes a place until it ends.
    loads = search.loads
    return [
        one
        for one in some
        if one.user_id not in loads
        or (load := loads[one.user_id]).open_cases + load.live_offers < one.capacity
    ]


def _below_per_week(search: Search, some: Some) -> Some:
    loads, first = search.loads, search.wish.first
    return [
        one
        for one in some
        if one.user_id not in loads
        or loads[one.user_id].offers_this_week
        < one.per_week - (0 if first else kept_for_first(one.per_week))
    ]


def _cooled_down(search: Search, some: Some) -> Some:
    rested_since = search.now - timedelta(days=search.policy.cool_down_days)
    loads = search.loads
    return [
        one
        for one in some
        if one.user_id not in loads
        or (ended := loads[one.user_id].last_case_ended_at) is None
        or ended <= rested_since
    ]


# In the order in which `cases why` prints them and ranking tries them.
RULES: tuple[Rule, ...] = (
    Rule("active", _active, indexed=True),
    Rule("shares_language", _shares_language, indexed=True),
    Rule("shares_channel", _shares_channel, indexed=True),
    Rule("below_capacity", _below_capacity, passing=True, at_once=True),
    Rule("below_per_week", _below_per_week, passing=True, at_once=True),
    Rule("cooled_down", _cooled_down, passing=True, at_once=True),
    Rule("not_away", _not_away, passing=True, at_once=True),
    Rule("trained", _trained, at_once=True),
    Rule("not_the_requester", _not_the_requester),
    Rule("not_avoided_by_requester", _not_avoided_by_requester),
    Rule("does_not_avoid_requester", _does_not_avoid_requester),
    Rule("avoid_list_known", _avoid_list_known, passing=True),
    Rule("requester_may_meet_another", _requester_may_meet_another, at_once=True),
    Rule("not_offered_before", _not_offered_before),
    # A coordinator decides, and may decide for them.
    Rule("no_open_complaint", _no_open_complaint, passing=True),
    # A block may end and an address may come back, but nobody should be kept hoping for it.
    Rule("not_blocked", _not_blocked),
    Rule("emailable", _emailable),
)
