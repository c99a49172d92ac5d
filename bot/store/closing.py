"""Cutting a closed case loose: nothing in the open says any more who supported it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.casework.effects import Role, Secret
from bot.casework.states import State
from bot.store import case_secrets
from bot.store.schema import cases, links, offers, outbox
from bot.store.store import Tx


def cut_loose(tx: Tx, case_id: int) -> None:
    """Take the supporters off a closed case; what they had on their hands stays, without it.

    A mail to one of them keeps the case until it has an outcome.
    """
    tx.erased = True
    run = tx.connection.execute
    run(update(cases).where(cases.c.id == case_id).values(supporter=None, prefer=[]))
    run(update(offers).where(offers.c.case_id == case_id).values(case_id=None))
    run(delete(links).where(links.c.case_id == case_id, links.c.supporter.is_not(None)))
    run(
        update(outbox)
        .where(
            outbox.c.case_id == case_id,
            outbox.c.role == Role.SUPPORTER.value,
            outbox.c.ended_at.is_not(None),
        )
        .values(case_id=None)
    )


def end_complaint_time(tx: Tx, closed_before: datetime) -> int:
    """Let go who supported the cases closed before then, and the requesters' links to them."""
    due = tx.connection.scalars(
        select(cases.c.id).where(
            cases.c.state == State.CLOSED.value, cases.c.closed_at <= closed_before
        )
    ).all()
    for case_id in due:
        case_secrets.erase(tx, case_id, Secret.PAIR)
        tx.connection.execute(delete(links).where(links.c.case_id == case_id))
        tx.connection.execute(update(cases).where(cases.c.id == case_id).values(pair_kept=False))
    return len(due)


def forget_offers(tx: Tx, before: datetime) -> int:
    """Drop the offers of closed cases that ended before then, and say how many that were."""
    old = (offers.c.case_id.is_(None), offers.c.ended_at <= before)
    return tx.connection.execute(delete(offers).where(*old)).rowcount
