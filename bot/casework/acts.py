"""What becomes of a case at each event: one small function an act, named in the table of `case`."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.casework import events as on
from bot.casework.effects import (
    Door,
    Effect,
    EndLinks,
    Erase,
    Mail,
    MailKind,
    Met,
    Role,
    Secret,
)
from bot.casework.states import Case, CasePolicy, Offer, OfferState, State


@enum.unique
class Answer(enum.Enum):
    """What to say to whoever brought the event."""

    DONE = "done"
    ALREADY = "already"  # it was so before: a second press of the same button
    TOO_LATE = "too late"  # the case has moved on
    NO_ROOM = "no room"  # the supporter has as many cases as they wanted


@dataclass(frozen=True)
class Step:
    """The case after an event, and what has to be done about it."""

    case: Case
    effects: tuple[Effect, ...] = ()
    answer: Answer = Answer.DONE


def receive(
    ref: str,
    *,
    notify: bool,
    now: datetime,
    spoken: bool = True,
    wait: timedelta = timedelta(0),
) -> Step:
    """Open a case for a request that was just taken in.

    `spoken` says whether somebody speaks one of its languages, as everybody can read it on the key
    page. What a search finds is never told: it would say who supports, to whoever names people to
    avoid. Nobody is asked before the `wait` is over.
    """
    look_at = now + wait
    case = Case(ref, State.WAITING, notify, received_at=now, waiting_since=now, look_at=look_at)
    told = to_requester(case, MailKind.RECEIPT)
    return Step(case, told if spoken else told + to_requester(case, MailKind.NOBODY_COULD))


# --- looking for supporters -----------------------------------------------------------------


def looked(case: Case, event: on.Looked, now: datetime, policy: CasePolicy) -> Step:
    """Ask the chosen supporters, and tell the coordinators when nobody could match at all."""
    # By supporter, so that one who is named twice is still asked once.
    named = {c.supporter: c for c in event.chosen if case.offer_to(c.supporter) is None}
    fresh = list(named.values())[: max(0, policy.offers_at_once - len(case.live_offers))]
    offers = tuple(Offer(c.supporter, OfferState.QUEUED, made_at=now) for c in fresh)
    effects: tuple[Effect, ...] = tuple(
        Mail(MailKind.OFFER, Role.SUPPORTER, c.supporter, c.not_before) for c in fresh
    )
    case = replace(
        case,
        begun_at=case.begun_at or now,
        offers=case.offers + offers,
        nobody_else=not event.more,
    )
    enough = len(case.live_offers) >= policy.offers_at_once
    case = replace(case, look_at=None if enough else event.again_at)
    # Who was asked in vain, for no mail reaches them, is as good as nobody.
    was_asked = any(offer.state is not OfferState.UNDELIVERABLE for offer in case.offers)
    if not event.possible and not was_asked and not case.nobody_could_told:
        case = replace(case, nobody_could_told=True)
        effects += (Mail(MailKind.NEED, Role.COORDINATORS),)
    return Step(offered_or_waiting(case), effects)


def offer_sent(case: Case, event: on.OfferSent, now: datetime, policy: CasePolicy) -> Step:
    """Start the time to answer when the mail is out."""
    offer = case.offer_to(event.supporter)
    if offer is None or offer.state is not OfferState.QUEUED:
        return Step(case, answer=Answer.ALREADY)
    answer_by = now + timedelta(hours=policy.answer_within_hours)
    sent = replace(offer, state=OfferState.SENT, sent_at=now, answer_by=answer_by)
    return Step(case.with_offer(sent))


def offer_undeliverable(
    case: Case, event: on.OfferUndeliverable, now: datetime, policy: CasePolicy
) -> Step:
    """Ask the next best, for this mail reaches nobody."""
    return drop_offer(case, event.supporter, OfferState.UNDELIVERABLE, now)


def declined(case: Case, event: on.Declined, now: datetime, policy: CasePolicy) -> Step:
    """Ask the next best; nobody learns who declined."""
    return drop_offer(case, event.supporter, OfferState.DECLINED, now)


def drop_offer(case: Case, supporter: int, state: OfferState, now: datetime) -> Step:
    """End one live offer and look for the next best at once."""
    offer = case.offer_to(supporter)
    if offer is None or not offer.live:
        return Step(case, answer=Answer.TOO_LATE)
    case = replace(case.with_offer(replace(offer, state=state, ended_at=now)), look_at=now)
    return Step(offered_or_waiting(case), (EndLinks(Door.OFFER, supporter),))


def offered_or_waiting(case: Case) -> Case:
    """Give the case in the state that its offers say."""
    return replace(case, state=State.OFFERED if case.live_offers else State.WAITING)


# --- a supporter says yes ---------------------------------------------------------------------


def accepted(case: Case, event: on.Accepted, now: datetime, policy: CasePolicy) -> Step:
    """Give the case to the first who says yes, if they still have room."""
    offer = case.offer_to(event.supporter)
    if offer is None or not offer.live:
        return Step(case, answer=Answer.TOO_LATE)
    if not event.has_room:
        step = drop_offer(case, event.supporter, OfferState.DECLINED, now)
        return replace(step, answer=Answer.NO_ROOM)
    case = case.with_offer(replace(offer, state=OfferState.ACCEPTED)).ending_offers(now)
    case = replace(
        case,
        state=State.SUPPORTED,
        supporter=event.supporter,
        accepted_at=now,
        last_sign_at=now,
        contact_by=now + timedelta(hours=policy.contact_within_hours),
        look_at=None,
        complained=False,
        reported=False,
    )
    effects = (
        EndLinks(Door.OFFER),
        Met(event.supporter),
        Mail(MailKind.CASE_LINK, Role.SUPPORTER, event.supporter),
        *to_requester(case, MailKind.ACCEPTED),
    )
    return Step(case, effects)


def accepted_before(case: Case, event: on.Accepted, now: datetime, policy: CasePolicy) -> Step:
    """Tell a second press from a second supporter."""
    same = case.supporter == event.supporter
    return Step(case, answer=Answer.ALREADY if same else Answer.TOO_LATE)


def link_sent(
    case: Case, event: on.LinkSent | on.LinkWaits, now: datetime, policy: CasePolicy
) -> Step:
    """Let the time for first contact run from when the supporter can know that the case is theirs.

    As long as the mail waits, it begins anew: nobody loses a case that they were not told of.
    """
    if case.supporter != event.supporter or case.contact_by is None:
        return Step(case, answer=Answer.TOO_LATE)
    contact_by = max(case.contact_by, now + timedelta(hours=policy.contact_within_hours))
    return Step(replace(case, contact_by=contact_by))


def link_undeliverable(
    case: Case, event: on.LinkUndeliverable, now: datetime, policy: CasePolicy
) -> Step:
    """Let the case wait again: who said yes was never reached, and never knew whose it was."""
    if case.supporter != event.supporter:
        return Step(case, answer=Answer.TOO_LATE)
    return part(case, now, as_if=OfferState.UNDELIVERABLE)


def given_back(case: Case, event: on.HandedBack, now: datetime, policy: CasePolicy) -> Step:
    """Let the case wait again; nothing is told about why."""
    if case.supporter != event.supporter:
        return Step(case, answer=Answer.TOO_LATE)
    return part(case, now)


def somebody_else(case: Case, event: on.SomebodyElse, now: datetime, policy: CasePolicy) -> Step:
    """Thank the supporter and let the case wait again."""
    thanks = Mail(MailKind.ENDED_SUPPORTER, Role.SUPPORTER, case.supporter)
    step = part(case, now, tell_requester=False)
    return replace(step, effects=(*step.effects, thanks))


def part(
    case: Case,
    now: datetime,
    *,
    tell_requester: bool = True,
    as_if: OfferState = OfferState.HANDED_BACK,
) -> Step:
    """Let case and supporter part: the case waits again, and their conversation is gone."""
    supporter = case.supporter
    if supporter is None:
        message = "a case that nobody supports cannot be handed back"
        raise AssertionError(message)
    offer = case.offer_to(supporter)
    if offer is not None:
        case = case.with_offer(replace(offer, state=as_if, ended_at=now))
    case = replace(
        case,
        state=State.WAITING,
        supporter=None,
        accepted_at=None,
        taken=False,
        contact_by=None,
        nudged=False,
        more_time=False,
        contacted_at=None,
        last_sign_at=None,
        silence_told=False,
        requester_rung=False,
        supporter_rung=False,
        waiting_since=now,
        look_at=now,
        nobody_else=False,
        nobody_could_told=False,
        nobody_yet_told=False,
    )
    effects: tuple[Effect, ...] = (
        EndLinks(Door.CASE, supporter),
        Erase(Secret.CONVERSATION, supporter),
    )
    if tell_requester:
        effects += to_requester(case, MailKind.HANDED_BACK)
    return Step(case, effects)


# --- being supported --------------------------------------------------------------------------


def taken(case: Case, event: on.Taken, now: datetime, policy: CasePolicy) -> Step:
    """Note that the supporter saw the name and can help; now the request may be read."""
    if case.supporter != event.supporter:
        return Step(case, answer=Answer.TOO_LATE)
    return Step(in_touch(replace(case, taken=True), now))


def contacted(case: Case, event: on.Contacted, now: datetime, policy: CasePolicy) -> Step:
    """Note first contact, from which the story has its hours to live."""
    case = in_touch(case, now)
    if case.contacted_at is not None:
        return Step(case, answer=Answer.ALREADY)
    return Step(replace(case, contacted_at=now, contact_by=None))


def not_contacted(case: Case, event: on.NotContacted, now: datetime, policy: CasePolicy) -> Step:
    """Nudge the supporter, who may believe that they have written; once."""
    case = in_touch(case, now)
    if case.nudged:
        return Step(case, answer=Answer.ALREADY)
    again = now + timedelta(hours=policy.contact_within_hours)
    case = replace(case, nudged=True)
    if not case.story_gone:
        # What was written stays until they really are in contact.
        case = replace(case, contacted_at=None, contact_by=again)
    return Step(case, (Mail(MailKind.CONTACT_NUDGE, Role.SUPPORTER, case.supporter),))


def more_time(case: Case, event: on.MoreTime, now: datetime, policy: CasePolicy) -> Step:
    """Give the supporter as much time again, once."""
    if case.supporter != event.supporter or case.contact_by is None:
        return Step(case, answer=Answer.TOO_LATE)
    if case.more_time:
        return Step(case, answer=Answer.ALREADY)
    later = case.contact_by + timedelta(hours=policy.contact_within_hours)
    return Step(in_touch(replace(case, contact_by=later, more_time=True), now))


def sign_of_life(case: Case, event: on.SignOfLife, now: datetime, policy: CasePolicy) -> Step:
    """Note that the two are still in touch."""
    return Step(in_touch(case, now))


def in_touch(case: Case, now: datetime) -> Case:
    """Give the case with silence counted from now."""
    return replace(case, last_sign_at=now, silence_told=False)


def to_requester(case: Case, kind: MailKind) -> tuple[Effect, ...]:
    """Ring the requester, if they asked to be rung; the status page says it in any case."""
    return (Mail(kind, Role.REQUESTER),) if case.notify else ()
