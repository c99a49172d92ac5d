"""Whether somebody whom a coordinator chose may be asked about a case, and when. Pure.

Some of the rules are secrets of the two, so nobody is told that one of these stood against it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.casework.matching import Load, Match, MatchingPolicy, Wish, explain, not_before
from bot.casework.roster import Supporter

# How much somebody has to do is theirs to say when they answer; the rest a coordinator cannot
# overrule, but for the language where they know better.
MAY_BE_MISSED = frozenset({"below_capacity", "below_per_week", "cooled_down"})
LANGUAGE = "shares_language"
MAY_BE_TOLD = frozenset(
    {"active", LANGUAGE, "shares_channel", "not_away", "trained", "not_blocked", "emailable"}
)
"""What a coordinator can see on the roster, on the wiki and of the case anyway.

All other rules are of what one of the two has said or done: whom either avoids, who was asked and
said nothing, who complained, who asks. They are many, so that a refusal without a reason tells
none of them.
"""
NOT_TOLD = "not told"
"""Stands for each of those."""


def may_be_asked(
    wish: Wish,
    supporter: Supporter,
    load: Load,
    now: datetime,
    policy: MatchingPolicy,
    *,
    any_language: bool,
) -> bool:
    """Say whether they can be asked; whether mail reaches them is found when it is sent."""
    return not _against(wish, supporter, load, now, policy, any_language=any_language)


def told_against(
    wish: Wish,
    supporter: Supporter,
    load: Load,
    now: datetime,
    policy: MatchingPolicy,
    *,
    any_language: bool,
) -> tuple[str, ...]:
    """Name the rules that stand against asking them, of those that may be told."""
    against = _against(wish, supporter, load, now, policy, any_language=any_language)
    return tuple(rule for rule in against if rule in MAY_BE_TOLD)


def as_told(rule: str) -> str:
    """Give a rule's name as coordinators and operators may read it beside somebody."""
    return rule if rule in MAY_BE_TOLD | MAY_BE_MISSED else NOT_TOLD


def _against(
    wish: Wish,
    supporter: Supporter,
    load: Load,
    now: datetime,
    policy: MatchingPolicy,
    *,
    any_language: bool,
) -> list[str]:
    overruled = MAY_BE_MISSED | ({LANGUAGE} if any_language else set())
    verdicts = explain(wish, supporter, load, None, now, policy)
    return [one.rule for one in verdicts if not one.hit and one.rule not in overruled]


def ask_when(
    supporter: Supporter, now: datetime, *, others_asked: bool, deadline: datetime
) -> datetime:
    """Give when the mail may go: within their hours, if the case can wait so long."""
    opens_at = now.astimezone(UTC)
    if supporter.hours is not None:
        opens_at = supporter.hours.next_opening(now, supporter.timezone)
    match = Match(supporter.user_id, "", 0, opens_at <= now, opens_at)
    return not_before(match, others_asked, deadline, now)


def time_to_answer(now: datetime, answer_within_hours: int) -> datetime:
    """Give the time before which an offer should be out."""
    return now + timedelta(hours=answer_within_hours)
