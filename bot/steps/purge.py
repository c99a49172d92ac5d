"""Letting go: what has come to its end is deleted, by the figures of `store.lifetimes`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from bot.casework.states import State
from bot.config import Config
from bot.network import Network
from bot.statistics.bands import quarter_of
from bot.steps.apart import Apart
from bot.steps.take_in import horizon
from bot.store import accounts, closing, complaints, intake, lifetimes, marks, outbox, tallies
from bot.store.aside import Kind
from bot.store.schema import cases, links, messages, page_keys
from bot.store.store import Tx


def purge(network: Network) -> bool:
    """Delete what has come to its end, each kind in a transaction of its own.

    One that goes wrong is told, and keeps none of the others from going.
    """
    now = network.clock()
    apart = Apart(network, Kind.DELETION, now)
    gone = 0
    for number, delete_some in enumerate(DELETIONS):
        with apart.one(number), network.store.write() as tx:
            deleted = delete_some(tx, network.config, now)
            tx.erased = tx.erased or deleted > 0  # an old case can still hold its identity
            gone += deleted
    return gone > 0


def _cases(tx: Tx, config: Config, now: datetime) -> int:
    closed_before = now - timedelta(days=config.retention.closed_case_days)
    old = delete(cases).where(
        cases.c.state == State.CLOSED.value, cases.c.closed_at <= closed_before
    )
    return tx.connection.execute(old).rowcount


def _links(tx: Tx, _config: Config, now: datetime) -> int:
    return tx.connection.execute(delete(links).where(links.c.expires_at <= now)).rowcount


def _marks(tx: Tx, _config: Config, now: datetime) -> int:
    return marks.forget_expired(tx, now)


def _complaints(tx: Tx, config: Config, now: datetime) -> int:
    before = now - timedelta(days=config.retention.complaint_days)
    return closing.end_complaint_time(tx, before) + complaints.forget(tx, before)


def _offers(tx: Tx, config: Config, now: datetime) -> int:
    rest = timedelta(days=max(lifetimes.OFFER_DAYS, config.policy.cool_down_days))
    return closing.forget_offers(tx, now - rest)


def _account_links(tx: Tx, _config: Config, now: datetime) -> int:
    return accounts.forget_expired(tx, now, now - timedelta(hours=lifetimes.SIGN_IN_HOURS))


def _tallies(tx: Tx, _config: Config, now: datetime) -> int:
    return tallies.forget(tx, quarter_of(now - timedelta(days=lifetimes.TALLY_DAYS)))


def _mails(tx: Tx, _config: Config, now: datetime) -> int:
    return outbox.forget(tx, now - timedelta(days=lifetimes.OUTBOX_DAYS))


def _revisions(tx: Tx, _config: Config, now: datetime) -> int:
    return intake.forget_revisions(tx, horizon(tx, now), intake.newest_revision(tx))


def _messages(tx: Tx, config: Config, now: datetime) -> int:
    closed_before = now - timedelta(days=config.retention.closed_case_days)
    # As long as its key opens, an envelope that is saved again must be known again.
    opening = select(page_keys.c.id).where(page_keys.c.wrapped.is_not(None))
    old = tx.connection.execute(
        delete(messages).where(
            messages.c.recorded_at <= min(closed_before, horizon(tx, now)),
            or_(messages.c.key_id.is_(None), messages.c.key_id.not_in(opening)),
        )
    )
    return old.rowcount


DELETIONS: tuple[Callable[[Tx, Config, datetime], int], ...] = (
    _cases,
    _links,
    _marks,
    _complaints,
    _offers,
    _account_links,
    _tallies,
    _mails,
    _revisions,
    _messages,
)
"""In this order; a deletion that went wrong is known by its place here."""
