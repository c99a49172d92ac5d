"""Carrying out what follows from an event, in the transaction of the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.casework.effects import (
    Bar,
    Complaint,
    Count,
    Effect,
    EndLinks,
    Erase,
    KeepPair,
    Mail,
    MailKind,
    Met,
    TakenBack,
)
from bot.store import case_secrets, complaints, links, marks, outbox
from bot.store.schema import cases
from bot.store.schema import outbox as outbox_rows
from bot.store.store import Tx, add_to_count


def carry_out(tx: Tx, case_id: int, effects: Sequence[Effect], now: datetime) -> None:
    """Do everything that a step asks for, in its order."""
    for effect in effects:
        match effect:
            case Mail(kind=MailKind.MESSAGE) if _ring_waits(tx, case_id, effect):
                pass  # read at night and written to again: one ring in the morning is enough
            case Mail():
                outbox.put(tx, case_id, effect, now)
            case EndLinks(door, supporter):
                links.end(tx, case_id, door, now, supporter)
            case Erase(secret, supporter):
                case_secrets.erase(tx, case_id, secret, supporter)
            case Count(name):
                add_to_count(tx, name)
            case _:
                _remember(tx, case_id, effect, now)


def _ring_waits(tx: Tx, case_id: int, ring: Mail) -> bool:
    waiting = select(outbox_rows.c.id).where(
        outbox_rows.c.case_id == case_id,
        outbox_rows.c.kind == ring.kind.value,
        outbox_rows.c.role == ring.to.value,
        outbox_rows.c.recipient.is_not_distinct_from(ring.supporter),
        outbox_rows.c.state == outbox.RowState.QUEUED.value,
    )
    return tx.connection.scalar(waiting.limit(1)) is not None


def _remember(tx: Tx, case_id: int, effect: Effect, now: datetime) -> None:
    match effect:
        case Met(supporter):
            who = case_secrets.identity_of(tx, case_id)
            if who is not None:
                marks.remember_met(tx, who.user_id, supporter, now)
        case TakenBack():
            mark = _requester_mark(tx, case_id)
            if mark is not None:
                marks.remember_withdrawn(tx, mark, now)
        case KeepPair(supporter):
            case_secrets.put_pair(tx, case_id, supporter)
        case Complaint():
            _complain(tx, case_id, effect, now)
        case Bar():
            mark = _requester_mark(tx, case_id)
            if mark is not None:
                marks.bar(tx, mark, now)
        case _:
            message = f"no one carries out {type(effect).__name__}"
            raise AssertionError(message)


def _complain(tx: Tx, case_id: int, complaint: Complaint, now: datetime) -> None:
    about = complaint.supporter
    if about is None:
        about = case_secrets.pair_of(tx, case_id)
    if about is None:
        message = "a complaint is about somebody"
        raise AssertionError(message)
    who = case_secrets.identity_of(tx, case_id)
    complaints.put(
        tx,
        tx.connection.execute(select(cases.c.ref).where(cases.c.id == case_id)).scalar_one(),
        complaint,
        about,
        requester=None if who is None else who.name,
        requester_mark=_requester_mark(tx, case_id),
        now=now,
    )


def _requester_mark(tx: Tx, case_id: int) -> bytes | None:
    return tx.connection.scalar(select(cases.c.requester_mark).where(cases.c.id == case_id))
