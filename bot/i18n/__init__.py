"""Messages in MediaWiki's own format: `bot/i18n/<language>.json`, documented in `qqq.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError

from bot.languages import fallback_chain

_PARAMETER = re.compile(r"\$(\d)")
_PLURAL = re.compile(r"\{\{PLURAL:([^|{}]*)\|([^{}]*)\}\}")
_FORMS = ("zero", "one", "two", "few", "many", "other")


class Messages:
    """The texts of every language, by key; what a language lacks, its fallback says."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that there are texts in."""
        return tuple(sorted(self._catalogues))

    def text(self, key: str, language: str, *parameters: str | int) -> str:
        """Give a message with `$1`, `$2` … filled in and `{{PLURAL:$1|one|other}}` chosen."""
        spoken, template = self._find(key, language)
        # Plurals first, on the message's own text: a parameter is never read as markup.
        chosen = _PLURAL.sub(lambda match: _plural(match, spoken, parameters), template)
        return _PARAMETER.sub(lambda match: _fill(match, parameters), chosen)

    def spoken(self, key: str, language: str) -> str:
        """Say in which language `text` would give this message."""
        return self._find(key, language)[0]

    def best_for(self, key: str, languages: Iterable[str], default: str) -> str:
        """Give the first of somebody's languages in which there is this text, else the default.

        English counts only where it is theirs, or the default: as the last resort it would come
        before a second language that we do have.
        """
        theirs = list(languages)
        for code in theirs:
            chain = fallback_chain(code)
            own = chain if code.partition("-")[0] == "en" else chain[:-1]
            for one in own:
                if key in self._catalogues.get(one, {}):
                    return one
        return self.spoken(key, default)

    def _find(self, key: str, language: str) -> tuple[str, str]:
        for code in fallback_chain(language):
            if key in self._catalogues.get(code, {}):
                return code, self._catalogues[code][key]
        raise KeyError(key)


def _fill(match: re.Match[str], parameters: tuple[str | int, ...]) -> str:
    place = int(match[1]) - 1
    return str(parameters[place]) if place < len(parameters) else match[0]


def _plural(match: re.Match[str], language: str, parameters: tuple[str | int, ...]) -> str:
    count = int(_fill_in(match[1], parameters))
    forms = match[2].split("|")
    try:
        rule = Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        rule = Locale("en").plural_form
    used = [form for form in _FORMS if form in {*rule.tags, "other"}]
    return forms[min(used.index(rule(count)), len(forms) - 1)]


def _fill_in(text: str, parameters: tuple[str | int, ...]) -> str:
    return _PARAMETER.sub(lambda match: _fill(match, parameters), text).strip()


@cache
def load() -> Messages:
    """Read every message file that is shipped."""
    catalogues = {}
    for file in files("bot.i18n").iterdir():
        if file.name.endswith(".json") and file.name != "qqq.json":
            messages = json.loads(file.read_text(encoding="utf-8"))
            messages.pop("@metadata", None)
            catalogues[file.name.removesuffix(".json")] = messages
    return Messages(catalogues)
