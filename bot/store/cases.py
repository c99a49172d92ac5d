"""Cases in the store: taken in, moved by one event in one transaction, opened for who may read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from bot.casework import case as life
from bot.casework.effects import Complaint, Secret
from bot.casework.events import Declined, Event, HandedBack, Side, ToldAgain
from bot.casework.roster import Supporter
from bot.casework.states import LIVE, Case, CasePolicy, Offer, OfferState, Outcome, State
from bot.faults import kind_and_place
from bot.store import aside, complaints, outbox, tallies
from bot.store.carry_out import carry_out
from bot.store.case_secrets import (
    Identity,
    Story,
    erase,
    identity_of,
    pair_of,
    put_identity,
    put_story,
    rename_identity,
    story_of,
)
from bot.store.closing import cut_loose
from bot.store.schema import cases, events, offers
from bot.store.store import Tx

__all__ = [
    "OPEN_STATES",
    "Asked",
    "Identity",
    "StoredCase",
    "Story",
    "decline_all",
    "end_offers_to_absent",
    "erase",
    "happened",
    "happened_to",
    "happenings",
    "identity_of",
    "ids_where",
    "leave",
    "let_go",
    "list_where",
    "load",
    "load_ref",
    "load_where",
    "open_cases_of",
    "pair_of",
    "ref_of",
    "ref_taken",
    "rename_identity",
    "story_of",
    "take_in",
    "tell_again",
    "ways_to_reach",
]

OPEN_STATES = tuple(state.value for state in State if state is not State.CLOSED)
_CASE_FIELDS = [f.name for f in dataclasses.fields(Case) if f.name != "offers"]


@dataclass(frozen=True)
class Asked:
    """What a case asks for, as far as matching and an offer need it."""

    locale: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    prefer: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class StoredCase:
    """A case with its number, what it asks for, and when it is due (None: closed)."""

    id: int
    case: Case
    asked: Asked
    due_at: datetime | None


def take_in(
    tx: Tx,
    step: life.Step,
    asked: Asked,
    identity: Identity,
    story: Story,
    *,
    policy: CasePolicy,
    now: datetime,
) -> int:
    """Store a new case with its secrets, each under a key of its own, and give its number."""
    row = _row(step.case, policy) | {
        "locale": asked.locale,
        "languages": list(asked.languages),
        "topics": list(asked.topics),
        "channels": list(asked.channels),
        "prefer": list(asked.prefer),
        "requester_mark": tx.keyring.mark("requester", identity.user_id),
    }
    made = tx.connection.execute(insert(cases).values(row).returning(cases.c.id))
    case_id = int(made.scalar_one())
    put_identity(tx, case_id, identity)
    put_story(tx, case_id, story)
    _log(tx, case_id, "Received", now)
    carry_out(tx, case_id, step.effects, now)
    return case_id


def ref_taken(tx: Tx, ref: str) -> bool:
    """Say whether a reference is in use."""
    return tx.connection.scalar(select(cases.c.id).where(cases.c.ref == ref)) is not None


def ref_of(tx: Tx, case_id: int) -> str | None:
    """Give the reference of a case."""
    ref: str | None = tx.connection.scalar(select(cases.c.ref).where(cases.c.id == case_id))
    return ref


def ways_to_reach(tx: Tx, stored: StoredCase) -> tuple[str, ...]:
    """Give the ways that who asked has chosen and that reach them; all where that is erased."""
    who, chosen = identity_of(tx, stored.id), stored.asked.channels
    return chosen if who is None else who.reached_by(chosen)


# What every step on a case asks is put together once: that takes longer than to answer it.
_ONE = select(cases).where(cases.c.id == bindparam("case_id"))
_ITS_OFFERS = (
    select(offers).where(offers.c.case_id == bindparam("case_id")).order_by(offers.c.made_at)
)


def load(tx: Tx, case_id: int) -> StoredCase | None:
    """Read one case with its offers."""
    row = tx.connection.execute(_ONE, {"case_id": case_id}).mappings().one_or_none()
    if row is None:
        return None
    made = tx.connection.execute(_ITS_OFFERS, {"case_id": case_id}).mappings()
    return _stored(row, map(_offer, made))


def load_ref(tx: Tx, ref: str) -> StoredCase | None:
    """Read the case with this reference."""
    found = load_where(tx, cases.c.ref == ref)
    return found[0] if found else None


def load_where(tx: Tx, *conditions: Any, limit: int | None = None) -> list[StoredCase]:
    """Read the cases for which all conditions hold, the longest waiting first."""
    return [one for one in _read_where(tx, conditions, limit, leave_out=False) if one is not None]


def list_where(tx: Tx, *conditions: Any) -> list[StoredCase]:
    """Read such cases for a list that people look at: one that cannot be read is left out.

    The worker tells of it, and sets it aside.
    """
    return [one for one in _read_where(tx, conditions, None, leave_out=True) if one is not None]


def _read_where(
    tx: Tx, conditions: tuple[Any, ...], limit: int | None, *, leave_out: bool
) -> Iterator[StoredCase | None]:
    query = select(cases).where(*conditions).order_by(cases.c.waiting_since, cases.c.id)
    rows = tx.connection.execute(query.limit(limit)).mappings().all()
    asked = [row["id"] for row in rows]
    made: dict[int, list[RowMapping]] = {case_id: [] for case_id in asked}
    for start in range(0, len(asked), 500):
        some = asked[start : start + 500]
        query = select(offers).where(offers.c.case_id.in_(some)).order_by(offers.c.made_at)
        for row in tx.connection.execute(query).mappings():
            made[row["case_id"]].append(row)
    for row in rows:
        try:
            yield _stored(row, map(_offer, made[row["id"]]))
        except (ValueError, TypeError, KeyError):
            if not leave_out:
                raise


def ids_where(tx: Tx, *conditions: Any, limit: int | None = None) -> list[int]:
    """List the numbers of the cases for which all conditions hold, the longest waiting first."""
    query = select(cases.c.id).where(*conditions).order_by(cases.c.waiting_since, cases.c.id)
    return list(tx.connection.scalars(query.limit(limit)))


def happened(
    tx: Tx, case_id: int, event: Event, *, now: datetime, policy: CasePolicy
) -> life.Step | None:
    """Tell a case what happened and carry out all that follows; None where there is no such case.

    This is the only way a case changes, for worker, desk and commands alike.
    """
    stored = load(tx, case_id)
    return None if stored is None else happened_to(tx, stored, event, now=now, policy=policy)


def happened_to(
    tx: Tx, stored: StoredCase, event: Event, *, now: datetime, policy: CasePolicy
) -> life.Step:
    """Tell it to a case that was read in this very transaction, which keeps all others out."""
    case_id = stored.id
    step = life.advance(stored.case, event, now, policy)
    if step.case != stored.case:
        tx.connection.execute(
            update(cases).where(cases.c.id == case_id).values(_row(step.case, policy))
        )
        _save_offers(tx, case_id, stored.case, step.case)
        _log(tx, case_id, type(event).__name__, now)
    carry_out(tx, case_id, step.effects, now)
    for effect in step.effects:
        if isinstance(effect, Complaint) and effect.by is Side.REQUESTER:
            _end_offers_under_complaint(tx, now, policy)
    if not step.case.open:
        if stored.case.open:
            tallies.add(tx, step.case, stored.asked.languages, stored.asked.topics, now)
        let_go(tx, case_id)
    return step


def let_go(tx: Tx, case_id: int) -> None:
    """Take the people off a case once it is closed.

    Who asked is erased when the last mail to them has an outcome.
    """
    closed = select(cases.c.id).where(cases.c.id == case_id, cases.c.state == State.CLOSED.value)
    if tx.connection.scalar(closed) is None:
        return
    cut_loose(tx, case_id)
    if not outbox.requester_waits(tx, case_id):
        erase(tx, case_id, Secret.IDENTITY)


def tell_again(
    tx: Tx, case_id: int, story: Story, *, now: datetime, policy: CasePolicy
) -> life.Answer:
    """Seal a few words anew for the next supporter, where the first ones have been erased."""
    step = happened(tx, case_id, ToldAgain(), now=now, policy=policy)
    if step is None:
        return life.Answer.TOO_LATE
    if step.answer is life.Answer.DONE:
        put_story(tx, case_id, story)
    return step.answer


def open_cases_of(tx: Tx, user_id: int) -> int:
    """Count the open cases of one account."""
    query = select(func.count()).where(
        cases.c.requester_mark == tx.keyring.mark("requester", user_id),
        cases.c.state.in_(OPEN_STATES),
    )
    return tx.connection.scalar(query) or 0


def happenings(tx: Tx, case_id: int) -> list[tuple[datetime, str]]:
    """List what happened to a case: times and names of events, nothing else."""
    query = select(events.c.at, events.c.name).where(events.c.case_id == case_id)
    return [(row.at, row.name) for row in tx.connection.execute(query.order_by(events.c.id))]


def _save_offers(tx: Tx, case_id: int, before: Case, after: Case) -> None:
    old = {offer.supporter: offer for offer in before.offers}
    for offer in after.offers:
        row = dataclasses.asdict(offer) | {"state": offer.state.value}
        if offer.supporter not in old:
            tx.connection.execute(insert(offers).values(case_id=case_id, **row))
        elif offer != old[offer.supporter]:
            place = (offers.c.case_id == case_id, offers.c.supporter == offer.supporter)
            tx.connection.execute(update(offers).where(*place).values(row))


def _log(tx: Tx, case_id: int, name: str, now: datetime) -> None:
    tx.connection.execute(insert(events).values(case_id=case_id, at=now, name=name))


def _row(case: Case, policy: CasePolicy) -> dict[str, Any]:
    row = {name: getattr(case, name) for name in _CASE_FIELDS}
    return row | {
        "state": case.state.value,
        "outcome": None if case.outcome is None else case.outcome.value,
        "due_at": life.next_due(case, policy),
    }


def _stored(row: RowMapping, made: Iterable[Offer]) -> StoredCase:
    return StoredCase(row["id"], _case(row, tuple(made)), _asked(row), row["due_at"])


def _case(row: RowMapping, made: tuple[Offer, ...]) -> Case:
    values = {name: row[name] for name in _CASE_FIELDS}
    values["state"] = State(row["state"])
    values["outcome"] = None if row["outcome"] is None else Outcome(row["outcome"])
    return Case(**values, offers=made)


def _offer(row: RowMapping) -> Offer:
    return Offer(
        supporter=row["supporter"],
        state=OfferState(row["state"]),
        made_at=row["made_at"],
        sent_at=row["sent_at"],
        answer_by=row["answer_by"],
        reminded=row["reminded"],
        ended_at=row["ended_at"],
    )


def _asked(row: RowMapping) -> Asked:
    lists = (tuple(row[name]) for name in ("languages", "topics", "channels", "prefer"))
    return Asked(row["locale"], *lists)


def leave(tx: Tx, supporter: int, *, now: datetime, policy: CasePolicy) -> int:
    """Give back every case and offer of a supporter who is no longer there; say how many."""
    mine = select(cases.c.id).where(
        cases.c.supporter == supporter, cases.c.state == State.SUPPORTED.value
    )
    given_back = tx.connection.scalars(mine).all()
    done = _each(tx, given_back, HandedBack(supporter), now=now, policy=policy)
    return done + decline_all(tx, supporter, now=now, policy=policy)


def end_offers_to_absent(tx: Tx, one: Supporter, *, now: datetime, policy: CasePolicy) -> int:
    """End the open offers of somebody who is asked nothing now, if they are; say how many."""
    return decline_all(tx, one.user_id, now=now, policy=policy) if one.is_absent(now) else 0


def _end_offers_under_complaint(tx: Tx, now: datetime, policy: CasePolicy) -> None:
    # Whom a closed case's complaint is about only its sealed pair tells, and it is read by now.
    for supporter in complaints.held_back(tx):
        decline_all(tx, supporter, now=now, policy=policy)


def decline_all(tx: Tx, supporter: int, *, now: datetime, policy: CasePolicy) -> int:
    """End every offer to a supporter that could still be accepted; say how many."""
    live = select(offers.c.case_id).where(
        offers.c.supporter == supporter, offers.c.state.in_([state.value for state in LIVE])
    )
    asked = tx.connection.scalars(live).all()
    return _each(tx, asked, Declined(supporter), now=now, policy=policy)


def _each(
    tx: Tx, case_ids: Iterable[int], event: Event, *, now: datetime, policy: CasePolicy
) -> int:
    """Tell the same to several cases, and say to how many; one that goes wrong is set aside."""
    told = 0
    for case_id in case_ids:
        try:
            with tx.connection.begin_nested():
                happened(tx, case_id, event, now=now, policy=policy)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - the others are told, and the operator of this
            aside.put(tx, aside.Kind.CASE, case_id, kind_and_place(error), now)
        else:
            told += 1
    return told
