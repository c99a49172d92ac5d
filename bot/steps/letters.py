"""From an outbox row to a letter: the facts looked up, the link made, at the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.effects import Door, MailKind, Role
from bot.casework.mails import Facts, Letter, compose_together
from bot.casework.roster import Supporter
from bot.casework.states import State
from bot.languages import language_name, shared_language
from bot.network import Network, channel_labels, topic_labels, where_to_turn
from bot.steps.account_letters import WITHOUT_CASE, facts_without_case
from bot.store import cases, links, roster
from bot.store.cases import StoredCase
from bot.store.keyring import token_digest
from bot.store.outbox import Row
from bot.store.store import Tx
from bot.wiki.people import Person

CASE_LINK_LIVES = timedelta(days=7)

_DOORS = {
    MailKind.OFFER: Door.OFFER,
    MailKind.OFFER_REMINDER: Door.OFFER,
    MailKind.CASE_LINK: Door.CASE,
    MailKind.CONTACT_NUDGE: Door.CASE,
}
_OF_TWO = frozenset({MailKind.SILENCE_REMINDER, MailKind.MESSAGE})  # each gets their own door
_WITHOUT_LINK = frozenset(
    {MailKind.NEED, MailKind.GAVE_UP, MailKind.GOODBYE, MailKind.BARRED, MailKind.ENDED_SUPPORTER}
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
        MailKind.STATUS_LINK,
        MailKind.NEED,
    }
)
_WITH_WAYS = frozenset({MailKind.OFFER, MailKind.OFFER_REMINDER, MailKind.NEED})
_WHILE_LOOKING = frozenset({MailKind.NOBODY_COULD, MailKind.NOBODY_YET, MailKind.NEED})


@dataclass(frozen=True)
class Prepared:
    """A letter, and the digests of the tokens that its links were given."""

    letter: Letter
    links: frozenset[bytes]


def prepare(
    network: Network, tx: Tx, rows: Sequence[Row], person: Person | None, now: datetime
) -> Prepared | None:
    """Write one letter of some rows for the same reader; None when nobody needs any of it now."""
    told = [(row.kind, _facts_of(network, tx, row, person, now)) for row in rows]
    wanted = [(kind, facts) for kind, facts in told if facts is not None]
    if not wanted:
        return None
    # The last part of a link of ours is its token; that of any other address is nobody's.
    tokens = [facts.link.rpartition("/")[2] for _, facts in wanted if facts.link is not None]
    links_made = frozenset(token_digest(token) for token in tokens)
    return Prepared(compose_together(wanted, network.messages), links_made)


def _facts_of(
    network: Network, tx: Tx, row: Row, person: Person | None, now: datetime
) -> Facts | None:
    """Gather what a row's letter says, with a token of its own for its link."""
    if row.kind in WITHOUT_CASE:
        return facts_without_case(network, tx, row, person, now)
    stored = None if row.case_id is None else cases.load(tx, row.case_id)
    if stored is None or not _wanted(row, stored):
        return None
    supporter = None
    if row.role is Role.SUPPORTER:
        supporter = roster.get(tx, row.recipient or 0)
        if supporter is None:
            return None
    link = _link(network, tx, row, stored, now)
    return _facts(network, tx, row, stored, supporter, link, now)


def _wanted(row: Row, stored: StoredCase) -> bool:
    case = stored.case
    if row.kind in {MailKind.OFFER, MailKind.OFFER_REMINDER}:
        offer = case.offer_to(row.recipient or 0)
        return offer is not None and offer.live
    if row.kind is MailKind.MESSAGE and row.role is Role.REQUESTER:
        return case.state is State.SUPPORTED and case.requester_rung
    if row.kind is MailKind.MESSAGE and not case.supporter_rung:
        return False  # read meanwhile
    if row.kind in {MailKind.CASE_LINK, MailKind.CONTACT_NUDGE, MailKind.MESSAGE}:
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
    # The language of the page they wrote from, then those that they said they speak.
    theirs: tuple[str, ...] = (asked.locale, *asked.languages)
    language = asked.languages[0]
    if supporter is not None:
        theirs = supporter.languages
        language = shared_language(asked.languages, supporter.languages) or language
    elif row.role is Role.COORDINATORS:
        theirs = ()
    # Labels, dates and names of languages in the language that the text itself will be in.
    reader = network.messages.best_for(f"mail-{row.kind.value}", theirs, config.locale)
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
        channels=channel_labels(config, _ways(tx, row, stored), reader),
        answer_by=answer_by,
        timezone="UTC" if supporter is None else supporter.timezone,
        word="" if supporter is None else supporter.word,
        words=_words(tx, row, stored),
        reason="story-gone" if stored.case.story_gone else "",
        where_to_turn=where_to_turn(config, reader),
    )


def _ways(tx: Tx, row: Row, stored: StoredCase) -> tuple[str, ...]:
    """Give the ways to talk, to those who are told of them: no other mail opens who asked."""
    return cases.ways_to_reach(tx, stored) if row.kind in _WITH_WAYS else ()


def _words(tx: Tx, row: Row, stored: StoredCase) -> tuple[str, ...]:
    """Give the three words to who wrote by hand; the gadget has shown theirs to everybody else."""
    if row.kind is not MailKind.RECEIPT:
        return ()
    story = cases.story_of(tx, stored.id)
    return story.words if story is not None and story.by_hand else ()


def _link(network: Network, tx: Tx, row: Row, stored: StoredCase, now: datetime) -> str | None:
    if row.kind is MailKind.COMPLAINT:
        return f"{network.config.desk.url}/{Door.DESK.value}"
    # Where nobody supported the case there is nothing left to say about it.
    over = row.kind is MailKind.ENDED_REQUESTER and not stored.case.pair_kept
    if over or row.kind in _WITHOUT_LINK:
        return None
    return _new_link(network, tx, row, stored, now)


def _new_link(network: Network, tx: Tx, row: Row, stored: StoredCase, now: datetime) -> str:
    door = _DOORS.get(row.kind, Door.STATUS)
    if row.kind in _OF_TWO and row.role is Role.SUPPORTER:
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
    return f"{network.config.desk.url}/{door.value}/{token}"
