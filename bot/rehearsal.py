"""A dry run: every step for real, on a copy of the store, with hands that do nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.casework.effects import MailKind, Role
from bot.casework.mails import shown
from bot.network import Network
from bot.schedule import do, once
from bot.steps.watch import watch
from bot.store import cases, outbox, roster
from bot.store.engine import copy_into_memory
from bot.store.outbox import Row, RowState
from bot.store.store import Store, Tx
from bot.wiki.intake import Intake
from bot.wiki.people import People
from bot.wiki.wikimail import MailOutcome, Sent

RULES = {
    MailKind.OFFER: "the best match is asked",
    MailKind.CASE_LINK: "a supporter said yes",
    MailKind.ACCEPTED: "a supporter said yes",
    MailKind.NEED: "nobody matches, or nobody yet",
    MailKind.NOBODY_COULD: "nobody speaks it, as the key page says",
    MailKind.NOBODY_YET: "policy.nobody_yet_after_hours",
    MailKind.GAVE_UP: "policy.give_up_after_days",
    MailKind.HANDED_BACK: "the supporter can no longer help",
    MailKind.RECEIPT: "a request came in",
    MailKind.OFFER_REMINDER: "policy.remind_after_hours",
    MailKind.CONTACT_NUDGE: "policy.contact_within_hours",
    MailKind.SILENCE_REMINDER: "policy.close_silent_case_after_days",
    MailKind.NOT_TAKEN: "a message could not be taken",
    MailKind.INTAKE_TROUBLE: "the intake page is in trouble, or no longer",
    MailKind.ALARM: "something has stood still too long, or no longer",
    MailKind.UNREADABLE: "a revision could not be read",
    MailKind.PROSE: "words on the intake page",
    MailKind.NO_WAY_BACK: "a request by hand of somebody whom no mail reaches",
    MailKind.ENDED_REQUESTER: "the case was closed",
    MailKind.ENDED_SUPPORTER: "the case was closed",
    MailKind.MESSAGE: "the other wrote in the conversation",
    MailKind.COMPLAINT: "something is wrong, says one side",
    MailKind.BARRED: "a coordinator decided",
    MailKind.PAUSED_BY_COORDINATOR: "a coordinator decided",
    MailKind.TRAINED: "a coordinator decided",
    MailKind.APPLIED: "somebody applied",
    MailKind.STATUS_LINK: "a link was asked for at the desk",
    MailKind.SIGN_IN_ME: "a link was asked for at the desk",
    MailKind.SIGN_IN_ASK: "a link was asked for at the desk",
    MailKind.SIGN_IN_JOIN: "a link was asked for at the desk",
    MailKind.SIGN_IN_DESK: "a link was asked for at the desk",
}


@dataclass(frozen=True)
class Rehearsed:
    """A mail that would go now: its kind, whom it is for, the case, and the rule behind it."""

    kind: str
    to: str
    ref: str | None
    rule: str


def rehearse(network: Network) -> list[Rehearsed]:
    """Say what would be mailed to whom under which rule; nothing is changed, nothing sent."""
    with _copy(network) as store:
        with store.read() as tx:
            before = outbox.last_id(tx)
            waiting = {row.id for row in outbox.queued(tx, network.clock(), 10**6)}
        wiki = network.wiki.looking_only()
        # Put together anew, not replaced in part: whatever else a network may get that reaches
        # out, as the webhook does, is not there unless it is named here.
        silent = Network(
            config=network.config,
            store=store,
            wiki=wiki,
            people=People(wiki, network.clock),
            intake=Intake(wiki, network.config.wiki.intake, network.config.wiki.shutoff),
            messages=network.messages,
            mailer=_note,
            clock=network.clock,
            chance=network.chance,
            random_bytes=network.random_bytes,
            clocks_apart=network.clocks_apart,
        )
        logging.getLogger("peer-support").setLevel(logging.WARNING)
        # First of all, while the copy knows what is really on the wiki: no save of this run is.
        do(watch, silent)
        once(silent)
        with store.read() as tx:
            done = outbox.in_state(tx, RowState.SENT)
            return [_told(tx, row) for row in done if row.id > before or row.id in waiting]


def _note(_account: str, _subject: str, _text: str, _now: datetime) -> MailOutcome:
    return Sent("rehearsed")


@contextmanager
def _copy(network: Network) -> Iterator[Store]:
    store = Store(copy_into_memory(network.store.engine), network.store.keyring)
    try:
        yield store
    finally:
        store.close()


def _told(tx: Tx, row: Row) -> Rehearsed:
    stored = None if row.case_id is None else cases.load(tx, row.case_id)
    ref = None if stored is None else shown(stored.case.ref)
    return Rehearsed(row.kind.value, _whom(tx, row), ref, RULES.get(row.kind, row.kind.value))


def _whom(tx: Tx, row: Row) -> str:
    match row.role:
        case Role.REQUESTER:
            return "the requester"
        case Role.AUTHOR:
            return "the author of a message"
        case Role.ACCOUNT:
            return "whoever asked for a link"
        case Role.COORDINATOR:
            return "a coordinator who asked for a link"
        case Role.COORDINATORS:
            return f"coordinator {row.coordinator}"
        case Role.SUPPORTER:
            supporter = roster.get(tx, row.recipient or 0)
            return "a supporter" if supporter is None else f"supporter {supporter.name}"
