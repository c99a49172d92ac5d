"""A folder as `setup` finds and leaves it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.config import Config
from bot.setup.answers import Answers
from bot.setup.ground import Ground, survey
from bot.setup.written import for_files, put_all

LOG_IN = {"wiki", "account", "suffix", "password"}
SECRET = "0123456789abcdefghijklmnopqrstuv"
NOTHING: Mapping[str, str] = MappingProxyType({})
ANSWERS = Answers(
    wiki="meta:meta",
    account="Bot",
    suffix="peer-support",
    password=SECRET,
    shutoff="User:Bot/stop",
    coordinators=("Coral", "Cleo"),
    operator='The community\'s "peers": # 1',
    privacy_contact="privacy@mail.example",
    hosting_permission="T12345",
    database="sqlite:///var/other.db",
    desk="https://desk.example.org",
)


def ground(folder: Path, environ: Mapping[str, str] = NOTHING, *, in_files: bool = True) -> Ground:
    """Look at a folder as `setup` does."""
    told = {"HOME": str(folder / "home"), **environ}
    file = folder / "config" / "peer-support.yaml"
    text = environ.get("PEER_SUPPORT_SETTINGS")
    return survey(file, text, told, folder, folder / "home", in_files=in_files)


def write(folder: Path, answers: Answers = ANSWERS) -> None:
    """Write what the answers come to."""
    put_all(for_files(ground(folder), answers, {}))


def everything(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Give each file's bytes, mode, and when it was written."""
    return {
        str(file.relative_to(folder)): (
            file.read_bytes(),
            stat.S_IMODE(file.stat().st_mode),
            file.stat().st_mtime_ns,
        )
        for file in folder.rglob("*")
        if file.is_file()
    }


def said(config: Config) -> Answers:
    """Give the answers that a configuration has in it."""
    return Answers(
        intake=config.wiki.intake,
        landing=config.wiki.landing,
        shutoff=config.wiki.shutoff,
        coordinators=config.coordinators,
        operator=config.operator.name or "",
        privacy_contact=config.operator.privacy_contact or "",
        hosting_permission=config.operator.hosting_permission or "",
        database=config.database,
        desk=config.desk.url,
    )
