"""`requirements.txt`: each dependency at one version, with hashes; images are built from it."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
SETUP = ROOT / "setup.cfg"
LOCK = ROOT / "requirements.txt"
OLDEST = "3.11"
"""The oldest Python that the lock is for; it is for each newer one too."""
COMMAND = "scripts/lock"
_US = "peer-support (setup.cfg)"
_PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))? \\$")
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
_WANTED_BY = re.compile(r"^    # via (?P<name>\S.*)$")
_WANTED_BY_TOO = re.compile(r"^    #   (?P<name>\S.*)$")


@dataclass(frozen=True)
class Pin:
    """One locked package: its version, how many hashes, and which packages want it."""

    name: str
    version: str
    marker: str | None
    hashes: int
    wanted_by: frozenset[str]


def required(setup: str) -> dict[str, Requirement]:
    """Return what the package needs at run time, as the text of `setup.cfg` says, by name."""
    # Settings of other tools in it have `%` of their own.
    parser = ConfigParser(interpolation=None)
    parser.read_string(setup)
    lines = parser["options"]["install_requires"].splitlines()
    found = [Requirement(line) for line in lines if line.strip()]
    return {canonicalize_name(one.name): one for one in found}


def pins(lock: str) -> list[Pin]:
    """Return what the text of `requirements.txt` locks; raise `ValueError` at an unknown line."""
    found: list[Pin] = []
    for number, line in enumerate(lock.splitlines(), 1):
        if begun := _PIN.match(line):
            name, version, marker = begun["name"], begun["version"], begun["marker"]
            found.append(Pin(name, version, marker, 0, frozenset()))
        elif found and (_HASH.match(line)):
            found[-1] = _with(found[-1], hashes=1)
        elif found and (by := _WANTED_BY.match(line) or _WANTED_BY_TOO.match(line)):
            found[-1] = _with(found[-1], wanted_by=by["name"])
        elif line.strip() not in ("", "# via") and not line.startswith("# "):
            msg = f"requirements.txt:{number}: not a line that {COMMAND} writes: {line}"
            raise ValueError(msg)
    return found


def _with(pin: Pin, hashes: int = 0, wanted_by: str | None = None) -> Pin:
    more = pin.wanted_by | ({wanted_by} if wanted_by else set())
    return Pin(pin.name, pin.version, pin.marker, pin.hashes + hashes, more)


def disagreements(setup: str, lock: str) -> list[str]:
    """Return each point in which a lock is not what `setup.cfg` asks for; none where they agree."""
    wanted = required(setup)
    try:
        locked = pins(lock)
    except ValueError as error:
        return [str(error)]
    names = {pin.name for pin in locked}
    found = [f"{name} is in setup.cfg, and not locked" for name in wanted if name not in names]
    for pin in locked:
        asked = wanted.get(pin.name)
        if asked and not asked.specifier.contains(pin.version, prereleases=True):
            found.append(f"{pin.name} is locked at {pin.version}; setup.cfg asks for {asked}")
        if asked and _US not in pin.wanted_by:
            found.append(f"{pin.name} is locked for others alone, and setup.cfg asks for it too")
        if not asked and _US in pin.wanted_by:
            found.append(f"{pin.name} is locked for setup.cfg, which does not ask for it")
        if not pin.hashes:
            found.append(f"{pin.name} has no hash")
        # `pywikibot[extra]` wants what it wants as `pywikibot`.
        others = {name.partition("[")[0] for name in pin.wanted_by - {_US}}
        if not pin.wanted_by or others - names:
            found.append(f"nothing that is locked wants {pin.name}")
    return found


def renew(*, upgrade: bool) -> int:
    """Write the lock anew, and return the exit code of the tool that does it."""
    tool = [str(Path(sys.executable).parent / "uv"), "--no-config", "pip", "compile"]
    how = ["--universal", "--python-version", OLDEST, "--generate-hashes"]
    told = ["--custom-compile-command", COMMAND, "--quiet", *(["--upgrade"] if upgrade else [])]
    files = [SETUP.name, "--output-file", LOCK.name]
    return subprocess.run([*tool, *how, *told, *files], cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    """Renew the lock, or with `--check` compare it; return 0 where it is as `setup.cfg` asks."""
    if "--check" not in arguments and (code := renew(upgrade="--upgrade" in arguments)):
        return code
    lock = LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    wrong = disagreements(SETUP.read_text(encoding="utf-8"), lock)
    if wrong:
        print("requirements.txt is not what setup.cfg asks for:", *wrong, sep="\n  ")
        print(f"Renew it: {COMMAND}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
