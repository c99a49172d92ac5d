"""What a supporter can look up beside a case: from the configuration's own lists."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.roster import Supporter
from bot.config import Config
from bot.languages import language_of, pick_label


@dataclass(frozen=True)
class Reading:
    """A page worth reading; `language` is its own, where it has but one."""

    name: str
    address: str
    language: str | None


def worth_reading(config: Config, supporter: Supporter | None, reader: str) -> list[Reading]:
    """Give the pages for supporters: those that they can read first, the others after them."""
    spoken = set() if supporter is None else {language_of(code) for code in supporter.languages}
    pages = [one for one in config.resources if one.audience in {"supporter", "both"}]
    pages.sort(key=lambda one: one.language is not None and language_of(one.language) not in spoken)
    return [Reading(pick_label(one.label, one.url, reader), one.url, one.language) for one in pages]
