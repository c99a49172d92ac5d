"""The command line: finds the configuration, calls one command, and turns errors into words."""

from __future__ import annotations

import logging
import os
import sys

import click
from sqlalchemy.exc import OperationalError

from bot.cli import case_commands, key_commands, network_commands, roster_commands
from bot.problems import InputError

EXIT_CHECK_FAILED = 1
EXIT_WRONG_USE = 2
EXIT_OUT_OF_REACH = 3


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


for _commands in (network_commands, roster_commands, case_commands, key_commands):
    for _command in _commands.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Run the command line; exit codes are those of DESIGN, "Commands"."""
    logging.basicConfig(
        level=os.environ.get("PEER_SUPPORT_LOG", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    # The libraries tell at these levels what they send; that is not for a log.
    for name in ("urllib3", "requests", "sqlalchemy", "alembic", "pywiki"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        cli()
    except InputError as error:
        _say("Something has to be mended first:", str(error))
        sys.exit(EXIT_WRONG_USE)
    except OperationalError as error:
        _say("The store can not be reached:", type(error.orig).__name__)
        sys.exit(EXIT_OUT_OF_REACH)
    except ExceptionGroup:
        raise
    except Exception as error:
        code = getattr(error, "code", None)
        if type(error).__module__ != "bot.wiki.session" or code is None:
            raise
        _say("The wiki can not be reached, or does not answer as it should:", str(code))
        sys.exit(EXIT_OUT_OF_REACH)


def _say(what: str, detail: str) -> None:
    click.echo(what, err=True)
    click.echo(detail, err=True)
