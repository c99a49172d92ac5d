"""When a case is due, and what happens when a deadline has passed."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.casework.acts import Step, drop_offer, part, to_requester
from bot.casework.acts_end import close
from bot.casework.effects import Effect, Erase, Mail, MailKind, Role, Secret
from bot.casework.events import TimePassed
from bot.casework.states import Case, CasePolicy, OfferState, Outcome, State


@enum.unique
class Deadline(enum.Enum):
    """What a case can be due for; in the order in which they are kept when several have passed."""

    ANSWER = "answer"
    GIVE_UP = "give up"
    NOBODY_YET = "nobody yet"
    REMIND = "remind"
    CONTACT = "contact"
    STORY = "story"
    SILENCE_REMINDER = "silence reminder"
    SILENCE = "silence"


@dataclass(frozen=True)
class Due:
    """A deadline, its time, and the supporter it is about where it is about one."""

    at: datetime
    deadline: Deadline
    supporter: int | None = None


def deadlines(case: Case, policy: CasePolicy) -> tuple[Due, ...]:
    """Give everything that an open case is waiting for; never empty while it is open."""
    if case.state is State.SUPPORTED:
        return _while_supported(case, policy)
    if case.state is State.CLOSED:
        return ()
    return _while_looking(case, policy)


def next_due(case: Case, policy: CasePolicy) -> datetime | None:
    """Give the time of the first deadline; None only when the case is closed."""
    return min((due.at for due in deadlines(case, policy)), default=None)


def _while_looking(case: Case, policy: CasePolicy) -> tuple[Due, ...]:
    dues = [Due(case.waiting_since + timedelta(days=policy.give_up_after_days), Deadline.GIVE_UP)]
    if not case.nobody_yet_told:
        # Since it last began to wait: handed back on the third day, it has only begun to look.
        at = case.waiting_since + timedelta(hours=policy.nobody_yet_after_hours)
        dues.append(Due(at, Deadline.NOBODY_YET))
    for offer in case.live_offers:
        if offer.sent_at is None or offer.answer_by is None:
            continue  # a queued offer is the outbox's to send; its time starts then
        dues.append(Due(offer.answer_by, Deadline.ANSWER, offer.supporter))
        if case.nobody_else and not offer.reminded:
            at = offer.sent_at + timedelta(hours=policy.remind_after_hours)
            dues.append(Due(at, Deadline.REMIND, offer.supporter))
    return tuple(dues)


def _while_supported(case: Case, policy: CasePolicy) -> tuple[Due, ...]:
    dues = []
    if case.contact_by is not None:
        dues.append(Due(case.contact_by, Deadline.CONTACT))
    if case.contacted_at is not None and not case.story_gone:
        at = case.contacted_at + timedelta(hours=policy.story_hours)
        dues.append(Due(at, Deadline.STORY))
    silent_since = case.last_sign_at or case.accepted_at or case.waiting_since
    if not case.silence_told:
        at = silent_since + _silent_before_reminder(policy)
        dues.append(Due(at, Deadline.SILENCE_REMINDER))
    else:
        end = silent_since + timedelta(days=policy.close_silent_case_after_days)
        dues.append(Due(end, Deadline.SILENCE))
    return tuple(dues)


def _silent_before_reminder(policy: CasePolicy) -> timedelta:
    """Give the silence after which both are asked, with time to answer before the end."""
    silence = timedelta(days=policy.close_silent_case_after_days)
    # A week before the end; half-way where that is shorter.
    return silence - min(timedelta(days=7), silence / 2)


def time_passed(case: Case, event: TimePassed, now: datetime, policy: CasePolicy) -> Step:
    """Do what every passed deadline asks for, one after the other, until none is left."""
    step = Step(case)
    while True:
        passed = [due for due in deadlines(step.case, policy) if due.at <= now]
        if not passed:
            return step
        order = list(Deadline)
        first = min(passed, key=lambda due: (order.index(due.deadline), due.at))
        kept = _keep(step.case, first, now, policy)
        step = Step(kept.case, step.effects + kept.effects)


def _keep(case: Case, due: Due, now: datetime, policy: CasePolicy) -> Step:
    match due.deadline:
        case Deadline.ANSWER:
            return drop_offer(case, _about(due), OfferState.EXPIRED, now)
        case Deadline.REMIND:
            return _remind(case, _about(due))
        case Deadline.GIVE_UP:
            return close(case, Outcome.UNANSWERED, now)
        case Deadline.NOBODY_YET:
            effects = (
                Mail(MailKind.NEED, Role.COORDINATORS),
                *to_requester(case, MailKind.NOBODY_YET),
            )
            return Step(replace(case, nobody_yet_told=True), effects)
        case Deadline.CONTACT:
            return _contact_is_late(case, now, policy)
        case Deadline.STORY:
            return Step(replace(case, story_gone=True), (Erase(Secret.STORY),))
        case Deadline.SILENCE_REMINDER:
            effects = (
                Mail(MailKind.SILENCE_REMINDER, Role.SUPPORTER, case.supporter),
                *to_requester(case, MailKind.SILENCE_REMINDER),
            )
            # Counted as if it had come on time: after an outage nobody loses a case unasked.
            since = now - _silent_before_reminder(policy)
            return Step(replace(case, silence_told=True, last_sign_at=since), effects)
        case Deadline.SILENCE:
            return close(case, Outcome.HELPED, now)


def _remind(case: Case, supporter: int) -> Step:
    offer = case.offer_to(supporter)
    if offer is None:
        message = "a reminder is about an offer"
        raise AssertionError(message)
    reminder = Mail(MailKind.OFFER_REMINDER, Role.SUPPORTER, supporter)
    return Step(case.with_offer(replace(offer, reminded=True)), (reminder,))


def _contact_is_late(case: Case, now: datetime, policy: CasePolicy) -> Step:
    if case.nudged:
        return part(case, now)
    nudge: Effect = Mail(MailKind.CONTACT_NUDGE, Role.SUPPORTER, case.supporter)
    # From now, not from the missed time: after an outage nobody loses a case they were not told of.
    again = now + timedelta(hours=policy.contact_within_hours)
    return Step(replace(case, nudged=True, contact_by=again), (nudge,))


def _about(due: Due) -> int:
    if due.supporter is None:
        message = f"{due.deadline.value} is about a supporter"
        raise AssertionError(message)
    return due.supporter
