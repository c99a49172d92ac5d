"""The preconditions of a running network: what was found, and how to mend what is missing."""

from bot.checks.causes import by_cause, first, totals
from bot.checks.check import Check, Verdict
from bot.checks.run import exit_code, run_checks

__all__ = ["Check", "Verdict", "by_cause", "exit_code", "first", "run_checks", "totals"]
