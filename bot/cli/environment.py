"""Where there is no home to keep files in: settings and the wiki's account from the environment.

On Toolforge an image is built from the sources alone, and `toolforge envvars` holds the rest. What
the environment says becomes files in a folder of this process's own: Pywikibot reads nothing else.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from bot.config_place import ACCOUNT_PASSWORD_VARIABLE as PASSWORD
from bot.config_place import CONFIG_VARIABLE, SETTINGS_VARIABLE
from bot.problems import InputError, Problem
from bot.wiki import account_files
from bot.wiki.account_files import BotAccount
from bot.wiki.user_config import VARIABLE as PYWIKIBOT_VARIABLE

WIKI = "PEER_SUPPORT_WIKI"
"""`meta:meta`, family and code as Pywikibot has them, or the address of an api.php."""
ACCOUNT = "PEER_SUPPORT_ACCOUNT"
"""`PeerSupportBot@peer-support`: the account, and the name of its bot password."""


def make_files(environ: MutableMapping[str, str]) -> None:
    """Put what the environment says where the program looks for it; what is named is left alone."""
    if environ.get(SETTINGS_VARIABLE) and not environ.get(CONFIG_VARIABLE):
        file = _folder() / "config" / "peer-support.yaml"
        file.parent.mkdir(mode=0o700)
        _write(file, environ[SETTINGS_VARIABLE])
        environ[CONFIG_VARIABLE] = str(file)
    if environ.get(WIKI) and not environ.get(PYWIKIBOT_VARIABLE):
        environ[PYWIKIBOT_VARIABLE] = str(_account(environ))


def _account(environ: MutableMapping[str, str]) -> Path:
    """Write Pywikibot's configuration for one wiki and one account, and give its folder."""
    name, _, suffix = environ.get(ACCOUNT, "").partition("@")
    password = environ.get(PASSWORD, "")
    if not (name and suffix and password):
        what = f"{WIKI} is set, but not which account works there."
        mend = (
            f"Set {ACCOUNT} to the account and its bot password's name, as in "
            f"PeerSupportBot@peer-support, and {PASSWORD} to the 32 characters of it."
        )
        raise InputError([Problem(f"the environment variable {ACCOUNT}", what, mend)])
    account = BotAccount(environ[WIKI], name, suffix, password)
    folder = _folder()
    _write(folder / account_files.PASSWORDS, account_files.user_password(account))
    _write(folder / account_files.CONFIG, account_files.user_config(account.wiki, name))
    return folder


def _folder() -> Path:
    """Make a folder that nobody else can enter, and that goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix="peer-support-"))
    owner = os.getpid()

    def leave() -> None:
        if os.getpid() == owner:  # not when a child ends that was forked to serve pages
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(leave)
    return folder


def _write(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
