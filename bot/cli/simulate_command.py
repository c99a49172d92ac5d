"""The command that plans: a year of requests, simulated, as a table, JSON or curves."""

from __future__ import annotations

import json
import math
import os
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
from bot.cli.simulate_tables import by_language, by_policy, in_words
from bot.config import Config, Policy
from bot.config import load as load_config
from bot.config.lists import shipped_list
from bot.config.trying import Trial, trials
from bot.planning.assumptions import Assumptions, MadeRoster
from bot.planning.counted import still_without
from bot.planning.plan import Came, Plan, Say, carry_out
from bot.problems import InputError, Problem

F = TypeVar("F", bound=Callable[..., Any])

HOURS_DRAWN = range(0, 7 * 24 + 1, 4)


def _shares(
    _context: click.Context, _option: click.Parameter, written: str | None
) -> dict[str, float] | None:
    """Read shares by language."""
    if written is None:
        return None
    try:
        pairs = [one.split("=") for one in written.split(",")]
        shares = {language.strip(): float(share) for language, share in pairs}
    except ValueError:
        raise click.BadParameter("Write language and share, as in en=5,de=2.") from None
    if not all(0 < share < math.inf for share in shares.values()):
        raise click.BadParameter("A share is more than nothing; leave the language out.")
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
    type=click.IntRange(1, 10_000),
    default=40,
    help="Without a roster file: so many are drawn.",
)
@_option(
    "--speak",
    metavar=_SHARES,
    callback=_shares,
    help="Without a roster file: the share who speak each language.",
)
@_option("--requests-per-week", type=click.FloatRange(0.1, 1000), default=10.0)
@_option(
    "--languages",
    metavar=_SHARES,
    callback=_shares,
    help="Of requests. Left out: as supporters speak.",
)
@_option(
    "--acceptance",
    type=click.FloatRange(0, 1),
    default=0.3,
    help="The share of offers to which somebody would say yes.",
)
@_option(
    "--answers-median",
    type=click.FloatRange(0.1, 500),
    default=6.0,
    help="Hours in which half of all answers come; nights come on top.",
)
@_option("--weeks", type=click.IntRange(1, 520), default=52)
@_option("--runs", type=click.IntRange(1, 100), default=1, help="Repeat, and count all as one.")
@_option("--seed", type=int, default=1, help="The same seed, the same year.")
@_option(
    "--try",
    "tried",
    metavar="SETTING=VALUE[,VALUE]",
    multiple=True,
    help="Compare other values of the policy. Can be repeated: all are combined.",
)
@_option("--json", "as_json", is_flag=True, help="For programs.")
@_option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw, as SVG, how many are still without a supporter over a week.",
)
@click.pass_obj
def simulate(config_file: str | None, /, **given: Any) -> None:
    """Plan a year: how long people would wait, and how often supporters would be asked.

    The casework itself runs under a moved clock, with people drawn by chance. No store is opened
    and no wiki asked; the policy is the configuration's, or the defaults where there is none.
    """
    asked = Asked(**given)
    config = _config(config_file)
    plan = _plan(asked, config)
    policies = trials(Policy() if config is None else config.policy, asked.tried)
    came = _carry_out(plan, policies)
    if asked.plot is not None:
        asked.plot.write_text(_drawn(came), encoding="utf-8")
    if asked.as_json:
        click.echo(json.dumps(_plain(asked, plan, came), indent=2))
    elif len(came) > 1:
        Console().print(by_policy({trial.name: one.counted for trial, one in came}))
    else:
        ((_, only),) = came
        Console().print(by_language(only.counted))
        click.echo(in_words(only.counted.burden))


def _config(option: str | None) -> Config | None:
    """Read the configuration that was named; the usual one only where there is one."""
    path = app.config_path(option, os.environ)
    named = option or os.environ.get(app.CONFIG_VARIABLE)
    return load_config(path, os.environ) if named or path.exists() else None


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
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what = "This is not UTF-8 text."
        raise InputError([Problem(str(file), what, "Save the file as UTF-8.")]) from None
    entries = read_roster(
        text,
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
