"""Which published pages are not as they were published: kept, and told to the coordinators."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from bot.casework.effects import MailKind
from bot.network_state import TAMPERED, tampered_pages
from bot.store import outbox
from bot.store.store import LAST_TAMPERED, Tx, put_setting


def note_tampered(tx: Tx, titles: Collection[str], now: datetime) -> bool:
    """Pause for what is wrong now, and tell of it once, and once when it is over.

    Returns whether that is news.
    """
    changed, before = sorted(titles), tampered_pages(tx)
    if changed == before:
        return False
    put_setting(tx, TAMPERED, json.dumps(changed) if changed else "")
    if changed:
        put_setting(tx, LAST_TAMPERED, json.dumps(changed))
    if set(changed) - set(before):
        outbox.tell_coordinators(tx, MailKind.TAMPERED, "", now)
    elif not changed:
        outbox.tell_coordinators(tx, MailKind.UNTAMPERED, "", now)
    return True


def note_mended(tx: Tx, title: str, now: datetime) -> None:
    """End the pause as far as it was for one page, which was just saved as it should be."""
    note_tampered(tx, [one for one in tampered_pages(tx) if one != title], now)
