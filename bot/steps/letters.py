"""From an outbox row to a letter: the facts looked up, the link made, at the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.casework.effects import Door, MailKind, Role
from bot.casework.mails import Facts, Letter, compose_together
from bot.casework.roster import Supporter
from bot.casework.states import State
from bot.languages import language_name
from bot.network import Network, channel_labels, topic_labels, where_to_turn
from bot.store import cases, links, roster
from bot.store.cases import StoredCase
from bot.store.keyring import token_digest
from bot.store.outbox import MORE, Row
from bot.store.store import Tx

CASE_LINK_LIVES = timedelta(days=7)

_DOORS = {
    MailKind.OFFER: Door.OFFER,
    MailKind.OFFER_REMINDER: Door.OFFER,
    MailKind.CASE_LINK: Door.CASE,
    MailKind.CONTACT_NUDGE: Door.CASE,
}
_WITHOUT_CASE = frozenset(
    {MailKind.NOT_TAKEN, MailKind.INTAKE_TROUBLE, MailKind.UNREADABLE, MailKind.PROSE}
)
_WITHOUT_LINK = frozenset(
    {
        MailKind.NEED,
        MailKind.GAVE_UP,
        MailKind.ENDED_REQUESTER,
        MailKind.ENDED_SUPPORTER,
    }
)
# These say that a case is on its way; once it is over they would be untrue.
_WHILE_OPEN = frozenset(
    {
        MailKind.RECEIPT,
        MailKind.ACCEPTED,
        MailKind.HANDED_BACK,
        MailKind.NOBODY_COULD,
        MailKind.NOBODY_YET,
        MailKind.SILENCE_REMINDER,
        MailKind.NEED,
    }
)
_WHILE_LOOKING = frozenset({MailKind.NOBODY_COULD, MailKind.NOBODY_YET, MailKind.NEED})


def prepare(network: Network, tx: Tx, rows: Sequence[Row], now: datetime) -> Letter | None:
    """Write one letter of some rows for the same reader; None when nobody needs any of it now."""
    told = [(row.kind, _facts_of(network, tx, row, now)) for row in rows]
    wanted = [(kind, facts) for kind, facts in told if facts is not None]
    return compose_together(wanted, network.messages) if wanted else None


def _facts_of(network: Network, tx: Tx, row: Row, now: datetime) -> Facts | None:
    """Gather what a row's letter says, with a token of its own for its link."""
    if row.kind in _WITHOUT_CASE:
        return Facts(
            reader=network.config.locale,
            run_by=network.config.operator.name,
            reason=row.reason or "",
            link=_where(network, row),
        )
    stored = None if row.case_id is None else cases.load(tx, row.case_id)
    if stored is None or not _wanted(row, stored):
        return None
    supporter = None
    if row.role is Role.SUPPORTER:
        supporter = roster.get(tx, row.recipient or 0)
        if supporter is None:
            return None
    link = None if row.kind in _WITHOUT_LINK else _new_link(network, tx, row, stored, now)
    return _facts(network, tx, row, stored, supporter, link, now)


def _where(network: Network, row: Row) -> str:
    """Give the address that a mail without a case is about, or those of several revisions."""
    if row.kind is MailKind.NOT_TAKEN:
        return network.wiki.address_of(network.config.wiki.landing)
    intake = network.intake.title
    if row.kind is MailKind.INTAKE_TROUBLE:
        return network.wiki.address_of(intake)
    pages = [
        f"Special:PageHistory/{intake}" if i == MORE else f"Special:Diff/{i}"
        for i in (row.reason or "").split()
    ]
    return "\n".join(network.wiki.address_of(page) for page in pages)


def _wanted(row: Row, stored: StoredCase) -> bool:
    case = stored.case
    if row.kind in {MailKind.OFFER, MailKind.OFFER_REMINDER}:
        offer = case.offer_to(row.recipient or 0)
        return offer is not None and offer.live
    if row.kind in {MailKind.CASE_LINK, MailKind.CONTACT_NUDGE}:
        return case.state is State.SUPPORTED and case.supporter == row.recipient
    if row.kind in _WHILE_LOOKING:
        return case.state in {State.WAITING, State.OFFERED}
    return case.open or row.kind not in _WHILE_OPEN


def _facts(
    network: Network,
    tx: Tx,
    row: Row,
    stored: StoredCase,
    supporter: Supporter | None,
    link: str | None,
    now: datetime,
) -> Facts:
    config, asked = network.config, stored.asked
    reader = asked.locale
    language = asked.languages[0]
    if supporter is not None:
        reader = supporter.languages[0]
        language = next((code for code in asked.languages if code in supporter.languages), language)
    elif row.role is Role.COORDINATORS:
        reader = config.locale
    # Labels, dates and names of languages in the language that the text itself will be in.
    reader = network.messages.spoken(f"mail-{row.kind.value}", reader)
    answer_by = now + timedelta(hours=config.policy.answer_within_hours)
    offer = stored.case.offer_to(row.recipient or 0)
    if offer is not None and offer.answer_by is not None:
        answer_by = offer.answer_by
    return Facts(
        reader=reader,
        run_by=config.operator.name,
        ref=stored.case.ref,
        link=link,
        language=language_name(language, reader),
        languages=tuple(language_name(code, reader) for code in asked.languages),
        topics=topic_labels(config, asked.topics, reader),
        channels=channel_labels(config, asked.channels, reader),
        answer_by=answer_by,
        timezone="UTC" if supporter is None else supporter.timezone,
        word="" if supporter is None else supporter.word,
        words=_words(tx, row, stored),
        where_to_turn=where_to_turn(config, reader),
    )


def _words(tx: Tx, row: Row, stored: StoredCase) -> tuple[str, ...]:
    """Give the three words to who wrote by hand; the gadget has shown theirs to everybody else."""
    if row.kind is not MailKind.RECEIPT:
        return ()
    story = cases.story_of(tx, stored.id)
    return story.words if story is not None and story.by_hand else ()


def _new_link(network: Network, tx: Tx, row: Row, stored: StoredCase, now: datetime) -> str:
    door = _DOORS.get(row.kind, Door.STATUS)
    if row.kind is MailKind.SILENCE_REMINDER and row.role is Role.SUPPORTER:
        door = Door.CASE
    token = tx.keyring.new_token()
    expires_at = None
    if door is Door.CASE:
        expires_at = now + CASE_LINK_LIVES
    elif door is Door.OFFER:
        # Longer than there is time to answer: a mail can be late. The offer itself ends in time.
        expires_at = now + 2 * timedelta(hours=network.config.policy.answer_within_hours)
    supporter = row.recipient if row.role is Role.SUPPORTER else None
    links.put(
        tx,
        token_digest(token),
        door,
        stored.id,
        supporter=supporter,
        now=now,
        expires_at=expires_at,
    )
    return f"{network.config.desk.url.rstrip('/')}/{door.value}/{token}"
