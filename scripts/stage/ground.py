"""What the demo and the tests stand on: Python packages, Chromium, Node packages.

The standard library alone: this runs before anything is installed. What is there is left alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from sandbox_wiki import machine
from sandbox_wiki.files import alone

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
GADGET = ROOT / "gadget"


def python(*extras: str) -> Path:
    """Make the virtual environment and install this project into it; give its Python."""
    with alone(ROOT / "var" / "ground.lock", "installing Python packages"):
        if not _has_ensurepip():
            machine.install(["python3-venv"])
        if not PYTHON.exists():
            print("Making a virtual environment …", flush=True)
            venv.create(VENV, with_pip=True)
        wanted = _digest(ROOT / "setup.cfg", ROOT / "pyproject.toml", *sorted(extras))
        stamp = VENV / "installed"
        if not stamp.exists() or stamp.read_text() != wanted:
            print("Installing Python packages …", flush=True)
            what = f"{ROOT}[{','.join(sorted(extras))}]" if extras else str(ROOT)
            machine.run([str(PYTHON), "-m", "pip", "install", "-q", "-e", what], "pip")
            stamp.write_text(wanted)
    return PYTHON


def browser() -> None:
    """Install Chromium where there is none."""
    if not shutil.which("chromium"):
        machine.install(["chromium", "fonts-dejavu-core"])


def node() -> None:
    """Install the gadget's Node packages."""
    machine.prepare()
    with alone(ROOT / "var" / "ground.lock", "installing Node packages"):
        lock = GADGET / "package-lock.json"
        stamp = GADGET / "node_modules" / "installed"
        if not stamp.exists() or stamp.read_text() != _digest(lock):
            print("Installing Node packages …", flush=True)
            npm = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            machine.run(npm, "npm ci", cwd=GADGET)
            stamp.write_text(_digest(lock))


def go_on(module: str, arguments: list[str]) -> None:
    """Go on in the virtual environment, in this process's place."""
    path = os.pathsep.join([str(ROOT / "scripts"), *filter(None, [os.environ.get("PYTHONPATH")])])
    os.environ["PYTHONPATH"] = path
    os.execv(PYTHON, [str(PYTHON), "-m", module, *arguments])  # noqa: S606 - no shell is wanted


def run(command: list[str], cwd: Path = ROOT) -> int:
    """Run a command that speaks for itself, and give its exit code."""
    print(f"\n$ {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=cwd, check=False, stdin=subprocess.DEVNULL).returncode


def _has_ensurepip() -> bool:
    # Debian leaves it out of python3, and `venv` then makes an environment without pip.
    return Path(sysconfig.get_path("stdlib"), "ensurepip").is_dir()


def _digest(*parts: Path | str) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return digest.hexdigest()
