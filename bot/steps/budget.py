"""How many mails may go today: what the wiki says of our account, or what the operator set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.casework.effects import MailKind
from bot.config import Config
from bot.network import Network
from bot.patience import ENOUGH_IN_A_ROW, before_mailer_again
from bot.store import outbox
from bot.store.store import Tx, get_setting, put_setting

MAIL_LIMIT = "mail-limit"
MAIL_LIMIT_AT = "mail-limit-at"
MAIL_WAITS = "mail-waits-until"
MAILER_REFUSES = "mailer-refuses"
"""Since when no mail went through, and how often one was tried meanwhile; empty: one did."""
ASK_EVERY = timedelta(days=1)
_NAMES = ("sendemail", "emailuser")  # the newer name first

SHARE = 10
"""A tenth of the day's mails is the share of each kind that anybody can bring about."""
CAN_WAIT = frozenset(
    {
        MailKind.RECEIPT,
        MailKind.NOT_TAKEN,
        MailKind.NOBODY_COULD,
        MailKind.NOBODY_YET,
        MailKind.GAVE_UP,
        MailKind.BARRED,
    }
)
"""What a flood of requests brings about, though nobody has said yes to any of them."""


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


def mails_left(config: Config, tx: Tx, now: datetime) -> int:
    """Count the mails that may still go now; posts of the last 24 hours count, restarts do not."""
    waits = get_setting(tx, MAIL_WAITS)
    if waits and datetime.fromisoformat(waits) > now:
        return 0
    return unspent(config, tx, now)


def unspent(config: Config, tx: Tx, now: datetime) -> int:
    """Count what is left of the day's mails, whether or not they may go at this moment."""
    posted = outbox.posted_since(tx, now - timedelta(days=1))
    return max(0, mails_a_day(config, tx) - posted)


def mails_a_day(config: Config, tx: Tx) -> int:
    """Give the mails of a day: what the wiki allows our account, or what the operator set."""
    named = get_setting(tx, MAIL_LIMIT)
    return int(named) if named else config.policy.mails_per_day


def share(network: Network, tx: Tx) -> int:
    """Give the mails a day of a kind that anybody can bring about; always one at least."""
    return max(1, mails_a_day(network.config, tx) // SHARE)


def next_mails(
    network: Network, tx: Tx, now: datetime, at_once: int
) -> tuple[int, frozenset[MailKind]]:
    """Say how many mails may be taken next, and which kinds not.

    Half of the day is kept for cases under way: what can wait does not go from it.
    """
    left = mails_left(network.config, tx, now)
    if times_refused(tx) >= ENOUGH_IN_A_ROW:
        at_once = 1  # nothing went through lately: one shows whether it does again
    kept = mails_a_day(network.config, tx) // 2
    if left > kept:
        return min(at_once, left - kept), frozenset()
    return min(at_once, left), CAN_WAIT


def wait_until(tx: Tx, until: datetime) -> None:
    """Post nothing before then: the wiki said that it would refuse."""
    put_setting(tx, MAIL_WAITS, until.isoformat())


def mailer_refused(tx: Tx, now: datetime, *, known: bool = False) -> None:
    """Note that a mail did not go, through no fault of its recipient; several in a row stop all.

    One that is `known` to be refused time and again says nothing new of the others.
    """
    since, times = _refusals(tx)
    if known and times < ENOUGH_IN_A_ROW:
        return
    put_setting(tx, MAILER_REFUSES, f"{(since or now).isoformat()} {times + 1}")
    wait = before_mailer_again(times + 1)
    if wait:
        wait_until(tx, now + wait)


def mailer_took(tx: Tx) -> None:
    """Note that a mail went: the wiki's mailer works."""
    if get_setting(tx, MAILER_REFUSES):
        put_setting(tx, MAILER_REFUSES, "")


def times_refused(tx: Tx) -> int:
    """Count the mails refused one after the other, up to now."""
    return _refusals(tx)[1]


def refused_since(tx: Tx) -> datetime | None:
    """Say since when no mail went, where enough were refused to think so of the next."""
    since, times = _refusals(tx)
    return since if times >= ENOUGH_IN_A_ROW else None


def _refusals(tx: Tx) -> tuple[datetime | None, int]:
    since, _, times = (get_setting(tx, MAILER_REFUSES) or "").partition(" ")
    return (datetime.fromisoformat(since), int(times)) if since else (None, 0)
