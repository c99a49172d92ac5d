"""What is there before anything is asked: files, variables, the wikis that Pywikibot knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.config import read
from bot.config.lists import KINDS, SHIPPED
from bot.config.toolsdb import with_credentials
from bot.config_place import base_folder
from bot.problems import InputError
from bot.setup import judging
from bot.setup.answers import PLACES, Answers, known
from bot.setup.questions import Ask
from bot.text_files import read_text
from bot.wiki import account_files, user_config
from bot.yaml_changes import Value, amend
from bot.yaml_places import read_yaml

EXAMPLE = "peer-support.example.yaml"
TOOLSDB = "tools.db.svc.wikimedia.cloud"
_STAND_INS: Mapping[str, Value] = {
    "intake": "Project:X",
    "landing": "Project:Y",
    "shutoff": "Project:Z",
    "coordinators": ("X",),
    "operator": None,
    "privacy_contact": None,
    "hosting_permission": None,
    "database": "sqlite:///x.db",
    "desk": "https://desk.example",
}


@dataclass(frozen=True)
class Ground:
    """Where `setup` begins from, and where it writes.

    `text` is the configuration as it stands, or the text that a new one begins with. `log_in` is
    what Pywikibot's files say; with `own_files` they say more than `setup` would write. `passwords`
    is the whole of the password file.
    """

    config_file: Path
    text: str
    is_new: bool
    settings: Mapping[str, Any]
    pywikibot: Path
    own_files: bool
    passwords: str = field(repr=False)
    log_in: account_files.BotAccount | None
    answers: Answers


def survey(
    config_file: Path,
    settings: str | None,
    environ: Mapping[str, str],
    here: Path,
    home: Path,
    *,
    in_files: bool,
) -> Ground:
    """Look at what is there; `settings` is the configuration where it comes from the environment.

    `in_files`: the answers go into files, and those that are there are read. Raises `InputError`
    for a configuration that has to be mended by hand first.
    """
    text, is_new = settings or "", not settings
    if in_files:
        is_new = not config_file.exists()
        text = _example(config_file) if is_new else read_text(config_file)
    data = read_yaml(text, str(config_file)).data or {}
    if not is_new:
        _be_readable(text, config_file, environ)
    folder = _folder(environ, here, home)
    there = in_files and (folder / account_files.CONFIG).exists()
    passwords = _text(folder / account_files.PASSWORDS) if in_files else ""
    config = _text(folder / account_files.CONFIG) if there else ""
    log_in = account_files.read(config, passwords)
    answers = Answers(**_sound({} if is_new else known(data), config_file, environ))
    if is_new and (proposed := _toolsdb(environ)):
        answers = replace(answers, database=proposed)
    if log_in is not None:
        answers = replace(
            answers,
            wiki=log_in.wiki,
            account=log_in.name,
            suffix=log_in.suffix,
            password=log_in.password,
        )
    own_files = there and log_in is None
    return Ground(config_file, text, is_new, data, folder, own_files, passwords, log_in, answers)


def families() -> frozenset[str]:
    """Name the families of wikis that Pywikibot knows, without loading it."""
    spec = find_spec("pywikibot")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = (file for folder in folders for file in Path(folder).glob("families/*_family.py"))
    return frozenset(file.name.removesuffix("_family.py") for file in files)


def _example(config_file: Path) -> str:
    """Give the example, without naming lists that are not beside it: the shipped ones are read."""
    text = (SHIPPED / EXAMPLE).read_text("utf-8")
    data = read_yaml(text, EXAMPLE).data
    for key in KINDS:
        if not (base_folder(config_file) / data[key]).exists():
            text = re.sub(rf"^{key}: ", f"# {key}: ", text, flags=re.MULTILINE)
    return text


def _be_readable(text: str, config_file: Path, environ: Mapping[str, str]) -> None:
    """Raise for whatever is wrong in a configuration that is not asked for here."""
    stand_ins = {path: _STAND_INS[name] for name, path in PLACES.items()}
    read(amend(text, str(config_file), stand_ins), config_file, environ)


def _folder(environ: Mapping[str, str], here: Path, home: Path) -> Path:
    """Give the folder in which Pywikibot's files are, or are to be."""
    if named := environ.get(user_config.VARIABLE):
        return Path(named)
    at_home = home / ".pywikibot"
    is_there = (at_home / account_files.CONFIG).exists()
    return at_home if is_there and not (here / account_files.CONFIG).exists() else here


def _text(file: Path) -> str:
    return read_text(file) if file.exists() else ""


def _sound(
    found: Mapping[str, Any], config_file: Path, environ: Mapping[str, str]
) -> dict[str, Any]:
    """Leave out what would not be taken as an answer, so that it is asked for."""
    sound = {}
    for name, value in found.items():
        try:
            if name == "database":  # one that was written there may hold a password
                judging.address_of(value, config_file, environ)
            else:
                for one in value if isinstance(value, tuple) else [value]:
                    judge(name, config_file, environ)(one)
        except InputError:
            continue
        sound[name] = value
    return sound


def judge(name: str, config_file: Path, environ: Mapping[str, str]) -> Callable[[str], Any]:
    """Give what judges an answer of this name."""
    place = Ask[name.upper()].value.name
    match name:
        case "wiki":
            return lambda typed: judging.wiki(typed, place, families())
        case "intake" | "landing" | "shutoff":
            return lambda typed: judging.page(typed, place)
        case "coordinators":
            return lambda typed: judging.names(typed, place)
        case "database":
            return lambda typed: judging.database(typed, place, config_file, environ)
        case "desk":
            return lambda typed: judging.desk(typed, place)
        case "mail_to":
            return lambda typed: judging.account_name(typed, place)
    return lambda typed: judging.line(typed, place)


def _toolsdb(environ: Mapping[str, str]) -> str | None:
    """Propose the database that a tool on Toolforge has, where its credentials are at hand."""
    user = with_credentials(make_url(f"mysql://{TOOLSDB}/x"), environ).username
    return f"mysql://{TOOLSDB}/{user}__peer_support" if user else None
