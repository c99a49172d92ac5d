"""What commands about the whole network show people; apart, for the worker shows nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.cli.tables import fact_lines, show_facts, show_table
from bot.overview import Overview

if TYPE_CHECKING:
    from bot.rehearsal import Rehearsed

WATCH_SECONDS = 5
_TIMES = frozenset({"last_round", "last_poll", "wiki_away_since"})


def show_overview(seen: Overview) -> None:
    """Print how the network stands."""
    show_facts(_facts(seen))


def watch(look: Callable[[], Overview]) -> None:
    """Show how the network stands, looking again every few seconds, until Ctrl-C."""
    with Live(_lines(look()), auto_refresh=False) as live, suppress(KeyboardInterrupt):
        while True:
            time.sleep(WATCH_SECONDS)
            live.update(_lines(look()), refresh=True)


def show_mails(mails: Iterable[Rehearsed]) -> None:
    """Print the mails that would go."""
    rows = [(mail.kind, mail.to, mail.ref or "–", mail.rule) for mail in mails]
    if rows:
        show_table(("mail", "to", "case", "because"), rows, empty="")


def _lines(seen: Overview) -> Text:
    return Text("\n".join(fact_lines(_facts(seen), Console().width)))


def _facts(seen: Overview) -> list[tuple[str, str]]:
    facts = []
    for name, value in seen.plain().items():
        shown = "–" if value is None else str(value)
        if isinstance(value, dict):
            shown = ", ".join(f"{count} {what}" for what, count in value.items()) or "none"
        if isinstance(value, list):
            shown = ", ".join(value) or "none"
        if value is not None and name in _TIMES:
            shown = f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        facts.append((name.replace("_", " "), shown))
    return facts
