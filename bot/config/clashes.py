"""Settings that are fine alone and impossible together."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from bot.config.model import Policy
from bot.problems import Problem
from bot.yaml_places import Located


@dataclass(frozen=True, slots=True)
class Rule:
    """`less` (times its factor) has to stay below `more`; or at most reach it, where `equal`."""

    less: str
    more: str
    factor: int
    equal: bool
    why: str


RULES = (
    Rule(
        "remind_after_hours",
        "answer_within_hours",
        1,
        equal=False,
        why="A reminder would come when the time to answer is already over.",
    ),
    Rule(
        "answer_within_hours",
        "give_up_after_days",
        24,
        equal=True,
        why="A request would be given up while somebody may still answer it.",
    ),
    Rule(
        "nobody_yet_after_hours",
        "give_up_after_days",
        24,
        equal=False,
        why="A request would be given up before the requester hears that nobody is free yet.",
    ),
    Rule(
        "open_requests_per_account",
        "requests_per_account_per_month",
        1,
        equal=True,
        why="An account could have more requests open at once than it may make in a month.",
    ),
)


def clashes(main: Located, mistaken: AbstractSet[str]) -> Iterator[Problem]:
    """Find settings of `policy` that cannot hold together, counting defaults for those left out.

    `mistaken` are settings that are wrong by themselves, which is enough to tell of them.
    """
    policy = main.data.get("policy")
    given: Mapping[str, Any] = policy if isinstance(policy, dict) else {}
    values = Policy().model_dump() | {
        key: value for key, value in given.items() if value is not None
    }
    for rule in RULES:
        less, more = values[rule.less], values[rule.more]
        if rule.less in mistaken or rule.more in mistaken:
            continue
        most = more * rule.factor
        if less < most or (rule.equal and less == most):
            continue
        named = rule.less if given.get(rule.less) is not None else rule.more
        bound = f"at most {most}" if rule.equal else f"less than {most}"
        mend = f"Set {rule.less} to {bound} (it is {less}), or raise {rule.more} (it is {more})."
        yield Problem(main.place(("policy", named)), rule.why, mend)
