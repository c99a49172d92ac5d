"""`setup`: asks what it must, tries each answer at once, and writes the files."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.cli import environment
from bot.cli.check_command import check
from bot.cli.network_commands import init
from bot.cli.setup_terminal import ClickTerminal
from bot.cli.words import say
from bot.config_place import ACCOUNT_PASSWORD_VARIABLE, DATABASE_VARIABLE, SETTINGS_VARIABLE
from bot.config_place import SECRET_VARIABLE as SECRET
from bot.private import variables
from bot.problems import InputError, Problem
from bot.setup import judging, unattended
from bot.setup.answers import Answers, shutoff_of
from bot.setup.dialogue import Circumstances, Dialogue
from bot.setup.given import over
from bot.setup.ground import Ground, families, judge, survey
from bot.setup.questions import Ask
from bot.setup.trials import RealTrials
from bot.setup.written import for_files, for_variables, put_all
from bot.toolsdb_account import USER as TOOLSDB_USER
from bot.troubles import OutOfReachError

_COORDINATOR = "The account of a coordinator. Can be repeated."
_LEFT = "Everything is as it was: nothing has been written."
_MAKES_ONE = (
    'python3 -c "import base64, os; '
    "print(base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('='))\""
)


@click.command()
@click.option("--yes", "unasked", is_flag=True, help="Ask nothing; tell all that is missing.")
@click.option("--wiki", metavar="WIKI", help="meta:meta, or the address of the wiki's api.php.")
@click.option(
    "--account",
    metavar="NAME@SUFFIX",
    help="The bot's account, and what its bot password is called.",
)
@click.option("--coordinator", "coordinators", metavar="NAME", multiple=True, help=_COORDINATOR)
@click.option("--operator", metavar="TEXT", help="Who runs the network, as people read it.")
@click.option("--privacy-contact", metavar="TEXT", help="Where people ask about personal data.")
@click.option(
    "--hosting-permission", metavar="TEXT", help="Who allowed personal data on this host."
)
@click.option("--database", metavar="ADDRESS", help="A file, or mysql://host/name.")
@click.option("--desk", metavar="ADDRESS", help="Where people reach the desk.")
@click.option("--intake", metavar="TITLE", help="The page where requests come in.")
@click.option("--landing", metavar="TITLE", help="The page that tells of the network.")
@click.option("--shutoff", metavar="TITLE", help="The page that stops the bot.")
@click.option("--pages", is_flag=True, help="Ask for the titles of pages, too.")
@click.option("--mail-to", metavar="NAME", help="With --yes: send one mail to this account.")
@click.option(
    "--variables/--files",
    "in_variables",
    default=None,
    help="Show values for `toolforge envvars`, or write files; the first where Toolforge's "
    "variables are set.",
)
@click.pass_context
def setup(
    context: click.Context,
    /,
    unasked: bool,
    pages: bool,
    mail_to: str | None,
    in_variables: bool | None,
    **options: Any,
) -> None:
    """Set up a network: ask, try each answer, write the files.

    The bot password is asked for, or read from PEER_SUPPORT_ACCOUNT_PASSWORD. It can be run again:
    Enter keeps what is there.
    """
    if not unasked and not (sys.stdin.isatty() and sys.stdout.isatty()):
        what = "There is no terminal to ask in."
        mend = "Run it in one, or say --yes: then answers come from options and the environment."
        raise InputError([Problem("setup", what, mend)])
    if mail_to and not unasked:
        what = "setup asks whom the test mail goes to, and takes it from here with --yes alone."
        raise InputError([Problem("--mail-to", what, "Leave it out, or give --yes.")])
    to = judging.account_name(mail_to, Ask.MAIL_TO.value.name) if mail_to else None
    if in_variables is None:
        in_variables = bool(variables().get(SETTINGS_VARIABLE) or variables().get(TOOLSDB_USER))
    try:
        ground, problems = _ground(context.obj, options, in_variables=in_variables)
        trials = _trials(ground)
        if unasked:
            answers = _unasked(ground, trials, problems, to)
        elif problems:
            raise InputError(problems)
        else:
            answers = _asked(ground, trials, pages=pages)
        if in_variables:
            _show_variables(ground, answers)
            return
        _write(ground, answers, unasked=unasked)
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo(f"\n{_LEFT}", err=True)
        raise SystemExit(1) from None
    context.invoke(init)
    if not unasked:
        _go_on(context, ground)


def _ground(
    config_file: str | None, options: dict[str, Any], *, in_variables: bool
) -> tuple[Ground, list[Problem]]:
    """Find what is there, and put over it what environment and options say, if it can be taken."""
    path, environ = app.config_path(config_file, variables()), variables()
    settings = environ.get(SETTINGS_VARIABLE) if in_variables else None
    here, home = Path.cwd(), Path.home()
    ground = survey(path, settings, environ, here, home, in_files=not in_variables)
    given = {
        "wiki": options["wiki"] or environ.get(environment.WIKI),
        "account": options["account"] or environ.get(environment.ACCOUNT),
        "password": environ.get(ACCOUNT_PASSWORD_VARIABLE),
        "coordinators": ", ".join(options["coordinators"]),
    }
    if ground.own_files:
        given |= dict.fromkeys(("wiki", "account", "password"))
    given |= {name: typed for name, typed in options.items() if name not in given}
    answers, problems = over(ground.answers, given, lambda name: judge(name, path, environ))
    if ground.own_files and (options["wiki"] or options["account"]):
        what = "These files say more than setup writes, so wiki and account stay as they are there."
        mend = "Change them there by hand; or move them away, and setup makes new ones."
        problems.append(Problem(str(ground.pywikibot), what, mend))
    return replace(ground, answers=answers), problems


def _trials(ground: Ground) -> RealTrials:
    file = ground.config_file
    return RealTrials(
        variables(),
        ground.settings,
        str(ground.pywikibot) if ground.own_files else "",
        lambda database: judging.address_of(database, file, variables()),
        None if variables().get(SECRET) else app.secret_path(file),
    )


def _asked(ground: Ground, trials: RealTrials, *, pages: bool) -> Answers:
    about = Circumstances(
        families=families(),
        judge_database=judge("database", ground.config_file, variables()),
        own_files=ground.own_files,
        database_named=bool(variables().get(DATABASE_VARIABLE)),
        pages=pages,
    )
    return Dialogue(ClickTerminal(), trials, ground.answers, about).hold()


def _unasked(
    ground: Ground, trials: RealTrials, problems: list[Problem], to: str | None
) -> Answers:
    """Take what is known, try it, and raise where anything stands in the way."""
    answers, terminal = ground.answers, ClickTerminal()
    told = {one.place for one in problems}
    missing = unattended.lacking(answers, own_files=ground.own_files)
    problems += [one for one in missing if one.place not in told]
    verdicts = unattended.attempt(answers, trials, terminal.show, own_files=ground.own_files)
    if problems or (verdicts.problems and not verdicts.away):
        raise InputError([*problems, *verdicts.problems])
    if verdicts.away:
        raise OutOfReachError(Problem("setup", "Not all could be tried.", f"See above. {_LEFT}"))
    answers = replace(answers, shutoff=answers.shutoff or shutoff_of(verdicts.user))
    if to:
        terminal.show(trials.mail(answers, to).checks)
    return answers


def _write(ground: Ground, answers: Answers, *, unasked: bool) -> None:
    """Write the files that are not so already, once somebody has agreed."""
    written = for_files(ground, answers, variables())
    changing = [one for one in written if one.changes]
    if not changing:
        click.echo("\nAll files are as they should be already; none was changed.")
        return
    click.echo("\nTo be written:")
    for one in changing:
        click.echo(f"  {one.file}")
    if not unasked and not click.confirm("Write them?", default=True):
        raise click.Abort
    with _undisturbed():
        put_all(written)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C come too late: the files belong together."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _show_variables(ground: Ground, answers: Answers) -> None:
    """Show what to put into variables of the environment; a secret by its name alone."""
    values = for_variables(ground, answers, variables())
    click.echo()
    say("For each of these: `toolforge envvars create NAME`, which asks for its value.")
    for name, value in values.items():
        if variables().get(name) == value:
            click.echo(f"\n{name} is so already.")
        else:
            click.echo(f"\n{name}\n{value}")
    click.echo(f"\n{ACCOUNT_PASSWORD_VARIABLE}\n(the bot password; it is shown nowhere)")
    if not variables().get(SECRET):
        click.echo(f"\n{SECRET}\n(the master secret: 32 random bytes, which this makes)")
        click.echo(_MAKES_ONE)
        say("Keep it in a second safe place: without it nothing in the store can be opened.")
    click.echo()
    say("Then, in a new shell of the image: peer-support init, and peer-support check.")


def _go_on(context: click.Context, ground: Ground) -> None:
    """Offer to look at everything; on a new network, say what is to be done before."""
    if ground.is_new:
        say("Then publish, a roster, worker and desk: README, “Run it for real”.")
    if click.confirm("\nRun `peer-support check` now?", default=not ground.is_new):
        environment.make_files(variables())
        context.invoke(check)


COMMANDS = (setup,)
