"""Alarms: told once when they begin and once when they are over, by mail, log and webhook."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.casework.alarms import News, news, standing
from bot.casework.effects import MailKind
from bot.logs import OURS
from bot.network import Network
from bot.signs import ALARMS, known, see
from bot.steps.budget import mails_a_day, unspent
from bot.store import outbox
from bot.store.store import Tx, get_setting, put_setting

log = logging.getLogger(OURS)

TO_POST = "alarms-to-post"
"""What the webhook has not heard of yet: codes, in their order."""


def alarm(network: Network) -> bool:
    """Compare what stands with what was told; the mail and the note of it are one transaction."""
    now = network.clock()
    with network.store.read() as tx:
        told = _news(network, tx, now)
        waits = get_setting(tx, TO_POST)
    if told:
        with network.store.write() as tx:
            told = _news(network, tx, now)
            _note(network, tx, told, now)
            waits = get_setting(tx, TO_POST)
        for one in told:
            level = logging.INFO if one.over else logging.ERROR
            log.log(level, "alarm: %s: %s", one.alarm.value, "over" if one.over else "begun")
    if waits:
        _post(network, waits.split(), now)
    return bool(told)


def _news(network: Network, tx: Tx, now: datetime) -> list[News]:
    before, config = known(tx), network.config
    signs = see(tx, now, unspent(config, tx, now), mails_a_day(config, tx))
    return news(before, standing(signs, before, now))


def _note(network: Network, tx: Tx, told: list[News], now: datetime) -> None:
    stands = set(known(tx))
    for one in told:
        (stands.discard if one.over else stands.add)(one.alarm)
        if one.alarm.mailed:
            outbox.tell_coordinators(tx, MailKind.ALARM, one.code, now)
    put_setting(tx, ALARMS, " ".join(sorted(alarm.value for alarm in stands)))
    if network.hook is not None:
        waits = (get_setting(tx, TO_POST) or "").split()
        put_setting(tx, TO_POST, " ".join([*waits, *(one.code for one in told)]))


def _post(network: Network, codes: list[str], now: datetime) -> None:
    """Call the webhook for each, in order; what does not get through is tried in the next round."""
    left = list(codes)
    while left and network.hook is not None and network.hook(left[0], now):
        left.pop(0)
    if left != codes:
        with network.store.write() as tx:
            put_setting(tx, TO_POST, " ".join(left))
