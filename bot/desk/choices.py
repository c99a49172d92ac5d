"""What the forms of the desk offer to choose from, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from bot.config import Config
from bot.desk.context import the_desk
from bot.languages import language_name, pick_label
from bot.problems import printable
from bot.publishing.key_page import usual_wait
from bot.request.typed import Trouble
from bot.store import asking
from bot.store.store import BANDS, Tx, get_setting


@dataclass(frozen=True)
class Choice:
    """Something to tick: its id, its label, what there is to say about it; its address, or none."""

    id: str
    label: str
    about: str = ""
    address: bool = False


def languages(tx: Tx, reader: str) -> list[Choice]:
    """Give the languages that somebody speaks, the reader's first, with how many do."""
    bands = json.loads(get_setting(tx, BANDS) or "{}").get("languages", {})
    say = the_desk().messages.text
    found = [
        Choice(code, _both_names(code, reader), say(f"ask-band-{band}", reader))
        for code, band in bands.items()
    ]
    return sorted(found, key=lambda one: (one.id != reader, one.label.casefold()))


def _both_names(code: str, reader: str) -> str:
    name, own = language_name(code, reader), language_name(code, code)
    return name if name.casefold() == own.casefold() else f"{name} – {own}"


def topics(config: Config, reader: str) -> list[Choice]:
    """Give the topics."""
    return [Choice(one.id, pick_label(one.labels, one.id, reader)) for one in config.topics]


def backgrounds(config: Config, reader: str) -> list[Choice]:
    """Give the backgrounds."""
    return [Choice(one.id, pick_label(one.labels, one.id, reader)) for one in config.backgrounds]


def channels(config: Config, reader: str) -> list[Choice]:
    """Give the channels, each with what it reveals of the one who asks."""
    return [
        Choice(
            one.id,
            pick_label(one.labels, one.id, reader),
            pick_label(one.reveals, "", reader),
            one.address,
        )
        for one in config.channels
    ]


def wait(tx: Tx) -> str:
    """Say how long people usually waited so far: hours, days, weeks or unknown."""
    return usual_wait(asking.waits(tx))


def isolated(text: str) -> str:
    """Return a name so that its direction does not reach what stands around it.

    Marks of direction within it, which could end that, are shown for what they are.
    """
    if not text:
        return ""
    return f"\N{FIRST STRONG ISOLATE}{printable(text)}\N{POP DIRECTIONAL ISOLATE}"


def in_words(troubles: Iterable[Trouble], reader: str) -> dict[str, list[str]]:
    """Say what is wrong, by field, in the order of the form."""
    labels = {one.id: one.label for one in channels(the_desk().config, reader)}
    say = the_desk().messages.text
    found: dict[str, list[str]] = {}
    for trouble in troubles:
        about = labels.get(trouble.about) or isolated(trouble.about)
        words = say(f"enter-problem-{trouble.code}", reader, about)
        found.setdefault(trouble.place, []).append(words)
    return found
