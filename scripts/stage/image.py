"""The image that Toolforge builds, imitated: what the buildpack runs, in an empty environment.

The buildpack `heroku/python` makes an environment without pip, and lets a pip from outside install
`requirements.txt` into it from the app's folder. It does not install the app itself; what the
Procfile names is run from that folder by `bash -c`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox_wiki import machine
from sandbox_wiki.files import alone
from stage.ground import ROOT, digest

LAYER = ROOT / "var" / "image" / "venv"
"""Where the dependencies are: kept until the lock or this machine's Python changes."""
INSTALL = ["install", "--no-input", "--progress-bar", "off", "--requirement", "requirements.txt"]


@dataclass(frozen=True)
class Image:
    """An image: the folder of the app, and that of its dependencies."""

    app: Path
    layer: Path

    @property
    def environ(self) -> Mapping[str, str]:
        """Return the environment in which its programs run."""
        return {"PATH": f"{self.layer}/bin:/usr/bin:/bin", "VIRTUAL_ENV": str(self.layer)}

    @property
    def command(self) -> str:
        """Return the program that somebody types in a shell of it."""
        return str(self.app / "bin" / "peer-support")

    def process(self, name: str) -> list[str]:
        """Return the command of a process of the Procfile, as the launcher runs it."""
        lines = (self.app / "Procfile").read_text(encoding="utf-8").splitlines()
        return ["bash", "-c", dict(line.split(": ", 1) for line in lines)[name]]


def build(app: Path) -> Image:
    """Build an image whose app is copied into a folder, and has only what git would bring."""
    _copy(app)
    with alone(ROOT / "var" / "image.lock", "building an image"):
        stamp = LAYER.parent / "built"
        recipe = digest(ROOT / "requirements.txt")
        if not stamp.exists() or stamp.read_text() != recipe:
            stamp.unlink(missing_ok=True)
            install(app, LAYER)
            stamp.write_text(recipe)
    return Image(app, LAYER)


def install(app: Path, layer: Path) -> None:
    """Do what the buildpack does; raise `SandboxError` with pip's words where that fails."""
    shutil.rmtree(layer, ignore_errors=True)
    machine.run([sys.executable, "-m", "venv", "--without-pip", str(layer)], "venv")
    environ = dict(os.environ) | {"PIP_PYTHON": str(layer), "VIRTUAL_ENV": str(layer)}
    pip = [sys.executable, "-m", "pip", *INSTALL]
    machine.run(pip, shlex.join(INSTALL), env=environ, cwd=app)


def _copy(app: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # one that was deleted is still listed
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, app / name)
