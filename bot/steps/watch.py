"""The tamper watch: key page, gadget and templates held against what was published.

A difference pauses the network until it is over. What is changed back, or published anew, goes on
by itself; a pause of the operator's own stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.casework.effects import MailKind
from bot.network import TAMPERED, Network
from bot.publishing.published import Look, facts_of, look
from bot.publishing.standing import (
    PUBLISHED_PAGES,
    Record,
    Records,
    Standing,
    digest,
    read_records,
    tampered,
    write_records,
)
from bot.steps.publish import PUBLISHED, key_page_title
from bot.store import outbox
from bot.store.store import LAST_TAMPERED, Tx, get_setting, put_setting

WATCHED_AT = "watched-at"
WATCH_EVERY = timedelta(minutes=15)


def watch(network: Network) -> bool:
    """Compare everything in one request, four times an hour; True when something has changed."""
    now = network.clock()
    with network.store.read() as tx:
        watched_at = get_setting(tx, WATCHED_AT)
        records = read_records(get_setting(tx, PUBLISHED_PAGES))
        key_page = get_setting(tx, PUBLISHED)
    if watched_at is not None and now - datetime.fromisoformat(watched_at) < WATCH_EVERY:
        return False
    facts = facts_of(network.config, network.wiki, network.intake.title)
    seen = look(network.wiki, facts, records, beside=key_page_title(network))
    changed = sorted(_changed(seen, key_page))
    with network.store.write() as tx:
        put_setting(tx, WATCHED_AT, now.isoformat())
        _remember(tx, seen, records)
        return _tell(tx, changed, now)


def _changed(seen: Look, key_page: str | None) -> Iterator[str]:
    for one in seen:
        if tampered(one.page, one.how, one.before, one.there.revid):
            yield one.page.title
    there = seen.beside
    if there is None or key_page is None:
        return  # nothing was published yet
    if there.text is None or there.user_id != seen.bot_id or _digest(there.text) != key_page:
        yield there.title


def _digest(text: str) -> str:
    """Know the key page again as the wiki gives it: the same JSON, with other white space."""
    try:
        page = json.loads(text)
    except ValueError:
        return ""
    return hashlib.sha256(json.dumps(page, ensure_ascii=False, indent=1).encode()).hexdigest()


def _remember(tx: Tx, seen: Look, records: Records) -> None:
    """Keep how each page stood when it was right: pages that were pasted by hand as well."""
    right = {
        one.page.title: Record(digest(one.there.text), one.there.revid, one.there.user_id)
        for one in seen
        if one.how is Standing.AS_RELEASED and one.there.text is not None
    }
    # Who saved a page again that was right already is for `check` to tell, so the first one stays.
    new = {
        title: record
        for title, record in right.items()
        if title not in records or records[title].digest != record.digest
    }
    if new:
        put_setting(tx, PUBLISHED_PAGES, write_records({**records, **new}))


def _tell(tx: Tx, changed: list[str], now: datetime) -> bool:
    """Pause and tell of it once, and once when it is over."""
    before = json.loads(get_setting(tx, TAMPERED) or "[]")
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
