"""Running the tests, part by part, on what `ground` has prepared."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from sandbox_wiki.layout import SandboxError
from stage import ground, lanes
from stage.lanes import Command

ALONE = ("unit", "mariadb", "faults")
# In a process of their own: Pywikibot reads which wiki it is for once, when it is loaded.
ON_THE_WIKI = ("wiki", "browser")
# Who is idle takes from the others: a few tests take as long as all the rest.
AT_ONCE = ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal"]
# Tests on the wiki wait for it much of their time: one more than the machine has cores.
ON_WIKIS = ["-n", str(min(4, (os.cpu_count() or 1) + 1))]
# A file stays together, so that what it sets up once is set up once; the long ones are begun first.
BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]
# Faults and attacks on the real wiki; they run with the rest of it, and with the faults.
ATTACKS = {part: f"tests/{part}/attacks" for part in ON_THE_WIKI}
WHOLE = "PEER_SUPPORT_FAULTS"
LONGEST_WHOLE = 2 * 60 * 60
"""Seconds that one test of the whole may take."""
PARTS = ("lint", "gadget", *ALONE, *ON_THE_WIKI)
# The database server that some tests of `tests/unit` need is a part of its own.
NEEDS_MARIADB = "mariadb"
TOOK = ground.ROOT / "var" / "test-seconds.json"


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
        ground.environment()  # first, for it may need something from Debian, too
        with _installing(asked) as debian:
            python = str(ground.python("test", "lint"))
        if debian.returncode:
            return 1
        npm = None if {"lint", "gadget", "browser"}.isdisjoint(asked) else ground.node()
    except SandboxError as error:
        print(error)
        return 1
    failed = lanes.run(_lanes(python, npm, asked), TOOK)
    if failed:
        print("\nThese did not pass:", *failed, sep="\n  ")
    return 1 if failed else 0


def _installing(asked: list[str]) -> subprocess.Popen[bytes]:
    """Begin to install what comes from Debian, in a process of its own: it waits for the net."""
    code = "import sys; from stage.testing import lay_ground; sys.exit(lay_ground(sys.argv[1:]))"
    return subprocess.Popen([sys.executable, "-c", code, *asked], cwd=ground.ROOT / "scripts")


def lay_ground(asked: list[str]) -> int:
    """Install what these parts need from Debian; 1 where it cannot be, which is said."""
    try:
        _lay_ground(asked)
    except SandboxError as error:
        print(error)
        return 1
    return 0


def _lay_ground(asked: list[str]) -> None:
    if not {"faults", "browser"}.isdisjoint(asked):
        ground.browser()
    if not {NEEDS_MARIADB, "faults", "wiki"}.isdisjoint(asked):
        ground.mariadb()
    if "wiki" in asked:
        ground.container()


def _lanes(python: str, npm: ground.Npm | None, asked: list[str]) -> list[list[Command]]:
    """Put together what runs one after the other, and beside the other lane."""
    checks = [Command("lint", words, ground.ROOT) for words in _lint(python) if "lint" in asked]
    if npm is not None:
        called = {"lint": ["run", "lint"], "gadget": ["test"]}
        checks += [
            Command(part, [*npm.command, "--silent", *words], ground.GADGET, npm.env)
            for part, words in called.items()
            if part in asked
        ]
    unit = [part for part in ALONE if part in asked]
    wiki = [f"tests/{part}" for part in ON_THE_WIKI if part in asked]
    if "faults" in asked:
        wiki += [folder for part, folder in ATTACKS.items() if part not in asked]
    if {"unit", NEEDS_MARIADB}.issubset(asked):
        folders = ["tests/unit", *(["tests/faults"] if "faults" in asked else [])]
        checks.append(_pytest(python, ", ".join(unit), [*AT_ONCE, *folders]))
    else:
        marked = {"unit": f"not {NEEDS_MARIADB}", NEEDS_MARIADB: NEEDS_MARIADB}
        for part in unit:
            which = ["-m", marked[part], "tests/unit"] if part in marked else ["tests/faults"]
            checks.append(_pytest(python, part, [*AT_ONCE, *which]))
    called_wiki = ", ".join(Path(folder).name for folder in wiki)
    on_wiki = [_pytest(python, called_wiki, [*ON_WIKIS, *BY_FILE, *wiki])] if wiki else []
    return [checks, on_wiki]


def _lint(python: str) -> list[list[str]]:
    scripts = [f"scripts/{name}" for name in ("bench", "demo", "lock", "sandbox", "test")]
    scripts.append("bin/peer-support")
    return [
        [python, "-m", "ruff", "format", "--check", "--quiet", ".", *scripts],
        [python, "-m", "ruff", "check", "--quiet", ".", *scripts],
        [python, "-m", "mypy", "--no-error-summary"],
        [python, "scripts/stage/lock.py", "--check"],
    ]


def _pytest(python: str, called: str, words: list[str]) -> Command:
    patience = ["--override-ini", f"timeout={LONGEST_WHOLE}"] if os.environ.get(WHOLE) else []
    color = ["--color=yes"] if os.isatty(1) else []
    plugin = ["-p", "tests.progress"]
    return Command(
        called, [python, "-m", "pytest", *plugin, *color, *patience, *words], ground.ROOT
    )
