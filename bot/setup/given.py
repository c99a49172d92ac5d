"""What options and the environment say, put over what is known already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.problems import InputError, Problem
from bot.setup import log_in
from bot.setup.answers import Answers, shutoff_of
from bot.setup.log_in import LogIn
from bot.setup.questions import Ask

Judges = Callable[[str], Callable[[str], Any]]


def over(
    known: Answers, given: Mapping[str, str | None], judges: Judges
) -> tuple[Answers, list[Problem]]:
    """Give the answers with these in place, and all that is wrong with those that can not be taken.

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
            problems += error.problems
    answers = _with(answers, said)
    if answers.account and answers.shutoff in {"", shutoff_of(known.account)}:
        answers = replace(answers, shutoff=shutoff_of(answers.account))
    return answers, problems


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
