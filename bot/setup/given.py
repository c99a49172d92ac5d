"""What options and the environment say, put over what is known already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.problems import InputError, Problem, quoted
from bot.setup import log_in
from bot.setup.answers import Answers, shutoff_of
from bot.setup.log_in import LogIn
from bot.setup.questions import Ask

Judges = Callable[[str], Callable[[str], Any]]

_MAY_BE_SECRET = frozenset({"account", "password", "database"})
"""A password can stand in these, also where it should not."""


def over(
    known: Answers, given: Mapping[str, str | None], judges: Judges
) -> tuple[Answers, list[Problem]]:
    """Give the answers with these in place, and all that is wrong with those that cannot be taken.

    `given` is by the names of answers, and `judges` gives what judges one of a name. Another
    account than the one that is known begins without its password.
    """
    answers = known
    problems: list[Problem] = []
    said = LogIn()
    for name, typed in given.items():
        if not typed:
            continue
        try:
            if name == "account":
                said = log_in.find(typed, Ask.ACCOUNT.value.name)
            elif name == "password":
                pasted = log_in.password(typed, Ask.PASSWORD.value.name)
                said = log_in.together(said, pasted, Ask.PASSWORD.value.name)
            else:
                answers = replace(answers, **{name: judges(name)(typed)})
        except InputError as error:
            problems += error.problems if name in _MAY_BE_SECRET else _named(error, typed)
    answers = _with(answers, said)
    if answers.account and answers.shutoff in {"", shutoff_of(known.account)}:
        answers = replace(answers, shutoff=shutoff_of(answers.account))
    return answers, problems


def _named(error: InputError, typed: str) -> Iterator[Problem]:
    """Say with each problem what was typed: it is one of many options, or a variable."""
    for one in error.problems:
        yield replace(one, what=f"{quoted(typed)}: {one.what}")


def _with(answers: Answers, said: LogIn) -> Answers:
    another = said.name not in {"", answers.account} or said.suffix not in {"", answers.suffix}
    if another:
        answers = replace(answers, password="")
    if said.name not in {"", answers.account}:
        answers = replace(answers, suffix="")
    return replace(
        answers,
        account=said.name or answers.account,
        suffix=said.suffix or answers.suffix,
        password=said.password or answers.password,
    )
