"""The three words by which requester and supporter know each other at first contact."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files


@cache
def _words() -> tuple[str, ...]:
    # The gadget is built with the same list.
    return tuple(json.loads((files("bot.request") / "words.json").read_text(encoding="utf-8")))


def three_words(choose: Callable[[Sequence[str]], str]) -> tuple[str, ...]:
    """Draw three words that differ, with the chance handed in."""
    drawn: list[str] = []
    while len(drawn) < 3:
        word = choose(_words())
        if word not in drawn:
            drawn.append(word)
    return tuple(drawn)
