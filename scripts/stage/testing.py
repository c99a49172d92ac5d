"""Running the tests, part by part, on what `ground` has prepared."""

from __future__ import annotations

import argparse
import os

from sandbox_wiki.layout import SandboxError
from stage import ground

ALONE = ("unit", "faults")
# In a process of their own: Pywikibot reads which wiki it is for once, when it is loaded.
ON_THE_WIKI = ("wiki", "browser")
# Several at a time: more than this would only wait for each other's databases and wikis.
AT_ONCE = ["-n", "auto", "--maxprocesses", "4"]
# Tests on the wiki wait for it much of their time: one more than the machine has cores.
ON_WIKIS = ["-n", str(min(4, (os.cpu_count() or 1) + 1))]
# A file stays together, so that what it sets up once is set up once.
BY_FILE = ["--dist", "loadfile"]
# Faults and attacks on the real wiki; they run with the rest of it, and with the faults.
ATTACKS = "tests/wiki/attacks"
WHOLE = "PEER_SUPPORT_FAULTS"
LONGEST_WHOLE = 2 * 60 * 60
"""Seconds that one test of the whole may take."""
PARTS = ("lint", "gadget", *ALONE, *ON_THE_WIKI)


def main(arguments: list[str]) -> int:
    """Run the parts that were asked for, or all; 0 when every one of them passes."""
    parser = argparse.ArgumentParser(
        prog="scripts/test", description="Set everything up and run every test."
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="part",
        help=f"one of: {', '.join(PARTS)}; all of them where none is named",
    )
    parser.add_argument(
        "--faults",
        action="store_true",
        help="every attack and fault, whole, with a line each; takes long, and is best niced",
    )
    given = parser.parse_args(arguments)
    # Where it is set, each of the hundreds of programs that are started compiles all of ours anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if given.faults:
        os.environ[WHOLE] = "whole"
    asked = given.parts or (["faults"] if given.faults else list(PARTS))
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    try:
        python = str(ground.python("test", "lint"))
        _lay_ground(asked)
        npm = None if {"lint", "gadget", "browser"}.isdisjoint(asked) else ground.node()
    except SandboxError as error:
        print(error)
        return 1
    failed = []
    for command in _commands(python, asked):
        if npm and command[0] == "npm":
            done = ground.run([*npm.command, *command[1:]], ground.GADGET, npm.env)
        else:
            done = ground.run(command)
        if done != 0:
            failed.append(" ".join(command))
    if failed:
        print("\nThese did not pass:", *failed, sep="\n  ")
    return 1 if failed else 0


def _lay_ground(asked: list[str]) -> None:
    """Install what these parts need beside Python."""
    if "browser" in asked:
        ground.browser()
    if not {"unit", "faults", "wiki"}.isdisjoint(asked):
        ground.mariadb()
    if "wiki" in asked:
        ground.container()


def _commands(python: str, asked: list[str]) -> list[list[str]]:
    commands = []
    scripts = ["scripts/bench", "scripts/demo", "scripts/sandbox", "scripts/test"]
    if "lint" in asked:
        commands += [
            [python, "-m", "ruff", "format", "--check", "--quiet", ".", *scripts],
            [python, "-m", "ruff", "check", "--quiet", ".", *scripts],
            [python, "-m", "mypy", "--no-error-summary"],
            ["npm", "--silent", "run", "lint"],
        ]
    if "gadget" in asked:
        commands.append(["npm", "--silent", "test"])
    whole = bool(os.environ.get(WHOLE))
    patience = ["--override-ini", f"timeout={LONGEST_WHOLE}"] if whole else []
    color = ["--color=yes"] if os.isatty(1) else []
    for parts, how in (ALONE, AT_ONCE), (ON_THE_WIKI, [*ON_WIKIS, *BY_FILE]):
        folders = [f"tests/{part}" for part in parts if part in asked]
        if parts is ON_THE_WIKI and "faults" in asked and "wiki" not in asked:
            folders.append(ATTACKS)
        if folders:
            commands.append([python, "-m", "pytest", *color, *how, *patience, *folders])
    return commands
