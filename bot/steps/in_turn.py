"""Which cases supporters may be looked for now: those under way at once, new ones in their turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework.effects import MailKind
from bot.casework.states import State
from bot.casework.surge import Day, Line, carried, turn
from bot.network import Network
from bot.steps.budget import mails_a_day
from bot.store import cases, line, outbox
from bot.store.cases import StoredCase
from bot.store.schema import cases as case_table
from bot.store.store import Tx

AT_ONCE = 50
DAY = timedelta(days=1)


def in_turn(network: Network, now: datetime) -> list[StoredCase]:
    """List the cases whose time to look has come, the longest waiting first.

    Of the new ones no more than the day's mails can carry: the rest stay as they are, and are the
    first in the next round that has room.
    """
    with network.store.read() as tx:
        day, before = _day(network, tx, now), line.state(tx)
    after = turn(before, day)
    if after is not before:
        with network.store.write() as tx:
            _note(tx, after, now)
    looking = case_table.c.state.in_([State.WAITING.value, State.OFFERED.value])
    due = (looking, case_table.c.look_at <= now)
    with network.store.read() as tx:
        wanting = cases.load_where(tx, *due, ~line.NEW, limit=AT_ONCE)
        if day.room:
            wanting += cases.load_where(tx, *due, line.NEW, limit=min(AT_ONCE, day.room))
    return sorted(wanting, key=lambda stored: (stored.case.waiting_since, stored.id))


def _day(network: Network, tx: Tx, now: datetime) -> Day:
    return Day(
        begun=line.begun_since(tx, now - DAY),
        waiting=line.waiting(tx),
        carried=carried(mails_a_day(network.config, tx), network.config.policy),
    )


def _note(tx: Tx, after: Line, now: datetime) -> None:
    line.put_state(tx, after)
    told = "held" if after is Line.HELD else "over"
    outbox.tell_coordinators(tx, MailKind.SURGE, told, now)
