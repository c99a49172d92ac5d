"""The end of a network in the store: every case closed, everybody to be told, all erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.casework.effects import MailKind, Role
from bot.casework.events import Closed, Side
from bot.casework.states import CasePolicy
from bot.store import cases, outbox, roster
from bot.store.keyring import OWN_KEYS
from bot.store.mariadb import WRITER
from bot.store.outbox import RowState
from bot.store.schema import cases as case_rows
from bot.store.schema import metadata, settings
from bot.store.schema import outbox as rows
from bot.store.store import HEARTBEAT, SECRET_CHECK, Tx, own_key_name, put_setting

_OPEN = (RowState.QUEUED.value, RowState.POSTING.value)


def close_everything(tx: Tx, policy: CasePolicy, now: datetime) -> int:
    """Close the open cases, and let one mail say to each requester that the network ends."""
    open_ones = cases.load_where(tx, case_rows.c.state.in_(cases.OPEN_STATES))
    for stored in open_ones:
        closing = Closed(Side.COORDINATOR)
        cases.happened(tx, stored.id, closing, now=now, policy=policy)
        ended = (MailKind.ENDED_REQUESTER.value, MailKind.GAVE_UP.value)
        tx.connection.execute(
            update(rows)
            .where(
                rows.c.case_id == stored.id,
                rows.c.role == Role.REQUESTER.value,
                rows.c.kind.in_(ended),
                rows.c.state == RowState.QUEUED.value,
            )
            .values(kind=MailKind.GOODBYE.value, not_before=None)
        )
    # The supporters hear of the whole at once, and not of each case.
    kind = MailKind.ENDED_SUPPORTER.value
    queued = (rows.c.kind == kind, rows.c.state == RowState.QUEUED.value)
    tx.connection.execute(delete(rows).where(*queued))
    return len(open_ones)


def tell_supporters(tx: Tx, now: datetime) -> None:
    """Let a mail tell each supporter, whatever their status, once."""
    told = select(rows.c.recipient).where(rows.c.kind == MailKind.GOODBYE_SUPPORTER.value)
    before = set(tx.connection.scalars(told))
    for one in roster.everybody(tx):
        if one.user_id not in before:
            outbox.put_to_account(tx, MailKind.GOODBYE_SUPPORTER, Role.SUPPORTER, one.user_id, now)


def untold(tx: Tx) -> int:
    """Count the goodbyes that have no outcome yet."""
    kinds = (MailKind.GOODBYE.value, MailKind.GOODBYE_SUPPORTER.value)
    query = select(func.count()).where(rows.c.kind.in_(kinds), rows.c.state.in_(_OPEN))
    return tx.connection.scalar(query) or 0


def erase_everything(tx: Tx, ending: str, done: str) -> None:
    """Delete every row and destroy every key; what is left is an empty store that says so."""
    tx.erased = True
    for table in reversed(metadata.sorted_tables):
        if table is not settings:
            tx.connection.execute(delete(table))
    kept = {ending, HEARTBEAT, SECRET_CHECK, WRITER}
    tx.connection.execute(delete(settings).where(settings.c.name.not_in(kept)))
    for purpose in OWN_KEYS:
        # New ones, that guard nothing: the old ones are gone with what they opened.
        name = own_key_name(purpose)
        put_setting(tx, name, tx.keyring.wrap(tx.keyring.new_key(), name).hex())
    put_setting(tx, ending, done)
