"""The tamper watch: key page, gadget and templates held against what was published.

A difference pauses the network until it is over. What is changed back, or published anew, goes on
by itself; a pause of the operator's own stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.network import Network
from bot.publishing.published import Look, facts_of, look
from bot.publishing.standing import (
    PUBLISHED_PAGES,
    Standing,
    read_records,
    tampered,
    write_records,
)
from bot.steps.publish import judge_key_page, key_page_title
from bot.steps.tampered import note_tampered
from bot.store.store import Tx, get_setting, put_setting

WATCHED_AT = "watched-at"
WATCH_EVERY = timedelta(minutes=15)


def watch(network: Network) -> bool:
    """Compare everything in one request, four times an hour; True when something has changed."""
    now = network.clock()
    with network.store.read() as tx:
        watched_at = get_setting(tx, WATCHED_AT)
        records = read_records(get_setting(tx, PUBLISHED_PAGES))
    if watched_at and now - datetime.fromisoformat(watched_at) < WATCH_EVERY:
        return False
    facts = facts_of(network.config, network.wiki, network.intake.title)
    key_page = key_page_title(network)
    seen = look(network.wiki, facts, records, beside=key_page)
    changed = [one.page.title for one in seen if tampered(one.page, one.how, one.before)]
    changed += seen.twice
    with network.store.write() as tx:
        put_setting(tx, WATCHED_AT, now.isoformat())
        if seen.beside is not None and judge_key_page(tx, seen.beside, seen.bot_id).is_wrong:
            changed.append(key_page)
        _remember(tx, seen)
        return note_tampered(tx, changed, now)


def _remember(tx: Tx, seen: Look) -> None:
    """Keep how each page stood when it was right: pages that were pasted by hand as well."""
    # Read anew: `publish` may have kept something since, beside this worker.
    records = read_records(get_setting(tx, PUBLISHED_PAGES))
    right = {
        one.page.title: one.record(records.get(one.page.title))
        for one in seen
        if one.how is Standing.AS_RELEASED
    }
    # Who saved a page again that was right already is for `check` to tell, so the first one stays.
    new = {
        title: record
        for title, record in right.items()
        if title not in records
        or (records[title].digest, records[title].lines) != (record.digest, record.lines)
    }
    if new:
        put_setting(tx, PUBLISHED_PAGES, write_records({**records, **new}))
