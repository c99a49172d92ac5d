"""Which cases supporters may be looked for now: those under way at once, new ones in their turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework.effects import MailKind
from bot.casework.states import State
from bot.casework.surge import Day, Line, carried, cost_of, turn
from bot.network import Network
from bot.steps.apart import NOT_ONES_OWN, Apart
from bot.steps.budget import mails_a_day
from bot.store import cases, line, outbox
from bot.store.cases import StoredCase
from bot.store.schema import cases as case_table
from bot.store.store import Tx

AT_ONCE = 50
DAY = timedelta(days=1)


def in_turn(network: Network, apart: Apart, now: datetime) -> list[StoredCase]:
    """List the cases whose time to look has come, the longest waiting first.

    Of the new ones no more than the day's mails can carry: the rest stay as they are, and are the
    first in the next round that has room. One that cannot be read is set `apart`.
    """
    with network.store.read() as tx:
        day, before = _day(network, tx, now), line.state(tx)
    after = turn(before, day)
    if after is not before:
        with network.store.write() as tx:
            _note(tx, after, now)
    looking = case_table.c.state.in_([State.WAITING.value, State.OFFERED.value])
    due = (looking, case_table.c.look_at <= now, case_table.c.id.not_in(apart.held))
    with network.store.read() as tx:
        wanting = cases.ids_where(tx, *due, ~line.NEW, ~line.IN_VAIN, limit=AT_ONCE)
        room = min(AT_ONCE, day.room)
        # Those that nobody could be asked about yet come after who was not looked for at all.
        for which in (line.NEW, line.IN_VAIN):
            if room:
                found = cases.ids_where(tx, *due, which, limit=room)
                wanting += found
                room -= len(found)
    ready = [case_id for case_id in wanting if not apart.waits(case_id)]
    loaded = _load(network, apart, ready)
    return sorted(loaded, key=lambda stored: (stored.case.waiting_since, stored.id))


def _load(network: Network, apart: Apart, ids: list[int]) -> list[StoredCase]:
    """Read some cases together; where that goes wrong, one by one."""
    try:
        with network.store.read() as tx:
            return cases.load_where(tx, case_table.c.id.in_(ids)) if ids else []
    except NOT_ONES_OWN:
        raise
    except Exception:  # noqa: BLE001 - told for the one that it is about
        found = []
        for case_id in ids:
            with apart.one(case_id), network.store.read() as tx:
                stored = cases.load(tx, case_id)
                found += [] if stored is None else [stored]
        return found


def _day(network: Network, tx: Tx, now: datetime) -> Day:
    policy = network.config.policy
    return Day(
        spent=line.spent_since(tx, now - DAY),
        waiting=line.waiting(tx, now),
        carried=carried(mails_a_day(network.config, tx), policy),
        each=cost_of(policy.offers_at_once),
    )


def _note(tx: Tx, after: Line, now: datetime) -> None:
    line.put_state(tx, after)
    told = "held" if after is Line.HELD else "over"
    outbox.tell_coordinators(tx, MailKind.SURGE, told, now)
