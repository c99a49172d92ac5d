"""What `setup` has to know, as answers; and which settings of the configuration they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.config.model import Desk, Settings, Wiki
from bot.yaml_changes import Value
from bot.yaml_places import Path


@dataclass(frozen=True)
class Answers:
    """All that `setup` writes down; an empty one is not answered yet, or left out.

    `wiki` is `meta:meta` or the address of an api.php; `password` that of the bot password called
    `suffix`.
    """

    wiki: str = ""
    account: str = ""
    suffix: str = ""
    password: str = field(default="", repr=False)
    intake: str = "Project:Peer support/Intake"
    landing: str = Wiki.model_fields["landing"].default
    shutoff: str = ""
    coordinators: tuple[str, ...] = ()
    operator: str = ""
    privacy_contact: str = ""
    hosting_permission: str = ""
    database: str = field(default=Settings.model_fields["database"].default, repr=False)
    desk: str = Desk.model_fields["url"].default


PLACES: Mapping[str, Path] = {
    "intake": ("wiki", "intake"),
    "landing": ("wiki", "landing"),
    "shutoff": ("wiki", "shutoff"),
    "coordinators": ("coordinators",),
    "operator": ("operator", "name"),
    "privacy_contact": ("operator", "privacy_contact"),
    "hosting_permission": ("operator", "hosting_permission"),
    "database": ("database",),
    "desk": ("desk", "url"),
}
"""Where each answer stands in the configuration; what is not here is Pywikibot's."""

_DEFAULT_SHUTOFF = str(Wiki.model_fields["shutoff"].default)


def shutoff_of(account: str) -> str:
    """Give the page that stops the bot: below its own user page, where people look for it."""
    return f"User:{account}/stop" if account else _DEFAULT_SHUTOFF


def known(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answers that stand in a configuration already, by their names."""
    found = {name: _at(settings, path) for name, path in PLACES.items()}
    return {
        name: tuple(str(one) for one in value) if isinstance(value, list) else str(value)
        for name, value in found.items()
        if value is not None
    }


def changes(settings: Mapping[str, Any], answers: Answers) -> dict[Path, Value]:
    """Give what has to be changed for a configuration to say what was answered, and no more.

    A setting that was left out and is to have its default stays left out.
    """
    before = {name: getattr(Answers(shutoff=_DEFAULT_SHUTOFF), name) for name in PLACES}
    before |= known(settings)
    changed: dict[Path, Value] = {}
    for name, path in PLACES.items():
        value: str | tuple[str, ...] = getattr(answers, name)
        if name == "shutoff" and not value:
            continue  # the account is not known yet
        required = name in {"intake", "coordinators"} and _at(settings, path) is None
        if value != before[name] or required:
            changed[path] = value or None
    return changed


def _at(settings: Any, path: Path) -> Any:
    for part in path:
        settings = settings.get(part) if isinstance(settings, dict) else None
    return settings
