"""Asking before something is erased or ended: in a terminal, or `--yes` from a script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bot.cli.words import say
from bot.problems import InputError, Problem

F = TypeVar("F", bound=Callable[..., Any])

STAYS = "Nothing was changed."


def yes_option(decorated: F) -> F:
    """Give a command the option that answers beforehand."""
    return click.option("--yes", is_flag=True, help="Do not ask first; for scripts.")(decorated)


def has_terminal() -> bool:
    """Say whether there is somebody to be asked."""
    return sys.stdin.isatty()


def need_terminal(place: str, *, yes: bool) -> None:
    """Refuse to go on where nobody can be asked, and nobody has agreed beforehand."""
    if not yes and not has_terminal():
        what = "This cannot be taken back, and there is no terminal to ask in."
        mend = f"Run it in one, or give --yes if it is meant. {STAYS}"
        raise InputError([Problem(place, what, mend)])


def be_sure(place: str, follows: str, *, yes: bool) -> None:
    """Say what follows and ask whether to go on; ends the program with 1 where the answer is no.

    Never inside a transaction: somebody may think for an hour, and the worker would wait.
    """
    if yes:
        return
    need_terminal(place, yes=yes)
    say(f"{follows} This cannot be taken back.")
    try:
        agreed = click.confirm("Go on?", default=False)
    except click.Abort:
        agreed = False
        click.echo()
    if not agreed:
        click.echo(STAYS, err=True)
        raise SystemExit(1)
