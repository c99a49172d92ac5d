"""What a trial found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.checks.check import Check


@dataclass(frozen=True)
class Found:
    """The lines to be shown, and facts for the questions that follow.

    Of the wiki: its `name` and `id`, and `public` where it is not on this machine. Of the account:
    the `user` that was logged in.
    """

    checks: tuple[Check, ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def public(self) -> bool:
        """Whether others can reach the wiki; one of which nothing is known yet counts as that."""
        return "public" in self.facts or "name" not in self.facts
