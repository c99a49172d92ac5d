"""Letting go: what has come to its end is deleted, by the figures of `store.lifetimes`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select

from bot.casework.states import State
from bot.network import Network
from bot.statistics.bands import quarter_of
from bot.steps.take_in import horizon
from bot.store import accounts, closing, complaints, intake, lifetimes, marks, outbox, tallies
from bot.store.schema import cases, links, messages, page_keys


def purge(network: Network) -> bool:
    """Delete the rows of cases long closed, links past their time, marks and revisions."""
    now = network.clock()
    closed_before = now - timedelta(days=network.config.retention.closed_case_days)
    with network.store.write() as tx:
        tx.erased = True  # an old case can still hold its identity
        gone = tx.connection.execute(
            delete(cases).where(
                cases.c.state == State.CLOSED.value, cases.c.closed_at <= closed_before
            )
        ).rowcount
        gone += tx.connection.execute(delete(links).where(links.c.expires_at <= now)).rowcount
        gone += marks.forget_expired(tx, now)
        complaint_days = timedelta(days=network.config.retention.complaint_days)
        gone += closing.end_complaint_time(tx, now - complaint_days)
        gone += complaints.forget(tx, now - complaint_days)
        rest = timedelta(days=max(lifetimes.OFFER_DAYS, network.config.policy.cool_down_days))
        gone += closing.forget_offers(tx, now - rest)
        gone += accounts.forget_expired(tx, now, now - timedelta(hours=lifetimes.SIGN_IN_HOURS))
        gone += tallies.forget(tx, quarter_of(now - timedelta(days=lifetimes.TALLY_DAYS)))
        gone += outbox.forget(tx, now - timedelta(days=lifetimes.OUTBOX_DAYS))
        intake.forget_revisions(tx, horizon(tx, now), intake.newest_revision(tx))
        # As long as its key opens, an envelope that is saved again must be known again.
        opening = select(page_keys.c.id).where(page_keys.c.wrapped.is_not(None))
        tx.connection.execute(
            delete(messages).where(
                messages.c.recorded_at <= min(closed_before, horizon(tx, now)),
                or_(messages.c.key_id.is_(None), messages.c.key_id.not_in(opening)),
            )
        )
    return gone > 0
