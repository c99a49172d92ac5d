"""Pywikibot writes no log of its own, whatever its settings file asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOUD = """\
family, mylang = 'wikipedia', 'test'
usernames['wikipedia']['test'] = 'Nobody'
log, debug_log, verbose_output = ['*'], [''], 2
logfilename = 'everything.log'
"""


def loaded(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code with a settings file that asks for every log there is."""
    settings = folder / "user-config.py"
    settings.write_text(LOUD, encoding="utf-8")
    settings.chmod(0o600)
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYWIKIBOT_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_loaded_and_never_used_it_is_quiet(tmp_path: Path) -> None:
    """A command may load it without logging in: it would write a log when the program ends."""
    done = loaded(tmp_path, "import bot.wiki.session")
    assert not list(tmp_path.rglob("everything.log*"))
    assert done.stdout + done.stderr == ""


def test_alone_it_would_not_be(tmp_path: Path) -> None:
    """Without us the same settings do make a log: the test above can fail."""
    loaded(tmp_path, "import pywikibot.comms.http")
    assert list(tmp_path.rglob("everything.log*"))
