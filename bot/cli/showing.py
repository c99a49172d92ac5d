"""What commands about the whole network show people; apart, for the worker shows nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table

from bot.overview import Overview

if TYPE_CHECKING:
    from bot.rehearsal import Rehearsed

WATCH_SECONDS = 5


def show_overview(seen: Overview) -> None:
    """Print how the network stands."""
    Console().print(_table(seen))


def watch(look: Callable[[], Overview]) -> None:
    """Show how the network stands, looking again every few seconds, until Ctrl-C."""
    with Live(_table(look()), auto_refresh=False) as live, suppress(KeyboardInterrupt):
        while True:
            time.sleep(WATCH_SECONDS)
            live.update(_table(look()), refresh=True)


def show_mails(mails: Iterable[Rehearsed]) -> None:
    """Print the mails that would go."""
    table = Table("mail", "to", "case", "because")
    for mail in mails:
        table.add_row(mail.kind, mail.to, mail.ref or "–", mail.rule)
    Console().print(table)


def _table(seen: Overview) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in seen.plain().items():
        shown = "–" if value is None else str(value)
        if isinstance(value, dict):
            shown = ", ".join(f"{count} {what}" for what, count in value.items()) or "none"
        if isinstance(value, list):
            shown = ", ".join(value) or "none"
        table.add_row(name.replace("_", " "), shown)
    return table
