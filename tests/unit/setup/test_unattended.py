"""`--yes`: all that is missing and all that fails is told at once."""

from __future__ import annotations

from bot.checks.check import Check
from bot.setup import unattended
from bot.setup.answers import Answers
from bot.setup.questions import Ask
from tests.unit.setup.test_dialogue import KNOWN, World


def test_unasked_names_all_that_is_missing() -> None:
    """Each with how to give it; with files of somebody's own, only what is not in them."""
    missing = unattended.lacking(Answers(), own_files=False)
    assert [one.place for one in missing] == [
        ask.value.name
        for ask in (Ask.WIKI, Ask.ACCOUNT, Ask.SUFFIX, Ask.PASSWORD, Ask.COORDINATORS)
    ]
    assert len(unattended.lacking(Answers(), own_files=True)) == 1
    assert unattended.lacking(KNOWN, own_files=False) == []


def test_unasked_tries_all_and_tells_what_hinders() -> None:
    """Answers that fail hinder; a desk that is not started does not."""
    shown: list[Check] = []
    world = World(wrong={"log-in", "database", "desk"})
    verdicts = unattended.attempt(KNOWN, world, shown.extend, own_files=False)
    assert [one.place for one in verdicts.problems] == ["log-in", "database"]
    assert not verdicts.away
    assert [one.name for one in shown] == ["wiki", "log-in", "database", "desk"]
