"""The command that plans: a year of requests, simulated, as a table, JSON or curves."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from bot import app, plots
from bot.casework.roster import RosterEntry, SupporterStatus
from bot.casework.roster_file import read_roster
from bot.cli.simulate_tables import in_words, show_by_language, show_by_policy
from bot.cli.targets import be_writable
from bot.cli.typed import Decimal, Whole
from bot.cli.words import say
from bot.config import Config, Policy
from bot.config import load as load_config
from bot.config.lists import shipped_list
from bot.config.trying import Trial, trials
from bot.config_place import CONFIG_VARIABLE
from bot.languages import known_code, meant_code
from bot.planning.assumptions import Assumptions, MadeRoster
from bot.planning.counted import still_without
from bot.planning.plan import Came, Plan, Say, carry_out
from bot.private import variables
from bot.problems import InputError, Problem, quoted
from bot.request.language_names import code_of
from bot.text_files import read_text

F = TypeVar("F", bound=Callable[..., Any])

_SHARE = Decimal(0.001, 1000, 2.5)
HOURS_DRAWN = range(0, 7 * 24 + 1, 4)


def _shares(
    _context: click.Context, _option: click.Parameter, written: str | None
) -> dict[str, float] | None:
    """Read shares by language."""
    if written is None:
        return None
    shares: dict[str, float] = {}
    for one in written.split(","):
        typed, equals, share = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{quoted(one)} has no share. Write it as in en=5,de=2.")
        code = known_code(typed.strip())
        if code is None:
            near = meant_code(typed) or code_of(typed)
            meant = f" Did you mean {near}?" if near else " Write it as in en=5,de=2."
            what = f"{quoted(one)} names no language by its code.{meant}"
            raise click.BadParameter(what)
        if code in shares:
            raise click.BadParameter(f"{quoted(one)} is a second share of the same language.")
        shares[code] = _SHARE.convert(share.strip(), None, None)
    return shares


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The command's options."""

    roster: Path | None
    supporters: int
    speak: Mapping[str, float] | None
    requests_per_week: float
    languages: Mapping[str, float] | None
    acceptance: float
    answers_median: float
    weeks: int
    runs: int
    seed: int
    tried: Sequence[str]
    as_json: bool
    plot: Path | None


_SHARES = "LANGUAGE=SHARE,..."


def _option(*names: str, **given: Any) -> Callable[[F], F]:
    return click.option(*names, show_default=given.get("default") is not None, **given)


@click.command()
@_option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Plan with the active supporters of this roster file.",
)
@_option(
    "--supporters",
    type=Whole(1, 10_000),
    default=40,
    help="How many to draw, without a roster file.",
)
@_option(
    "--speak",
    metavar=_SHARES,
    callback=_shares,
    help="The share who speak each language, without a roster file.",
)
@_option(
    "--requests-per-week",
    type=Decimal(0.1, 1000, 2.5),
    default=10.0,
    help="How many ask in a week, on average.",
)
@_option(
    "--languages",
    metavar=_SHARES,
    callback=_shares,
    help="The share of requests in each language; left out: as supporters speak.",
)
@_option(
    "--acceptance",
    type=Decimal(0, 1, 0.5),
    default=0.3,
    help="The share of offers to which somebody would say yes.",
)
@_option(
    "--answers-median",
    type=Decimal(0.1, 500, 2.5),
    default=6.0,
    help="Hours in which half of all answers come; nights come on top.",
)
@_option("--weeks", type=Whole(1, 520), default=52, help="How many weeks are simulated.")
@_option(
    "--runs",
    type=Whole(1, 100),
    default=1,
    help="How many times it is simulated; all are counted as one.",
)
@_option("--seed", type=Whole(0, 10**9), default=1, help="The same seed gives the same year.")
@_option(
    "--try",
    "tried",
    metavar="SETTING=VALUE[,VALUE]",
    multiple=True,
    help="Compare other values of the policy. Can be repeated: all are combined.",
)
@_option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@_option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw, as SVG, how many are still without a supporter over a week.",
)
@click.pass_obj
def simulate(config_file: str | None, /, **given: Any) -> None:
    """Plan a year: waiting times, and offers to each supporter.

    The real casework runs on a simulated clock, with people drawn by chance. Neither store nor
    wiki is needed; the policy is that of the configuration, or the default.
    """
    asked = Asked(**given)
    if asked.plot is not None:
        be_writable(asked.plot)
    config = _config(config_file)
    plan = _plan(asked, config)
    policies = trials(Policy() if config is None else config.policy, asked.tried)
    came = _carry_out(plan, policies)
    if asked.plot is not None:
        asked.plot.write_text(_drawn(came), encoding="utf-8")
    if asked.as_json:
        click.echo(json.dumps(_plain(asked, plan, came), indent=2))
    elif len(came) > 1:
        show_by_policy({trial.name: one.counted for trial, one in came})
    else:
        ((_, only),) = came
        show_by_language(only.counted)
        say(in_words(only.counted.burden))


def _config(option: str | None) -> Config | None:
    """Read the configuration that was named; the usual one only where there is one."""
    path = app.config_path(option, variables())
    named = option or variables().get(CONFIG_VARIABLE)
    return load_config(path, variables()) if named or path.exists() else None


def _plan(asked: Asked, config: Config | None) -> Plan:
    assumed = Assumptions(requests_per_week=asked.requests_per_week, acceptance=asked.acceptance)
    slower = asked.answers_median / assumed.answers.median
    answers = replace(assumed.answers, median=asked.answers_median)
    answers = replace(answers, slow=answers.slow * slower)
    made = MadeRoster(supporters=asked.supporters)
    return Plan(
        policy=Policy(),
        assumed=replace(assumed, answers=answers, languages=asked.languages or {}),
        made=made if asked.speak is None else replace(made, speak=asked.speak),
        entries=None if asked.roster is None else _entries(asked.roster, config),
        weeks=asked.weeks,
        seeds=range(asked.seed, asked.seed + asked.runs),
    )


def _entries(file: Path, config: Config | None) -> Sequence[RosterEntry]:
    entries = read_roster(
        read_text(file),
        str(file),
        topics=_ids("topics", config),
        channels=_ids("channels", config),
        backgrounds=_ids("backgrounds", config),
    )
    if not any(entry.status is SupporterStatus.ACTIVE for entry in entries):
        what = "Nobody on this roster is active, so nobody could be asked."
        raise InputError([Problem(str(file), what, "Set the status of some to active.")])
    return entries


def _ids(key: str, config: Config | None) -> list[str]:
    """Give the ids of a list: the configuration's, or as shipped."""
    entries = shipped_list(key) if config is None else getattr(config, key)
    return [entry.id for entry in entries]


def _carry_out(plan: Plan, policies: Sequence[Trial]) -> list[tuple[Trial, Came]]:
    came = []
    with _progress(len(policies)) as say:
        for place, trial in enumerate(policies):
            here = replace(plan, policy=trial.policy)
            came.append((trial, carry_out(here, random.Random, partial(_from, say, place))))
    return came


def _from(say: Say, place: int, done: float) -> None:
    say(place + done)


@contextmanager
def _progress(total: int) -> Iterator[Say]:
    """Show how far it is, where somebody looks on."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Simulating", total=total)
        yield lambda done: progress.update(task, completed=done)


def _drawn(came: Sequence[tuple[Trial, Came]]) -> str:
    lines = {
        trial.name: [
            (hours / 24, round(100 * still_without(one.fates, hours), 1)) for hours in HOURS_DRAWN
        ]
        for trial, one in came
    }
    return plots.curves(
        "Still without a supporter", "days since the request", "% of requests", lines, top=100
    )


def _plain(asked: Asked, plan: Plan, came: Sequence[tuple[Trial, Came]]) -> dict[str, Any]:
    assumed = {**asdict(plan.assumed), "weeks": asked.weeks, "runs": asked.runs}
    return {
        "assumed": assumed,
        "came": [
            {"policy": trial.policy.model_dump(), **one.counted.plain()} for trial, one in came
        ],
    }


COMMANDS = (simulate,)
