"""How a case ends, and what can still be said afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.casework import events as on
from bot.casework.acts import Answer, Step, to_requester
from bot.casework.effects import (
    CASE_DOORS,
    Bar,
    Count,
    Door,
    Effect,
    EndLinks,
    Erase,
    KeepPair,
    Mail,
    MailKind,
    Role,
    Secret,
    TakenBack,
)
from bot.casework.states import Case, CasePolicy, OfferState, Outcome, State

# After these nothing stays behind: they asked for it, or are to be heard no more.
_AT_ONCE = frozenset({Outcome.WITHDRAWN, Outcome.MISUSE})


def closed(case: Case, event: on.Closed, now: datetime, policy: CasePolicy) -> Step:
    """End the case; unanswered where nobody supported it."""
    outcome = Outcome.HELPED if case.state is State.SUPPORTED else Outcome.UNANSWERED
    return close(case, outcome, now, by=event.by)


def withdrawn(case: Case, event: on.Withdrawn, now: datetime, policy: CasePolicy) -> Step:
    """End the case and let everything go at once."""
    # First of all, for it is known by the account's mark, which goes with their name; and whether
    # anybody was asked makes no difference: it would show in how soon the next one is.
    taken_back = (TakenBack(),) if case.last_supporter is None else ()
    case = case.ending_offers(now, OfferState.WITHDRAWN)
    step = close(case, Outcome.WITHDRAWN, now, by=on.Side.REQUESTER)
    return replace(step, effects=(*taken_back, Erase(Secret.IDENTITY), *step.effects))


def misused(case: Case, event: on.Misused, now: datetime, policy: CasePolicy) -> Step:
    """End the case on a coordinator's word; whoever is barred is told, however they asked."""
    step = close(case, Outcome.MISUSE, now, by=on.Side.COORDINATOR, tell_requester=not event.barred)
    if not event.barred:
        return step
    return replace(step, effects=(Bar(), *step.effects, Mail(MailKind.BARRED, Role.REQUESTER)))


def close(
    case: Case,
    outcome: Outcome,
    now: datetime,
    by: on.Side | None = None,
    *,
    tell_requester: bool = True,
) -> Step:
    """End a case: what was written goes, links die, and the other side hears that it has ended.

    The requester's link lives on for a while: whoever wants no mail learns there how it ended, and
    there they can still say that something was wrong.
    """
    last = case.last_supporter
    at_once = outcome in _AT_ONCE
    kept = last is not None and not at_once
    doors = [door for door in CASE_DOORS if at_once or door is not Door.STATUS]
    effects: list[Effect] = [
        Erase(Secret.STORY),
        Erase(Secret.CONVERSATION),
        *(EndLinks(door) for door in doors),
    ]
    if kept and last is not None:
        effects.append(KeepPair(last))
    if case.supporter is not None and by is not on.Side.SUPPORTER:
        effects.append(Mail(MailKind.ENDED_SUPPORTER, Role.SUPPORTER, case.supporter))
    if by is not on.Side.REQUESTER and tell_requester:
        kind = MailKind.GAVE_UP if outcome is Outcome.UNANSWERED else MailKind.ENDED_REQUESTER
        effects.extend(to_requester(case, kind))
    mine = None if case.supporter is None else case.offer_to(case.supporter)
    if mine is not None:
        case = case.with_offer(replace(mine, ended_at=now))
    ended = replace(
        case.ending_offers(now),
        state=State.CLOSED,
        outcome=outcome,
        closed_at=now,
        look_at=None,
        contact_by=None,
        story_gone=True,
        pair_kept=kept,
    )
    return Step(ended, tuple(effects))


def rated(case: Case, event: on.Rated, now: datetime, policy: CasePolicy) -> Step:
    """Count whether it helped, once."""
    if case.outcome is not Outcome.HELPED:
        return Step(case, answer=Answer.TOO_LATE)
    if case.rated:
        return Step(case, answer=Answer.ALREADY)
    name = "helped" if event.helped else "did-not-help"
    return Step(replace(case, rated=True), (Count(name),))
