"""The signs that alarms are judged by, read from the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case as sql_case
from sqlalchemy import func, or_, select

from bot.casework.alarms import Alarm, Signs
from bot.casework.states import State
from bot.network_state import network_state, tampered_pages
from bot.steps.budget import CAN_WAIT, refused_since
from bot.store import aside, intake
from bot.store.outbox import RowState
from bot.store.schema import Moment, cases, complaints, outbox
from bot.store.store import LOG_IN, READ_UNTIL, WIKI_AWAY_SINCE, Tx, get_setting
from bot.wiki.refused import Patience, Refusal

ALARMS = "alarms"
"""The alarms that stand, by their codes."""


def see(tx: Tx, now: datetime, mails_left: int, mails_a_day: int) -> Signs:
    """Look at everything that an alarm could be about."""
    read_at, away = get_setting(tx, READ_UNTIL), get_setting(tx, WIKI_AWAY_SINCE)
    keys = [key.made_at for key in intake.keys(tx) if key.private and key.expires_at > now]
    # One that was tried before is put back to be tried soon, and has waited since it was made.
    untried = func.coalesce(outbox.c.not_before, outbox.c.made_at, type_=Moment())
    may_go = sql_case((outbox.c.outcome.is_not(None), outbox.c.made_at), else_=untried)
    waiting = select(func.min(may_go, type_=Moment())).where(
        outbox.c.state == RowState.QUEUED.value,
        outbox.c.kind.not_in([kind.value for kind in CAN_WAIT]),
        or_(
            outbox.c.not_before.is_(None),
            outbox.c.not_before <= now,
            outbox.c.outcome.is_not(None),
        ),
    )
    due = select(func.min(cases.c.due_at)).where(cases.c.state != State.CLOSED.value)
    undecided = select(func.min(complaints.c.made_at)).where(complaints.c.decided_at.is_(None))
    return Signs(
        paused=not network_state(tx).acts,
        wiki_away_since=datetime.fromisoformat(away) if away else None,
        read_at=datetime.fromisoformat(read_at) if read_at else None,
        key_made_at=max(keys, default=None) or _last_key(tx),
        due_since=tx.connection.scalar(due),
        mail_waits_since=tx.connection.scalar(waiting),
        mails_left=mails_left,
        mails_a_day=mails_a_day,
        complaint_since=tx.connection.scalar(undecided),
        gadget_differs=bool(tampered_pages(tx)),
        mail_refused_since=refused_since(tx),
        set_aside=any(one.kind.is_fault for one in aside.everything(tx, now))
        or bool(intake.unreadable_keys(tx)),
        shut_out=shut_out(tx) is not None,
    )


def _last_key(tx: Tx) -> datetime | None:
    return max((key.made_at for key in intake.keys(tx)), default=None)


def known(tx: Tx) -> frozenset[Alarm]:
    """Give the alarms that were told of and are not over."""
    codes = (get_setting(tx, ALARMS) or "").split()
    return frozenset(alarm for alarm in Alarm if alarm.value in codes)


def shut_out(tx: Tx) -> Refusal | None:
    """Return why the wiki does not let the worker's account in; None: it does, as far as known."""
    return Patience.read(get_setting(tx, LOG_IN)).refusal
