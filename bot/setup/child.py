"""What is tried on the wiki, each in a process of its own: Pywikibot reads its settings only once.

The job goes there through a pipe, and Pywikibot's files lie in a folder that nobody else can enter
and that goes with the job: the password is on no command line and in no environment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import bot
from bot.checks.check import Check, Verdict
from bot.setup.found import Found

SECONDS = 180
"""How long one trial may take; a wiki that is slow to answer is asked again meanwhile."""
ENDS_WITHIN = 5
MODULE = "bot.cli.wiki_trial"
SOURCES = Path(bot.__file__).resolve().parent.parent
# What the child has no use for, or what would lead Pywikibot to other files.
_LEFT_OUT = ("PEER_SUPPORT_", "TOOL_TOOLSDB_", "PYWIKIBOT_")


@dataclass(frozen=True)
class Job:
    """One trial: `do` is the name of it, `settings` a configuration, `to` who gets a mail.

    `wiki` and `name`, `suffix`, `password` are the log-in; without a wiki, that of `files`.
    """

    do: str
    settings: Mapping[str, Any]
    wiki: str = ""
    name: str = ""
    suffix: str = ""
    password: str = field(default="", repr=False)
    files: str = ""
    to: str = ""
    folder: str = ""


def do(job: Job, environ: Mapping[str, str]) -> Found:
    """Carry a job out; whatever happens to either process, its folder is removed."""
    folder = Path(tempfile.mkdtemp(prefix="peer-support-setup-"))
    try:
        return _read(_answer(json.dumps(asdict(job) | {"folder": str(folder)}), environ))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(job: str, environ: Mapping[str, str]) -> str:
    bare = {name: value for name, value in environ.items() if not name.startswith(_LEFT_OUT)}
    # In an image nothing of ours is installed: the child finds it where this process did.
    path = (bare.get("PYTHONPATH"), str(SOURCES))
    bare["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-m", MODULE],
        env=bare,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said, _ = child.communicate(job, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return ""
    finally:
        _end(child)
    return said


def _end(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _read(answer: str) -> Found:
    try:
        said = json.loads(answer)
        checks = tuple(
            Check(one["name"], Verdict(one["verdict"]), one["found"], one["mend"])
            for one in said["checks"]
        )
        return Found(checks, said["facts"])
    except (ValueError, KeyError, TypeError):
        mend = "Try again; if it stays so, please tell this project."
        return Found((Check("the wiki", Verdict.OUT_OF_REACH, "the trial did not end", mend),))
