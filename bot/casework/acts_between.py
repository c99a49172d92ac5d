"""What passes between the two, and what either of them, or a coordinator, says about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.casework import events as on
from bot.casework.acts import Answer, Step, contacted, in_touch, offered_or_waiting, part
from bot.casework.effects import Complaint, Effect, Mail, MailKind, Role
from bot.casework.states import Case, CasePolicy, Offer, OfferState, State


def wrote(case: Case, event: on.Wrote, now: datetime, policy: CasePolicy) -> Step:
    """Ring the other, unless they were rung and have not looked since.

    The supporter's first message is first contact; nobody is rung who asked not to be.
    """
    if event.by is on.Side.SUPPORTER:
        case = contacted(case, on.Contacted(), now, policy).case
        if case.requester_rung or not case.notify:
            return Step(case)
        ring: Effect = Mail(MailKind.MESSAGE, Role.REQUESTER, not_before=event.not_before)
        return Step(replace(case, requester_rung=True), (ring,))
    case = in_touch(case, now)
    if case.supporter_rung:
        return Step(case)
    ring = Mail(MailKind.MESSAGE, Role.SUPPORTER, case.supporter, event.not_before)
    return Step(replace(case, supporter_rung=True), (ring,))


def read_all(case: Case, event: on.ReadAll, now: datetime, policy: CasePolicy) -> Step:
    """Let whoever has looked be rung again by the next message."""
    case = in_touch(case, now)
    if event.by is on.Side.SUPPORTER:
        return Step(replace(case, supporter_rung=False))
    return Step(replace(case, requester_rung=False))


def told_again(case: Case, event: on.ToldAgain, now: datetime, policy: CasePolicy) -> Step:
    """Note that there is something to read again, for whoever has not been in contact yet."""
    if case.contacted_at is not None:
        return Step(case, answer=Answer.TOO_LATE)
    if not case.story_gone:
        return Step(case, answer=Answer.ALREADY)
    return Step(replace(case, story_gone=False))


def offered_to(case: Case, event: on.OfferedTo, now: datetime, policy: CasePolicy) -> Step:
    """Ask somebody whom a coordinator chose, beside those who are asked already.

    Whoever supported the case until now is thanked, as when the requester asks for somebody else.
    """
    if case.offer_to(event.supporter) is not None:
        return Step(case, answer=Answer.ALREADY)
    effects: tuple[Effect, ...] = ()
    if case.state is State.SUPPORTED:
        thanks = Mail(MailKind.ENDED_SUPPORTER, Role.SUPPORTER, case.supporter)
        parted = part(case, now)
        case, effects = parted.case, (*parted.effects, thanks)
    asked = Offer(event.supporter, OfferState.QUEUED, made_at=now)
    mail = Mail(MailKind.OFFER, Role.SUPPORTER, event.supporter, event.not_before)
    case = replace(case, begun_at=case.begun_at or now, offers=(*case.offers, asked))
    return Step(offered_or_waiting(case), (*effects, mail))


def complained(case: Case, event: on.Complained, now: datetime, policy: CasePolicy) -> Step:
    """Put before the coordinators that something is wrong; the case itself goes on."""
    if event.by is on.Side.SUPPORTER:
        return _reported(case)
    # Of a closed case only the sealed pair still tells who it was.
    supporter = case.last_supporter if case.open else None
    if supporter is None and not case.pair_kept:
        return Step(case, answer=Answer.TOO_LATE)
    if case.complained:
        return Step(case, answer=Answer.ALREADY)
    case = replace(case, complained=True)
    complaint = Complaint(
        event.by,
        supporter,
        names_supporter=event.names_supporter,
        names_requester=event.names_requester,
    )
    return Step(case, (complaint, Mail(MailKind.COMPLAINT, Role.COORDINATORS)))


def _reported(case: Case) -> Step:
    if case.supporter is None or not case.open:
        return Step(case, answer=Answer.TOO_LATE)
    if case.reported:
        return Step(case, answer=Answer.ALREADY)
    complaint = Complaint(on.Side.SUPPORTER, case.supporter)
    mail = Mail(MailKind.COMPLAINT, Role.COORDINATORS)
    return Step(replace(case, reported=True), (complaint, mail))
