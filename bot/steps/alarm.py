"""Alarms: told once when they begin and once when they are over, by mail, log and webhook."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.casework.alarms import News, news, standing
from bot.casework.effects import MailKind
from bot.config import Config
from bot.logs import OURS
from bot.network import Hook, Network
from bot.signs import ALARMS, known, see
from bot.steps.budget import mails_a_day, unspent
from bot.store import outbox
from bot.store.store import Store, Tx, get_setting, put_setting

log = logging.getLogger(OURS)

TO_POST = "alarms-to-post"
"""What the webhook has not heard of yet: codes, in their order."""


def alarm(network: Network) -> bool:
    """Compare what stands with what was told; the mail and the note of it are one transaction."""
    return tell_alarms(network.config, network.store, network.hook, network.clock())


def tell_alarms(config: Config, store: Store, hook: Hook | None, now: datetime) -> bool:
    """Do so from the store alone, as long as the wiki lets nobody begin."""
    with store.read() as tx:
        told = _news(config, tx, now)
        waits = get_setting(tx, TO_POST)
    if told:
        with store.write() as tx:
            told = _news(config, tx, now)
            _note(tx, told, now, is_posted=hook is not None)
            waits = get_setting(tx, TO_POST)
        for one in told:
            level = logging.INFO if one.over else logging.ERROR
            log.log(level, "alarm: %s: %s", one.alarm.value, "over" if one.over else "begun")
    if waits and hook is not None:
        _post(store, hook, waits.split(), now)
    return bool(told)


def _news(config: Config, tx: Tx, now: datetime) -> list[News]:
    before = known(tx)
    signs = see(tx, now, unspent(config, tx, now), mails_a_day(config, tx))
    return news(before, standing(signs, before, now))


def _note(tx: Tx, told: list[News], now: datetime, *, is_posted: bool) -> None:
    stands = set(known(tx))
    for one in told:
        (stands.discard if one.over else stands.add)(one.alarm)
        if one.alarm.mailed:
            outbox.tell_coordinators(tx, MailKind.ALARM, one.code, now)
    put_setting(tx, ALARMS, " ".join(sorted(alarm.value for alarm in stands)))
    if is_posted:
        waits = (get_setting(tx, TO_POST) or "").split()
        put_setting(tx, TO_POST, " ".join([*waits, *(one.code for one in told)]))


def _post(store: Store, hook: Hook, codes: list[str], now: datetime) -> None:
    """Call the webhook for each, in order; what does not get through is tried in the next round."""
    left = list(codes)
    while left and hook(left[0], now):
        left.pop(0)
    if left != codes:
        with store.write() as tx:
            put_setting(tx, TO_POST, " ".join(left))
