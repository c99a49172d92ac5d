"""What coordinators decide about cases and complaints: one transaction each, for desk and commands.

Whoever is concerned is told by mail, in the same transaction; a second press finds it done.
"""

from __future__ import annotations

import enum
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.casework import events as on
from bot.casework.case import Answer
from bot.casework.choosing import ask_when, may_be_asked, time_to_answer, told_against
from bot.casework.effects import Mail, MailKind, Role
from bot.casework.limits import LimitPolicy
from bot.casework.matching import Load, MatchingPolicy, RosterIndex, Wish
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import CasePolicy, State
from bot.store import cases, complaints, marks, outbox, roster
from bot.store.cases import Identity, StoredCase
from bot.store.complaints import Decision
from bot.store.store import STATE, Tx, get_setting, put_setting
from bot.store.wishes import wish_of


class Policy(CasePolicy, MatchingPolicy, LimitPolicy, Protocol):
    """The figures of the configuration's `policy` that decisions need."""


@enum.unique
class Decided(enum.Enum):
    """What became of a decision."""

    DONE = "done"
    MOVED_ON = "moved on"  # the case has ended, or is gone: there is nothing to decide
    NOT_THEM = "not them"  # this person cannot be asked about this case


def offer(
    tx: Tx,
    case_id: int,
    supporter_id: int,
    *,
    any_language: bool,
    now: datetime,
    policy: Policy,
) -> Decided:
    """Have a chosen supporter asked about a case; `against` says why not, as far as may be told."""
    found = _both_if_they_may(tx, case_id, supporter_id, now, policy, any_language=any_language)
    if isinstance(found, Decided):
        return found
    stored, chosen = found
    at = ask_when(
        chosen,
        now,
        others_asked=bool(stored.case.live_offers),
        deadline=time_to_answer(now, policy.answer_within_hours),
    )
    return _tell(tx, case_id, on.OfferedTo(supporter_id, at), now, policy)


def refusal(
    tx: Tx,
    case_id: int,
    supporter_id: int,
    *,
    any_language: bool,
    now: datetime,
    policy: Policy,
) -> Decided | None:
    """Say whether `offer` would refuse now, and how; None where it would not."""
    found = _both_if_they_may(tx, case_id, supporter_id, now, policy, any_language=any_language)
    return found if isinstance(found, Decided) else None


def _both_if_they_may(
    tx: Tx,
    case_id: int,
    supporter_id: int,
    now: datetime,
    policy: Policy,
    *,
    any_language: bool,
) -> tuple[StoredCase, Supporter] | Decided:
    """Return the case and who may be asked about it, or how that is refused."""
    stored = cases.load(tx, case_id)
    who = cases.identity_of(tx, case_id)
    if stored is None or who is None or not stored.case.open:
        return Decided.MOVED_ON
    chosen = roster.get(tx, supporter_id)
    if chosen is None:
        return Decided.NOT_THEM
    wish, load = _both(tx, stored, who, chosen, now, policy)
    if not may_be_asked(wish, chosen, load, now, policy, any_language=any_language):
        return Decided.NOT_THEM
    return stored, chosen


def against(
    tx: Tx,
    case_id: int,
    supporter_id: int,
    *,
    any_language: bool,
    now: datetime,
    policy: Policy,
) -> tuple[str, ...]:
    """Name the rules for which `offer` refuses, of those that may be told; there may be others."""
    stored, chosen = cases.load(tx, case_id), roster.get(tx, supporter_id)
    who = cases.identity_of(tx, case_id)
    if stored is None or who is None or chosen is None:
        return ()
    wish, load = _both(tx, stored, who, chosen, now, policy)
    return told_against(wish, chosen, load, now, policy, any_language=any_language)


def _both(
    tx: Tx, stored: StoredCase, who: Identity, chosen: Supporter, now: datetime, policy: Policy
) -> tuple[Wish, Load]:
    most_met = policy.supporters_one_requester_may_meet
    wish = wish_of(tx, stored, who, RosterIndex([chosen]), now, most_met)
    loads = roster.loads(tx, now, stored.id, only=[chosen.user_id])
    return wish, loads.get(chosen.user_id, Load())


def close(tx: Tx, case_id: int, *, now: datetime, policy: CasePolicy) -> Decided:
    """End a case; both hear that it has ended."""
    return _tell(tx, case_id, on.Closed(on.Side.COORDINATOR), now, policy)


def misuse(tx: Tx, case_id: int, *, barred: bool, now: datetime, policy: CasePolicy) -> Decided:
    """End a case that was made to do harm; with a bar its account cannot ask again for a year."""
    return _tell(tx, case_id, on.Misused(barred), now, policy)


def settle(
    tx: Tx,
    complaint_id: int,
    decision: Decision,
    *,
    hand_back: bool = False,
    now: datetime,
    policy: CasePolicy,
) -> bool:
    """Decide a complaint; False when it was decided before, and nothing is done then.

    A supporter who is paused keeps their cases, unless they are to be handed back.
    """
    complaint = complaints.get(tx, complaint_id)
    # One that cannot be read can only be laid aside: whom it is about is gone.
    if complaint is None and decision is not Decision.NOTHING:
        return False
    if not complaints.decide(tx, complaint_id, decision, now):
        return False
    match decision, complaint:
        case Decision.PAUSED, complaints.Open():
            _pause(tx, complaint.supporter, now, policy, hand_back=hand_back)
        case ((Decision.CLOSED | Decision.BARRED), complaints.Open()):
            _end(tx, complaint, now, policy, barred=decision is Decision.BARRED)
        case _:
            pass
    # Whoever was held back can be asked again.
    roster.look_again(tx, now)
    return True


def _pause(
    tx: Tx, supporter_id: int, now: datetime, policy: CasePolicy, *, hand_back: bool
) -> None:
    supporter = roster.get(tx, supporter_id)
    if supporter is None:  # gone meanwhile, with all they had
        return
    if supporter.status is SupporterStatus.ACTIVE:
        roster.put(tx, replace(supporter, status=SupporterStatus.PAUSED), now)
        kind = MailKind.PAUSED_BY_COORDINATOR
        outbox.put_to_account(tx, kind, Role.SUPPORTER, supporter_id, now)
    if hand_back:
        cases.leave(tx, supporter_id, now=now, policy=policy)
    else:
        cases.decline_all(tx, supporter_id, now=now, policy=policy)


def _end(
    tx: Tx, complaint: complaints.Open, now: datetime, policy: CasePolicy, *, barred: bool
) -> None:
    stored = cases.load_ref(tx, complaint.ref)
    if stored is not None and stored.case.state is not State.CLOSED:
        misuse(tx, stored.id, barred=barred, now=now, policy=policy)
        return
    if not barred or complaint.requester_mark is None:
        return
    marks.bar(tx, complaint.requester_mark, now)
    # Told while their name is still there; after that they hear it when they ask again.
    if stored is not None and cases.identity_of(tx, stored.id) is not None:
        outbox.put(tx, stored.id, Mail(MailKind.BARRED, Role.REQUESTER), now)


def pause_network(tx: Tx) -> bool:
    """Let no case act and take no requests; False when it was so before."""
    return _set_state(tx, "paused")


def resume_network(tx: Tx) -> bool:
    """Go on after a pause; False when it was so before."""
    return _set_state(tx, "open")


def _set_state(tx: Tx, state: str) -> bool:
    if (get_setting(tx, STATE) or "open") == state:
        return False
    put_setting(tx, STATE, state)
    return True


def _tell(tx: Tx, case_id: int, event: on.Event, now: datetime, policy: CasePolicy) -> Decided:
    step = cases.happened(tx, case_id, event, now=now, policy=policy)
    if step is None or step.answer is not Answer.DONE:
        return Decided.MOVED_ON
    return Decided.DONE
