"""The life of a case: one table of (state, event), and `advance`, which walks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.casework import acts, acts_between, acts_end, deadlines
from bot.casework import events as on
from bot.casework.acts import Answer, Step, receive
from bot.casework.deadlines import next_due
from bot.casework.states import Case, CasePolicy, State

__all__ = ["TABLE", "Answer", "Row", "Step", "advance", "diagram", "next_due", "receive"]


@dataclass(frozen=True)
class Row:
    """One line of the table: in this state, this event may lead there, by this act."""

    state: State
    event: type[on.Event]
    to: frozenset[State]
    act: Callable[[Case, Any, datetime, CasePolicy], Step]


def _rows(
    states: str, event: type[on.Event], to: str, act: Callable[[Case, Any, datetime, Any], Step]
) -> list[Row]:
    """Give a row for each state named; `=` stands for the state itself."""
    return [
        Row(
            State(name),
            event,
            frozenset(State(name if t == "=" else t) for t in to.split()),
            act,
        )
        for name in states.split()
    ]


TABLE: tuple[Row, ...] = tuple(
    row
    for rows in (
        _rows("waiting", on.Looked, "= offered", acts.looked),
        _rows("offered", on.Looked, "=", acts.looked),
        _rows("offered", on.OfferSent, "=", acts.offer_sent),
        _rows("offered", on.OfferUndeliverable, "waiting offered", acts.offer_undeliverable),
        _rows("offered", on.Declined, "waiting offered", acts.declined),
        _rows("offered", on.Accepted, "waiting offered supported", acts.accepted),
        _rows("supported", on.Accepted, "=", acts.accepted_before),
        _rows("supported", on.LinkUndeliverable, "= waiting", acts.link_undeliverable),
        _rows("supported", on.LinkSent, "=", acts.link_sent),
        _rows("supported", on.LinkWaits, "=", acts.link_sent),
        _rows("supported", on.HandedBack, "= waiting", acts.given_back),
        _rows("supported", on.SomebodyElse, "waiting", acts.somebody_else),
        _rows("supported", on.Taken, "=", acts.taken),
        _rows("supported", on.Contacted, "=", acts.contacted),
        _rows("supported", on.NotContacted, "=", acts.not_contacted),
        _rows("supported", on.MoreTime, "=", acts.more_time),
        _rows("supported", on.SignOfLife, "=", acts.sign_of_life),
        _rows("supported", on.Wrote, "=", acts_between.wrote),
        _rows("supported", on.ReadAll, "=", acts_between.read_all),
        _rows("waiting offered supported", on.ToldAgain, "=", acts_between.told_again),
        _rows("waiting offered supported", on.OfferedTo, "= offered", acts_between.offered_to),
        _rows("waiting offered supported closed", on.Complained, "=", acts_between.complained),
        _rows("closed", on.Rated, "=", acts_end.rated),
        _rows("waiting offered supported", on.Closed, "closed", acts_end.closed),
        _rows("waiting offered supported", on.Withdrawn, "closed", acts_end.withdrawn),
        _rows("waiting offered supported", on.Misused, "closed", acts_end.misused),
        _rows("waiting", on.TimePassed, "= closed", deadlines.time_passed),
        _rows("offered", on.TimePassed, "= waiting closed", deadlines.time_passed),
        _rows("supported", on.TimePassed, "= waiting closed", deadlines.time_passed),
    )
    for row in rows
)

_ROWS = {(row.state, row.event): row for row in TABLE}


def advance(case: Case, event: on.Event, now: datetime, policy: CasePolicy) -> Step:
    """Tell the case what happened; an event that its state has no row for changes nothing."""
    row = _ROWS.get((case.state, type(event)))
    if row is None:
        return Step(case, answer=Answer.TOO_LATE)
    step = row.act(case, event, now, policy)
    if step.case.state not in row.to:
        message = f"{row.state.value} + {type(event).__name__} may not lead to {step.case.state}"
        raise AssertionError(message)
    return step


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, for the README."""
    lines = ["stateDiagram-v2", "    [*] --> waiting: Received"]
    arrows: dict[tuple[State, State], list[str]] = {}
    for row in TABLE:
        for target in row.to - {row.state}:
            arrows.setdefault((row.state, target), []).append(row.event.__name__)
    for (source, target), names in sorted(
        arrows.items(), key=lambda arrow: [list(State).index(state) for state in arrow[0]]
    ):
        lines.append(f"    {source.value} --> {target.value}: {', '.join(names)}")
    lines.append("    closed --> [*]")
    return "\n".join(lines)
