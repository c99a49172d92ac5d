"""The command line: finds the configuration, calls one command, and turns errors into words."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click
from sqlalchemy.exc import DBAPIError

from bot import logs, troubles
from bot.cli import environment
from bot.cli.help_texts import Group, whole
from bot.cli.words import paragraph
from bot.faults import kind_and_place
from bot.private import variables
from bot.problems import InputError, Problem, printable
from bot.store.keyring import WrongSecretError
from bot.troubles import OutOfReachError
from bot.version import PACKAGE, version
from bot.wiki.errors import WikiError
from bot.wiki.refused import LogInError

WRONG_USE = 2
OUT_OF_REACH = 3
FAULT = 70
"""None of DESIGN's: as in sysexits.h, for what should not happen."""

_BEGINNINGS = {
    WRONG_USE: "Something has to be mended first:",
    OUT_OF_REACH: "This could not be done now:",
}


MODULES: Mapping[str, str] = MappingProxyType(
    {
        "cases": "case_commands",
        "check": "check_command",
        "complaints": "complaint_commands",
        "desk": "network_commands",
        "health": "network_commands",
        "init": "network_commands",
        "keys": "key_commands",
        "once": "network_commands",
        "pause": "network_commands",
        "publish": "network_commands",
        "resume": "network_commands",
        "roster": "roster_commands",
        "run": "network_commands",
        "setup": "setup_command",
        "simulate": "simulate_command",
        "stats": "stats_command",
        "status": "network_commands",
        "store": "store_commands",
        "wind-down": "wind_down_command",
    }
)
"""Where each command is."""


class Commands(Group):
    """Loads a command when it is called: what others need would be memory that the worker keeps."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return sorted(MODULES)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; where there is none, propose one that is loaded late."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(args[0], possibilities=MODULES, ctx=ctx) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command; None where there is none of this name."""
        if cmd_name not in MODULES:
            return None
        commands = import_module(f"bot.cli.{MODULES[cmd_name]}").COMMANDS
        return whole(next(one for one in commands if one.name == cmd_name))


def _show_version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"{PACKAGE}, version {version()}")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration; PEER_SUPPORT_CONFIG or config/peer-support.yaml where left out.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context, config_file: str | None) -> None:
    """Run the bot, the desk and the roster of a peer support network."""
    context.obj = config_file
    if context.invoked_subcommand != "setup":  # it asks for what may be missing here
        environment.make_files(variables())


def main() -> None:
    """Run the command line; exit codes are those of DESIGN, "Commands"."""
    logs.begin(os.environ.get("PEER_SUPPORT_LOG", "INFO"))
    sys.exit(_carried_out())


def _carried_out() -> int:
    try:
        cli()
    except InputError as error:
        return _told(WRONG_USE, *error.problems)
    except OutOfReachError as error:
        return _told(OUT_OF_REACH, error.problem)
    except LogInError as error:
        waits = error.refusal.ends_by_itself
        return _told(OUT_OF_REACH if waits else WRONG_USE, troubles.of_wiki(error))
    except WikiError as error:
        return _told(OUT_OF_REACH, troubles.of_wiki(error))
    except DBAPIError as error:
        return _told(OUT_OF_REACH, troubles.of_store(error, "the store"))
    except WrongSecretError:
        return _told(WRONG_USE, troubles.of_seal("the store"))
    except OSError as error:
        return _told(WRONG_USE, troubles.of_file(error))
    except Exception as error:  # noqa: BLE001 - its text and its trace can hold what people wrote
        click.echo("This is a fault of the program, and nothing that you did:", err=True)
        click.echo(
            f"{kind_and_place(error)}\n    Please tell the project, with this line.", err=True
        )
        return FAULT
    return 0


def _laid_out(problem: Problem) -> str:
    what = paragraph(f"{problem.place}: {problem.what}")
    return f"{what}\n{paragraph(problem.mend, '    ', '    ')}"


def _told(code: int, *problems: Problem) -> int:
    click.echo(_BEGINNINGS[code], err=True)
    for problem in problems:
        # Whole lines in a log or a pipe, where somebody looks for a part of one.
        said = _laid_out(problem) if sys.stderr.isatty() else str(problem)
        click.echo(printable(said), err=True)
    return code
