"""The terminal in which `setup` asks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

import click
from rich.console import Console

from bot.checks import Check
from bot.cli.check_lines import lines
from bot.cli.words import paragraph, say, width
from bot.problems import Problem


class ClickTerminal:
    """Somebody's own terminal."""

    def tell(self, text: str = "") -> None:
        """Say something in a paragraph of its own."""
        click.echo()
        say(text)

    def ask(self, prompt: str, known: str, *, hidden: bool = False) -> str:
        """Ask for a line, and give it; nothing where Enter keeps what is known."""
        shown = f"{prompt} [{known}]" if known else prompt
        return str(click.prompt(shown, default="", show_default=False, hide_input=hidden))

    def looking(self) -> AbstractContextManager[object]:
        """Say that something is looked at, for as long as that takes."""
        return Console().status("Looking …")

    def show(self, checks: Iterable[Check]) -> None:
        """Show what a trial found."""
        console = Console()
        for one in checks:
            for line in lines(one, width()):
                console.print(line, soft_wrap=True)

    def complain(self, problems: Iterable[Problem]) -> None:
        """Say what is wrong with what was typed."""
        for problem in problems:
            click.secho(paragraph(problem.what), fg="red")
            click.echo(paragraph(problem.mend, "  → ", "    "))
