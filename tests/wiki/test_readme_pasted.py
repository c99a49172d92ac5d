"""The README's commands, pasted as they stand into one shell, from a fresh clone to a network."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from stage.network import ROOT, ROSTER
from stage.sandbox import Sandbox
from stage.terminal import Talk, talking
from tests.conftest import People
from tests.wiki.setting_up import Bare, answer_all

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Run it for real")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
PORT = 8300  # as it stands there
PROMPT = "ended-with-"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def clone(sandbox: Sandbox, tmp_path: Path) -> Bare:
    """Clone the repository, on a machine that has its packages."""
    for name in ("home", "temporary", "programs"):
        (tmp_path / name).mkdir()
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", ROOT, folder], check=True)
    return Bare(folder, sandbox, PORT)


def installed(bare: Bare) -> dict[str, str]:
    """Give the environment of a shell, in which `venv` and `pip` find their work done.

    The packages are the same as in the environment of these tests: only installing is left out.
    """
    programs = bare.folder.parent / "programs"
    here = Path(sys.executable).parent
    make = "mkdir -p .venv/bin && ln -s {0}/peer-support .venv/bin/ && ln -s {1} .venv/bin/pip"
    pip = programs / "pip"
    _program(pip, "exit 0")
    _program(programs / "python3", make.format(shlex.quote(str(here)), shlex.quote(str(pip))))
    roster = bare.folder.parent / "roster.yaml"
    roster.write_text(ROSTER, encoding="utf-8")
    _program(programs / "edit", f'grep -q "Example supporter" "$1" && cp {roster} "$1"')
    return bare.environment | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "EDITOR": "edit",
        "PS1": f"{PROMPT}$?> ",
        "COLUMNS": "80",
    }


def _program(file: Path, does: str) -> None:
    file.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    file.chmod(0o755)


def paste(talk: Talk, block: str) -> None:
    """Paste all of a block at once."""
    talk.press(block)


def test_each_block_does_what_it_says(clone: Bare, people: People) -> None:
    """From nothing: set up, published, roster, worker and desk; `check` says what is left."""
    assert len(BLOCKS) == 3
    for title in ("User:PeerSupportBot/peer-support.json", "MediaWiki:Gadget-peer-support.js"):
        people["Iface"].call(action="delete", title=title)
    with talking(["/bin/bash", "--norc", "--noprofile"], installed(clone), clone.folder) as talk:
        talk.wait_for(f"{PROMPT}0> ")
        paste(talk, BLOCKS[0])
        answer_all(talk, clone)
        talk.wait_for("Write them?")
        talk.type("y")
        talk.wait_for("Run `peer-support check` now?")
        talk.type("n")
        talk.wait_for(f"{PROMPT}0> ")
        for block in BLOCKS[1:]:
            paste(talk, block)
            for line in block.splitlines():
                talk.wait_for(line.split()[-1])
                ended = talk.wait_for("> ")
                assert "command not found" not in ended
        talk.type("wait-for-worker() { until .venv/bin/peer-support health; do sleep 1; done; }")
        talk.type("wait-for-worker; .venv/bin/peer-support check; kill %1 %2; wait; echo all-done")
        talk.wait_for("at work")
        talk.wait_for("all-done")
        talk.type("exit")
    said = " ".join(talk.said.split())
    assert "4 new, 0 updated." in said
    assert "key page: saved" in said
    assert "ok desk answers, and the worker is alive" in said
    assert "Let an interface administrator" in said, "what was written to paste is left to do"
    assert (clone.folder / "var" / "to-paste").is_dir()
    assert clone.secret not in talk.said
