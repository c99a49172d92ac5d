"""How many mails may go today: what the wiki says of our account, or what the operator set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.network import Network
from bot.store import outbox
from bot.store.store import Tx, get_setting, put_setting

MAIL_LIMIT = "mail-limit"
MAIL_LIMIT_AT = "mail-limit-at"
MAIL_WAITS = "mail-waits-until"
ASK_EVERY = timedelta(days=1)
_NAMES = ("sendemail", "emailuser")  # the newer name first


def daily_limit(ratelimits: Mapping[str, Any]) -> int | None:
    """Read the mails a day that the wiki allows an account; None where it names no limit."""
    for name in _NAMES:
        rates = [
            int(one["hits"] * ASK_EVERY.total_seconds() / one["seconds"])
            for one in ratelimits.get(name, {}).values()
        ]
        if rates:
            return min(rates)
    return None


def ask_for_limit(network: Network, now: datetime) -> None:
    """Ask the wiki for our limit, once a day; it may have been given or taken since."""
    with network.store.read() as tx:
        asked_at = get_setting(tx, MAIL_LIMIT_AT)
    if asked_at is not None and now - datetime.fromisoformat(asked_at) < ASK_EVERY:
        return
    limit = daily_limit(network.wiki.ratelimits())
    with network.store.write() as tx:
        put_setting(tx, MAIL_LIMIT, "" if limit is None else str(limit))
        put_setting(tx, MAIL_LIMIT_AT, now.isoformat())


def mails_left(network: Network, tx: Tx, now: datetime) -> int:
    """Count the mails that may still go now; posts of the last 24 hours count, restarts do not."""
    waits = get_setting(tx, MAIL_WAITS)
    if waits and datetime.fromisoformat(waits) > now:
        return 0
    named = get_setting(tx, MAIL_LIMIT)
    limit = int(named) if named else network.config.policy.mails_per_day
    return max(0, limit - outbox.posted_since(tx, now - timedelta(days=1)))


def wait_until(tx: Tx, until: datetime) -> None:
    """Post nothing before then: the wiki said that it would refuse."""
    put_setting(tx, MAIL_WAITS, until.isoformat())
