"""How what was looked at is shown to people: a line each, with its mend below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.text import Text

from bot.checks import Check, Verdict
from bot.cli.words import wrapped
from bot.problems import printable

_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.WARNED: "bold yellow",
    Verdict.FAILED: "bold red",
    Verdict.OUT_OF_REACH: "bold red",
    Verdict.NOT_TRIED: "yellow",
}
_VERDICT_WIDTH = max(len(verdict.value) for verdict in Verdict)
_NAME_WIDTH = 22
_LEAST_BESIDE = 30
"""In a narrower column sentences would be ladders of two or three words."""
_BELOW = "    "
_ARROW = "→ "


def lines(one: Check, width: int) -> Iterator[Text]:
    """Lay one check out: what was found beside its name, or below it where a word would break."""
    one = replace(
        one, name=printable(one.name), found=printable(one.found), mend=printable(one.mend)
    )
    verdict = Text(f"{one.verdict.value:<{_VERDICT_WIDTH}}  ", style=_COLOURS[one.verdict])
    left = " " * (_VERDICT_WIDTH + _NAME_WIDTH + 4)
    found = wrapped(one.found, width - len(left)) or [""]
    mend = _arrowed(one.mend, width - len(left))
    room = width - len(left) >= _LEAST_BESIDE
    beside = (
        room and len(one.name) <= _NAME_WIDTH and max(map(len, found + mend)) <= width - len(left)
    )
    if beside:
        yield verdict + f"{one.name:<{_NAME_WIDTH}}  {found[0]}"
        found = found[1:]
    else:
        left = _BELOW
        yield verdict + one.name
        found, mend = wrapped(one.found, width - len(left)), _arrowed(one.mend, width - len(left))
    for text in found + mend:
        yield Text(left + text)


def _arrowed(mend: str, width: int) -> list[str]:
    rest = wrapped(mend, width - len(_ARROW))
    return [(" " * len(_ARROW) if place else _ARROW) + line for place, line in enumerate(rest)]
