"""Other values for the policy, to be compared: `offers_at_once=2,3`, all combined, each checked."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from bot.config import explain
from bot.config.clashes import clashes
from bot.config.model import Policy
from bot.problems import InputError, Problem
from bot.yaml_places import Located

_PLACE = "--try"


@dataclass(frozen=True)
class Trial:
    """A policy, and what is different in it from the one that is used."""

    name: str
    policy: Policy


def trials(policy: Policy, tried: Sequence[str]) -> list[Trial]:
    """Combine all values; raise InputError with everything that is wrong with one of them."""
    read = [_read(one) for one in tried]
    found: list[Trial] = []
    problems: dict[tuple[str, str], Problem] = {}
    for values in itertools.product(*(values for _, values in read)):
        different = dict(zip((name for name, _ in read), values, strict=True))
        given = policy.model_dump() | different
        name = ", ".join(f"{name} {value}" for name, value in different.items())
        try:
            found.append(Trial(name or "as configured", Policy.model_validate(given)))
        except ValidationError as error:
            wrong = list(explain.problems(error, Policy, lambda _: _PLACE))
        else:
            wrong = list(clashes(Located({"policy": given}, _PLACE, {}), set()))
        problems |= {(one.what, one.mend): replace(one, place=_PLACE) for one in wrong}
    if problems:
        raise InputError(list(problems.values()))
    return found


def _read(tried: str) -> tuple[str, list[int]]:
    name, _, values = tried.partition("=")
    try:
        return name.strip(), [int(value) for value in values.split(",")]
    except ValueError:
        mend = "Write a setting of the policy and whole numbers, as in offers_at_once=2,3."
        raise InputError([Problem(_PLACE, "This cannot be read.", mend)]) from None
