"""Whether somebody whom a coordinator chose may be asked about a case, and when. Pure.

Nobody is told which rule stood against it: some of the rules are secrets of the two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.casework.matching import Load, Match, MatchingPolicy, Wish, explain, not_before
from bot.casework.roster import Supporter

# How much somebody has to do is theirs to say when they answer; the rest a coordinator can not
# overrule, but for the language where they know better.
MAY_BE_MISSED = frozenset({"below_capacity", "below_per_week", "cooled_down"})
LANGUAGE = "shares_language"


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
    overruled = MAY_BE_MISSED | ({LANGUAGE} if any_language else set())
    verdicts = explain(wish, supporter, load, None, now, policy)
    return all(verdict.hit or verdict.rule in overruled for verdict in verdicts)


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
