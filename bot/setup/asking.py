"""Asking one thing in a terminal, and trying the answer, until it holds or is kept as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol, TypeVar

from bot.checks.check import Check, Verdict
from bot.problems import InputError, Problem
from bot.setup.questions import Question

T = TypeVar("T")

NOTHING = "-"
"""Typed for: nothing, also where something stood."""
_AGAIN = "Type it anew, or press Enter to go on with it as it is."


class Terminal(Protocol):
    """Where somebody reads and types."""

    def tell(self, text: str = "") -> None:
        """Say something in a paragraph of its own."""

    def ask(self, prompt: str, known: str, *, hidden: bool = False) -> str:
        """Ask for a line, and give it; nothing where Enter keeps what is known."""

    def looking(self) -> AbstractContextManager[object]:
        """Say that something is looked at, for as long as that takes."""

    def show(self, checks: Iterable[Check]) -> None:
        """Show what a trial found."""

    def complain(self, problems: Iterable[Problem]) -> None:
        """Say what is wrong with what was typed."""


class Asking:
    """Asks in a terminal; what is known already is kept with Enter.

    `typed` becomes true when an answer was typed, and not only kept.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.typed = False

    def asked(
        self,
        ask: Question,
        known: T,
        judge: Callable[[str], T],
        attempt: Callable[[T], Iterable[Check]] | None = None,
        show: Callable[[T], str] = str,
    ) -> T:
        """Explain, ask and try, until an answer holds or somebody goes on with it as it is."""
        self.explain(ask)
        tried = False
        while True:
            self.typed = False
            value = self.answered(ask, show(known), known, judge)
            if not value or attempt is None or (tried and not self.typed):
                return value
            if not wrong(self.tried(partial(attempt, value))):
                return value
            known, tried = value, True
            self._terminal.tell(_AGAIN)

    def answered(
        self,
        ask: Question,
        shown: str,
        known: T,
        judge: Callable[[str], T],
        *,
        hidden: bool = False,
    ) -> T:
        """Ask until something can be used; Enter gives what is known."""
        while True:
            typed = self._terminal.ask(ask.prompt, shown, hidden=hidden).strip()
            if typed == NOTHING and not ask.needed:
                return type(known)()
            if not typed:
                if shown or not ask.needed:
                    return known
                mend = "Write it, or leave with Ctrl-C: then nothing is written."
                self._terminal.complain([Problem(ask.name, "This has to be known.", mend)])
                continue
            try:
                answer = judge(typed)
            except InputError as error:
                self._terminal.complain(error.problems)
            else:
                self.typed = True
                return answer

    def tried(self, attempt: Callable[[], Iterable[Check]]) -> tuple[Check, ...]:
        """Try something, and show what was found."""
        with self._terminal.looking():
            checks = tuple(attempt())
        self._terminal.show(checks)
        return checks

    def explain(self, ask: Question) -> None:
        """Say why it is asked."""
        self._terminal.tell(ask.why)


def wrong(checks: Iterable[Check]) -> bool:
    """Say whether something has to be mended."""
    return any(one.verdict in {Verdict.FAILED, Verdict.OUT_OF_REACH} for one in checks)
