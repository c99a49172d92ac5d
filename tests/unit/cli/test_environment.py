"""Settings and account from the environment, where there is no home to keep files in."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import environment
from bot.config import load
from bot.problems import InputError

SETTINGS = '{"wiki": {"intake": "Project:Peer support/Intake"}, "coordinators": ["Cleo"]}'
ACCOUNT = {
    "PEER_SUPPORT_WIKI": "meta:meta",
    "PEER_SUPPORT_ACCOUNT": "PeerSupportBot@peer-support",
    "PEER_SUPPORT_ACCOUNT_PASSWORD": "0123456789abcdefghijklmnopqrstuv",
}


def _everything_private(folder: Path) -> bool:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    return all(mode in {0o600, 0o700} for mode in modes.values())


def test_the_settings_are_a_configuration() -> None:
    """One line of JSON is enough; it is read as any configuration file, and private."""
    environ = {"PEER_SUPPORT_SETTINGS": SETTINGS}
    environment.make_files(environ)
    file = Path(environ["PEER_SUPPORT_CONFIG"])
    assert load(file, environ).coordinators == ("Cleo",)
    assert _everything_private(file.parent.parent)


@pytest.mark.parametrize(
    ("wiki", "family", "code"),
    [("meta:meta", "meta", "meta"), ("wikipedia:de", "wikipedia", "de"), ("meta", "meta", "meta")],
)
def test_the_account_is_pywikibots_configuration(wiki: str, family: str, code: str) -> None:
    """What Pywikibot reads says the wiki, the account and its bot password, and logs nothing."""
    environ = ACCOUNT | {"PEER_SUPPORT_WIKI": wiki}
    environment.make_files(environ)
    folder = Path(environ["PYWIKIBOT_DIR"])
    assert _everything_private(folder)
    read: dict[str, object] = {"usernames": {family: {}}, "family_files": {}}
    exec((folder / "user-config.py").read_text(encoding="utf-8"), read)  # noqa: S102 - as it does
    assert (read["family"], read["mylang"]) == (family, code)
    assert read["usernames"] == {family: {code: "PeerSupportBot"}}
    assert (read["put_throttle"], read["log"], read["debug_log"]) == (0, [], [])
    password = (folder / "user-password.py").read_text(encoding="utf-8")
    assert password.startswith("('PeerSupportBot', BotPassword('peer-support', '0123")


@pytest.mark.parametrize("left_out", ["PEER_SUPPORT_ACCOUNT", "PEER_SUPPORT_ACCOUNT_PASSWORD"])
def test_half_an_account_is_told(left_out: str) -> None:
    """A wiki without its account stops the program, and what is said repeats no password."""
    environ = {name: value for name, value in ACCOUNT.items() if name != left_out}
    with pytest.raises(InputError) as refused:
        environment.make_files(environ)
    said = str(refused.value.problems[0])
    assert "PEER_SUPPORT_ACCOUNT_PASSWORD" in said
    assert ACCOUNT["PEER_SUPPORT_ACCOUNT_PASSWORD"] not in said


def test_what_is_named_goes_before() -> None:
    """An operator who names a file or a database means it."""
    named = {
        "PEER_SUPPORT_CONFIG": "mine.yaml",
        "PYWIKIBOT_DIR": "here",
    }
    environ = ACCOUNT | {"PEER_SUPPORT_SETTINGS": SETTINGS} | named
    environment.make_files(environ)
    assert {name: environ[name] for name in named} == named


def test_nothing_stays_behind(tmp_path: Path) -> None:
    """When the process ends, the files with the password are gone."""
    code = "import os\nfrom bot.cli.environment import make_files\nmake_files(os.environ)\n"
    environ = os.environ | ACCOUNT | {"TMPDIR": str(tmp_path), "PEER_SUPPORT_SETTINGS": SETTINGS}
    environ.pop("PYWIKIBOT_DIR", None)
    environ.pop("PEER_SUPPORT_CONFIG", None)
    subprocess.run([sys.executable, "-c", code], check=True, env=environ)
    assert not list(tmp_path.iterdir())
