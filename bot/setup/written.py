"""What the answers come to: files that are written, or values for variables of the environment."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.config import read
from bot.setup import files
from bot.setup.answers import Answers, changes
from bot.setup.ground import Ground
from bot.wiki import account_files
from bot.wiki.account_files import BotAccount
from bot.yaml_changes import amend
from bot.yaml_places import read_yaml


@dataclass(frozen=True)
class Written:
    """A file as it shall be, and whether its owner and mode are somebody's choice."""

    file: Path
    text: str
    keep_mode: bool = False

    @property
    def changes(self) -> bool:
        """Say whether the file is not so already."""
        try:
            return self.file.read_text("utf-8") != self.text
        except (FileNotFoundError, UnicodeDecodeError):
            return True


def configuration(ground: Ground, answers: Answers, environ: Mapping[str, str]) -> str:
    """Give the configuration with the answers in it; raise `InputError` where it cannot be used.

    Whatever else stands there, comments included, stays.
    """
    changed = changes(ground.settings, answers)
    text = amend(ground.text, str(ground.config_file), changed) if changed else ground.text
    read(text, ground.config_file, environ)
    return text


def for_files(ground: Ground, answers: Answers, environ: Mapping[str, str]) -> list[Written]:
    """Give the files, the password first: what names it is of no use before."""
    found = [Written(ground.config_file, configuration(ground, answers, environ), keep_mode=True)]
    if ground.own_files:
        return found
    log_in = _log_in(answers)
    config, passwords = (
        ground.pywikibot / name for name in (account_files.CONFIG, account_files.PASSWORDS)
    )
    if log_in != ground.log_in:
        text = account_files.user_config(log_in.wiki, log_in.name)
        found = [
            Written(passwords, account_files.with_log_in(ground.passwords, ground.log_in, log_in)),
            Written(config, text),
            *found,
        ]
    return found


def put_all(written: list[Written]) -> None:
    """Write what is not so already; each file is there whole, or as it was."""
    for one in written:
        files.put(one.file, one.text, keep_mode=one.keep_mode)


def for_variables(ground: Ground, answers: Answers, environ: Mapping[str, str]) -> dict[str, str]:
    """Give the values of the variables that are no secrets, by their names."""
    text = configuration(ground, answers, environ)
    line = _one_line(read_yaml(text, str(ground.config_file)).data)
    read(line, ground.config_file, environ)
    return {
        "PEER_SUPPORT_SETTINGS": line,
        "PEER_SUPPORT_WIKI": answers.wiki,
        "PEER_SUPPORT_ACCOUNT": f"{answers.account}@{answers.suffix}",
    }


def _one_line(settings: Any) -> str:
    try:
        return json.dumps(settings, ensure_ascii=False)
    except TypeError:  # a date, for which JSON has no word
        return yaml.safe_dump(
            settings,
            default_flow_style=True,
            allow_unicode=True,
            sort_keys=False,
            width=math.inf,
        ).strip()


def _log_in(answers: Answers) -> BotAccount:
    return BotAccount(answers.wiki, answers.account, answers.suffix, answers.password)
