"""The end of a network in the store: every case closed, everybody to be told, all erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.casework.effects import MailKind, Role
from bot.casework.events import Closed, Side
from bot.casework.states import CasePolicy
from bot.store import cases, outbox
from bot.store.keyring import OWN_KEYS
from bot.store.mariadb import WRITER
from bot.store.outbox import RowState
from bot.store.schema import cases as case_rows
from bot.store.schema import metadata, settings, supporters
from bot.store.schema import outbox as rows
from bot.store.store import HEARTBEAT, SECRET_CHECK, Tx, own_key_name, put_setting

_OPEN = (RowState.QUEUED.value, RowState.POSTING.value)


def open_cases(tx: Tx) -> list[int]:
    """List the numbers of the cases that are still to be closed."""
    return cases.ids_where(tx, case_rows.c.state.in_(cases.OPEN_STATES))


def close(tx: Tx, case_id: int, policy: CasePolicy, now: datetime) -> None:
    """Close one case, and let one mail say to its requester that the network ends."""
    cases.happened(tx, case_id, Closed(Side.COORDINATOR), now=now, policy=policy)
    of_this = (rows.c.case_id == case_id, rows.c.state == RowState.QUEUED.value)
    ended = (MailKind.ENDED_REQUESTER.value, MailKind.GAVE_UP.value)
    to_requester = (rows.c.role == Role.REQUESTER.value, rows.c.kind.in_(ended))
    goodbye = {"kind": MailKind.GOODBYE.value, "not_before": None}
    tx.connection.execute(update(rows).where(*of_this, *to_requester).values(goodbye))


def tell_supporters(tx: Tx, now: datetime) -> None:
    """Let a mail tell each supporter, whatever their status, once: of the whole, not of a case."""
    kind = MailKind.ENDED_SUPPORTER.value
    queued = (rows.c.kind == kind, rows.c.state == RowState.QUEUED.value)
    tx.connection.execute(delete(rows).where(*queued))
    told = select(rows.c.recipient).where(rows.c.kind == MailKind.GOODBYE_SUPPORTER.value)
    before = set(tx.connection.scalars(told))
    # By their numbers alone: an entry that does not open keeps nobody else from being told.
    for user_id in tx.connection.scalars(select(supporters.c.user_id)).all():
        if user_id not in before:
            outbox.put_to_account(tx, MailKind.GOODBYE_SUPPORTER, Role.SUPPORTER, user_id, now)


def untold(tx: Tx) -> frozenset[int]:
    """Give the numbers of the goodbyes that have no outcome yet."""
    kinds = (MailKind.GOODBYE.value, MailKind.GOODBYE_SUPPORTER.value)
    query = select(rows.c.id).where(rows.c.kind.in_(kinds), rows.c.state.in_(_OPEN))
    return frozenset(tx.connection.scalars(query))


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
