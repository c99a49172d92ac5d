"""Letters that are about no case: to an account that asked for its link, to a supporter, to all."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from bot.casework.effects import Door, MailKind, Role
from bot.casework.mails import Facts
from bot.network import Network
from bot.steps.take_in import MOVED_TO
from bot.store import accounts, roster
from bot.store.accounts import AccountLink
from bot.store.digest import MORE
from bot.store.lifetimes import ACCOUNT_LINK_HOURS
from bot.store.outbox import Row
from bot.store.store import INTAKE_MOVED_TO, LAST_TAMPERED, Tx, get_setting
from bot.wiki.people import Person

ACCOUNT_LINK_LIVES = timedelta(hours=ACCOUNT_LINK_HOURS)
"""Longer than the day that has to go by before the next one is sent."""

SIGN_IN_DOORS = {
    MailKind.SIGN_IN_ME: Door.ME,
    MailKind.SIGN_IN_ASK: Door.ASK,
    MailKind.SIGN_IN_JOIN: Door.JOIN,
    MailKind.SIGN_IN_DESK: Door.DESK,
}
ABOUT_SUPPORTER = frozenset(
    {
        MailKind.PAUSED_BY_COORDINATOR,
        MailKind.TRAINED,
        MailKind.IN_TRAINING,
        MailKind.ASKED_AGAIN,
        MailKind.GOODBYE_SUPPORTER,
    }
)
WITHOUT_CASE = (
    ABOUT_SUPPORTER
    | SIGN_IN_DOORS.keys()
    | {
        MailKind.NOT_TAKEN,
        MailKind.INTAKE_TROUBLE,
        MailKind.SURGE,
        MailKind.ALARM,
        MailKind.UNREADABLE,
        MailKind.TAMPERED,
        MailKind.UNTAMPERED,
        MailKind.PROSE,
        MailKind.NO_WAY_BACK,
        MailKind.APPLIED,
        MailKind.APPLICATION_DECLINED,
    }
)


def facts_without_case(
    network: Network, tx: Tx, row: Row, person: Person | None, now: datetime
) -> Facts | None:
    """Gather what such a letter says; None where there is nobody left whom it would reach."""
    config = network.config
    word, link = "", _where(network, row)
    theirs: tuple[str, ...] = ()
    if row.kind in SIGN_IN_DOORS:
        if person is None:
            return None
        theirs = (row.reason,) if row.reason else ()
        link = _own_link(network, tx, row, person, row.reason or config.locale, now)
    elif row.kind is MailKind.APPLICATION_DECLINED:
        theirs = tuple((row.reason or "").split())  # what else they said is erased already
    elif row.kind is MailKind.TAMPERED:
        titles = json.loads(get_setting(tx, LAST_TAMPERED) or "[]")
        link = "\n".join(network.wiki.address_of(title) for title in titles)
    elif row.kind is MailKind.INTAKE_TROUBLE and row.reason == MOVED_TO:
        link += f"\n{network.wiki.address_of(get_setting(tx, INTAKE_MOVED_TO) or '')}"
    supporter = roster.get(tx, row.recipient or 0) if _is_supporters(row) else None
    if supporter is not None:
        theirs, word = (*supporter.languages, *theirs), supporter.word
    elif row.kind in ABOUT_SUPPORTER:
        return None
    reader = network.messages.best_for(f"mail-{row.kind.value}", theirs, config.locale)
    reason = "" if row.kind in SIGN_IN_DOORS else row.reason or ""
    return Facts(reader=reader, run_by=config.operator.name, reason=reason, link=link, word=word)


def _is_supporters(row: Row) -> bool:
    return row.kind in ABOUT_SUPPORTER or row.kind is MailKind.SIGN_IN_ME


def _own_link(
    network: Network, tx: Tx, row: Row, person: Person, locale: str, now: datetime
) -> str:
    door = SIGN_IN_DOORS[row.kind]
    token = tx.keyring.new_token()
    link = AccountLink(door, person.user_id, person.name, locale, person.blocked)
    accounts.put_link(tx, token, link, now=now, expires_at=now + ACCOUNT_LINK_LIVES)
    return f"{network.config.desk.url}/{door.value}/{token}"


def _where(network: Network, row: Row) -> str:
    """Give the address that a mail without a case is about, or those of several revisions."""
    if row.kind is MailKind.NOT_TAKEN:
        return network.wiki.address_of(network.config.wiki.landing)
    if row.kind in ABOUT_SUPPORTER:
        return f"{network.config.desk.url}/{Door.ME.value}"
    if row.kind in {MailKind.APPLIED, MailKind.SURGE, MailKind.ALARM}:
        return f"{network.config.desk.url}/{Door.DESK.value}"
    intake = network.intake.title
    if row.kind is MailKind.INTAKE_TROUBLE:
        return network.wiki.address_of(intake)
    pages = [
        f"Special:PageHistory/{intake}" if i == MORE else f"Special:Diff/{i}"
        for i in (row.reason or "").split()
        if row.role is Role.COORDINATORS
    ]
    return "\n".join(network.wiki.address_of(page) for page in pages)
