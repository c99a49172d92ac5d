"""The gadget's own settings: which bot, desk and intake page it belongs to (decision 0079).

They stand on a page that interface administrators alone can change. The form holds the bot's own
page against them, so that whoever has the bot's account leads nobody elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

PAGE: Final = "gadget settings"
"""What the release calls the page."""

_WORDS: Final = {
    "bot": "bot",
    "botId": "account number of the bot",
    "page": "page of keys",
    "landing": "landing page",
    "intake": "intake page",
    "desk": "desk",
}


def settings_script(settings: Mapping[str, object]) -> str:
    """Write settings as they stand in the script."""
    return json.dumps(settings)


def disagreements(there: str, wanted: str) -> tuple[str, ...]:
    """Say in which settings two scripts differ; none where one of them is no such script."""
    found, right = _read(there), _read(wanted)
    return tuple(_differing(found, right)) if found and right else ()


def _differing(found: Mapping[str, object], right: Mapping[str, object]) -> Iterator[str]:
    for name, words in _WORDS.items():
        if found.get(name) != right.get(name):
            names = f"{found[name]}" if name in found else "none"
            yield f"{words} {names} there, {right.get(name)} in the configuration"


def _read(script: str) -> Mapping[str, object]:
    """Read the one object that such a script holds; empty where it holds something else."""
    text = script.strip().removeprefix("module.exports =").removesuffix(";")
    try:
        settings = json.loads(text)
    except ValueError:
        return {}
    return settings if isinstance(settings, dict) else {}
