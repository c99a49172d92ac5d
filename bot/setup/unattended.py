"""`setup --yes`: nobody is asked; all that is lacking or fails is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.checks.check import Check, Verdict
from bot.problems import Problem
from bot.setup.answers import Answers
from bot.setup.dialogue import Trials
from bot.setup.questions import Ask

# What was answered, and not what others have to allow or start: those can come later.
_OF_ANSWERS = frozenset(
    {"wiki", "log-in", "the wiki", "needed grants", "needless grants", "database", "desk address"}
)
_COORDINATOR = "coordinator"
_HOW = {
    Ask.WIKI: "--wiki, or the variable PEER_SUPPORT_WIKI",
    Ask.ACCOUNT: "--account, or the variable PEER_SUPPORT_ACCOUNT",
    Ask.SUFFIX: "--account with the name of the bot password, like PeerSupportBot@peer-support",
    Ask.PASSWORD: "the variable PEER_SUPPORT_ACCOUNT_PASSWORD",
    Ask.COORDINATORS: "--coordinator, once for each",
}


@dataclass(frozen=True)
class Verdicts:
    """What stands in the way: `problems` to mend; `away`, when something was not reached.

    `user` is the account that was logged in, if one was.
    """

    problems: tuple[Problem, ...]
    away: bool
    user: str = ""


def lacking(answers: Answers, *, own_files: bool) -> list[Problem]:
    """Name what has to be known and is not."""
    found = []
    for ask, how in _HOW.items():
        if own_files and ask is not Ask.COORDINATORS:
            continue
        if not getattr(answers, ask.name.lower()):
            found.append(Problem(ask.value.name, "This has to be known.", f"Give it by {how}."))
    return found


def attempt(
    answers: Answers, trials: Trials, show: Callable[[Iterable[Check]], None], *, own_files: bool
) -> Verdicts:
    """Try all that is known, and show it."""
    checks: list[Check] = []

    def tried(found: Iterable[Check]) -> None:
        some = tuple(found)
        checks.extend(some)
        show(some)

    public, user = False, ""
    if answers.wiki or own_files:
        found = trials.wiki(answers)
        public = found.public
        tried(found.checks)
        if (own_files or answers.password) and not _hindering(checks):
            found = trials.account(answers)
            user = found.facts.get("user", "")
            tried(found.checks)
    if user and answers.coordinators:
        tried(trials.coordinators(answers).checks)
    tried(trials.database(answers).checks)
    tried(trials.desk(answers, public=public).checks)
    hindering = _hindering(checks)
    return Verdicts(
        tuple(Problem(one.name, one.found, one.mend) for one in hindering),
        away=any(one.verdict is Verdict.OUT_OF_REACH for one in hindering),
        user=user,
    )


def _hindering(checks: Iterable[Check]) -> list[Check]:
    return [
        one
        for one in checks
        if one.verdict in {Verdict.FAILED, Verdict.OUT_OF_REACH}
        and (one.name in _OF_ANSWERS or one.name.startswith(_COORDINATOR))
    ]
