"""How the network stands, in numbers: for `status`, and without anybody in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select

from bot.casework.alarms import Alarm, standing
from bot.casework.states import OfferState, State
from bot.casework.surge import Line
from bot.config import Config
from bot.network_state import NetworkState, network_state
from bot.signs import known, see, shut_out
from bot.steps.budget import mails_a_day, unspent
from bot.store import accounts, aside, complaints, intake, line, marks, outbox, roster
from bot.store.aside import Aside
from bot.store.schema import cases, offers
from bot.store.store import HEARTBEAT, READ_UNTIL, WIKI_AWAY_SINCE, Tx, count_of, get_setting

_STATES: Mapping[NetworkState, str] = MappingProxyType(
    {
        NetworkState.OPEN: "open",
        NetworkState.PAUSED: "paused",
        NetworkState.TAMPERED: "paused: pages on the wiki are not as published",
        NetworkState.WINDING_DOWN: "being wound down",
        NetworkState.SHUT_OFF: "stopped on the wiki",
        NetworkState.ENDED: "wound down",
    }
)


@dataclass(frozen=True)
class Overview:
    """Counts and times; nothing in it identifies a case or a person."""

    state: str
    log_in: str
    cases: dict[str, int]
    oldest_waiting_hours: int | None
    cases_past_due: int
    complaints_undecided: int
    new_cases: str
    notices_dropped: int
    supporters: dict[str, int]
    mails: dict[str, int]
    posts_in_24_hours: int
    messages_read: dict[str, int]
    sign_ins: dict[str, int]
    last_round: str | None
    newest_key_hours: int | None
    offers_out: int
    mails_left_today: int
    mail_errors: dict[str, int]
    last_poll: str | None
    wiki_away_since: str | None
    set_aside: list[str]
    alarms: list[str]

    def plain(self) -> dict[str, Any]:
        """Give it as JSON knows it."""
        return asdict(self)


def look(tx: Tx, now: datetime, config: Config) -> Overview:
    """Count, and judge: what alarms is seen here also when no worker is alive to tell of it."""
    left, a_day = unspent(config, tx, now), mails_a_day(config, tx)
    alarms = standing(see(tx, now, left, a_day), known(tx), now)
    query = select(cases.c.state, func.count()).group_by(cases.c.state)
    by_state = {row[0]: row[1] for row in tx.connection.execute(query)}
    looking = cases.c.state.in_([State.WAITING.value, State.OFFERED.value])
    oldest = tx.connection.scalar(select(func.min(cases.c.waiting_since)).where(looking))
    # An hour's grace: a case becomes due before the round that sees it.
    late = now - timedelta(hours=1)
    past_due = tx.connection.scalar(
        select(func.count()).where(cases.c.state != State.CLOSED.value, cases.c.due_at < late)
    )
    supporters: dict[str, int] = {}
    for one in roster.everybody(tx):
        supporters[one.status.value] = supporters.get(one.status.value, 0) + 1
    live = [OfferState.QUEUED.value, OfferState.SENT.value]
    out = select(func.count()).select_from(offers).where(offers.c.state.in_(live))
    keys = [key for key in intake.keys(tx) if key.private is not None]
    return Overview(
        state=_STATES[network_state(tx)],
        log_in=refusal.value if (refusal := shut_out(tx)) else "fine",
        cases={state.value: by_state.get(state.value, 0) for state in State},
        oldest_waiting_hours=None if oldest is None else _hours(now - oldest),
        cases_past_due=past_due or 0,
        complaints_undecided=complaints.waiting(tx),
        new_cases=_line(tx, now),
        notices_dropped=count_of(tx, marks.NOTICES_DROPPED),
        supporters=supporters,
        mails=outbox.counts(tx),
        posts_in_24_hours=outbox.posted_since(tx, now - timedelta(days=1)),
        messages_read=intake.message_counts(tx),
        sign_ins={
            "waiting": accounts.waiting(tx),
            "refused": count_of(tx, accounts.REFUSED),
            "dropped": count_of(tx, accounts.DROPPED),
        },
        last_round=get_setting(tx, HEARTBEAT),
        newest_key_hours=_hours(now - keys[0].made_at) if keys else None,
        offers_out=tx.connection.scalar(out) or 0,
        mails_left_today=left,
        mail_errors=outbox.errors(tx),
        last_poll=get_setting(tx, READ_UNTIL),
        wiki_away_since=get_setting(tx, WIKI_AWAY_SINCE) or None,
        set_aside=[
            *(_closed(*one) for one in intake.unreadable_keys(tx).items()),
            *(_aside(one) for one in aside.everything(tx, now)),
        ],
        alarms=[one.value for one in Alarm if one in alarms],
    )


def _closed(key_id: str, waiting: int) -> str:
    count = "1 message waits" if waiting == 1 else f"{waiting} messages wait"
    return f"page key {key_id}: its private half does not open ({count} for it)"


def _aside(one: Aside) -> str:
    number = "all others" if one.number == aside.ALL else aside.step_of(one) or str(one.number)
    times = "once" if one.times == 1 else f"{one.times} times"
    return f"{one.kind.value} {number}: {one.reason} ({times}, again at {one.again_at:%H:%M} UTC)"


def _line(tx: Tx, now: datetime) -> str:
    held = line.state(tx) is Line.HELD
    return f"{line.waiting(tx, now)} wait in line" if held else "asked about at once"


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)
