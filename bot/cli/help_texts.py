"""`--help` that tells everything: no summary is cut, and no word is broken at a hyphen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import click

from bot.cli.words import wrapped

_NEVER_CUT = 1000
_LEAST = 10


class WholeWords(click.HelpFormatter):
    """Breaks lines between words alone: `config/peer-support.yaml` can be copied."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, indented as it stands now."""
        indent = " " * self.current_indent
        paragraphs = [one for one in text.split("\n\n") if one.strip()]
        for number, one in enumerate(paragraphs):
            if number:
                self.write("\n")
            for line in wrapped(one, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names and what each is in two columns."""
        rows, indent = list(rows), " " * self.current_indent
        # In a narrow terminal the right column keeps at least half of it.
        most = min(col_max, self.width // 2 - self.current_indent - col_spacing)
        fitting = [len(name) for name, _ in rows if len(name) <= most]
        left = max(fitting, default=_LEAST) + col_spacing
        for name, text in rows:
            # A name that stands in brackets, such as the default, stays with its value.
            kept = re.sub(r"\[(\w+): ", "[\\1:\u00a0", text)
            lines = wrapped(kept, self.width - self.current_indent - left)
            lines = [line.replace("\u00a0", " ") for line in lines]
            if len(name) + col_spacing <= left and lines:
                self.write(f"{indent}{name:<{left}}{lines.pop(0)}\n")
            else:
                self.write(f"{indent}{name}\n")
            for line in lines:
                self.write(f"{indent}{' ' * left}{line}\n")


class _Context(click.Context):
    formatter_class = WholeWords


class Group(click.Group):
    """A group whose commands are summed up whole, in as many lines as that takes."""

    context_class = _Context

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command, which shows its own help in the same way."""
        found = super().get_command(ctx, cmd_name)
        return None if found is None else whole(found)

    def invoke(self, ctx: click.Context) -> Any:
        """Call a command; a number below nothing, which reads like an option, is told as one."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            if not error.option_name[1:].isdecimal():
                raise
            what = (
                f"No such option {error.option_name!r}. If it is meant as a number: none here can "
                "begin with a minus."
            )
            raise click.NoSuchOption(error.option_name, what, ctx=error.ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, each with its whole first sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(_NEVER_CUT)) for name, one in found if one]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def whole(command: click.Command) -> click.Command:
    """Let a command show its help without breaking words."""
    command.context_class = _Context
    return command
