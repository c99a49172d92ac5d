"""The command line: finds the configuration, calls one command, and turns errors into words."""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import DBAPIError

from bot import logs, troubles
from bot.cli import (
    case_commands,
    check_command,
    complaint_commands,
    environment,
    key_commands,
    network_commands,
    roster_commands,
    simulate_command,
    stats_command,
    store_commands,
    wind_down_command,
)
from bot.faults import kind_and_place
from bot.problems import InputError, Problem
from bot.store.keyring import WrongSecretError
from bot.troubles import OutOfReachError
from bot.wiki.errors import WikiError

WRONG_USE = 2
OUT_OF_REACH = 3
FAULT = 70
"""None of DESIGN's: as in sysexits.h, for what should not happen."""

_BEGINNINGS = {
    WRONG_USE: "Something has to be mended first:",
    OUT_OF_REACH: "This could not be done now:",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration; PEER_SUPPORT_CONFIG or config/peer-support.yaml where left out.",
)
@click.version_option(package_name="peer-support")
@click.pass_context
def cli(context: click.Context, config_file: str | None) -> None:
    """Run the bot, the desk and the roster of a peer support network."""
    context.obj = config_file


for _commands in (
    network_commands,
    check_command,
    roster_commands,
    case_commands,
    complaint_commands,
    key_commands,
    simulate_command,
    store_commands,
    stats_command,
    wind_down_command,
):
    for _command in _commands.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Run the command line; exit codes are those of DESIGN, "Commands"."""
    logs.begin(os.environ.get("PEER_SUPPORT_LOG", "INFO"))
    sys.exit(_carried_out())


def _carried_out() -> int:
    try:
        environment.make_files(os.environ)
        cli()
    except InputError as error:
        return _told(WRONG_USE, *error.problems)
    except OutOfReachError as error:
        return _told(OUT_OF_REACH, error.problem)
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


def _told(code: int, *problems: Problem) -> int:
    click.echo(_BEGINNINGS[code], err=True)
    for problem in problems:
        click.echo(problem, err=True)
    return code
