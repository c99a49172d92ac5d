"""Cases in the store: taken in, moved by one event in one transaction, opened for who may read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from bot.casework import case as life
from bot.casework.effects import Effect, EndLinks, Erase, Mail, Met, Secret
from bot.casework.events import Declined, Event, HandedBack
from bot.casework.states import LIVE, Case, CasePolicy, Offer, OfferState, Outcome, State
from bot.store import links, marks, outbox
from bot.store.schema import case_keys, case_secrets, cases, events, offers
from bot.store.store import Tx

OPEN_STATES = tuple(state.value for state in State if state is not State.CLOSED)
_CASE_FIELDS = [f.name for f in dataclasses.fields(Case) if f.name != "offers"]


@dataclass(frozen=True)
class Asked:
    """What a case asks for, as far as matching and an offer need it."""

    locale: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    prefer: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """Who asked, and whom they want to avoid; sealed as long as the case is open."""

    user_id: int
    name: str = field(repr=False)
    avoid: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Story:
    """What only the accepted supporter reads; `by_hand` says that it did not come sealed."""

    message: str = field(repr=False)
    contact: tuple[tuple[str, str], ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    by_hand: bool = False


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
    _seal(tx, case_id, Secret.IDENTITY, dataclasses.asdict(identity))
    _seal(tx, case_id, Secret.STORY, dataclasses.asdict(story))
    _log(tx, case_id, "Received", now)
    _carry_out(tx, case_id, step.effects, now)
    return case_id


def ref_taken(tx: Tx, ref: str) -> bool:
    """Say whether a reference is in use."""
    return tx.connection.scalar(select(cases.c.id).where(cases.c.ref == ref)) is not None


def load(tx: Tx, case_id: int) -> StoredCase | None:
    """Read one case with its offers."""
    found = load_where(tx, cases.c.id == case_id)
    return found[0] if found else None


def load_ref(tx: Tx, ref: str) -> StoredCase | None:
    """Read the case with this reference."""
    found = load_where(tx, cases.c.ref == ref)
    return found[0] if found else None


def load_where(tx: Tx, *conditions: Any, limit: int | None = None) -> list[StoredCase]:
    """Read the cases for which all conditions hold, the longest waiting first."""
    query = select(cases).where(*conditions).order_by(cases.c.waiting_since, cases.c.id)
    rows = tx.connection.execute(query.limit(limit)).mappings().all()
    asked = [row["id"] for row in rows]
    made: dict[int, list[Offer]] = {case_id: [] for case_id in asked}
    for start in range(0, len(asked), 500):
        some = asked[start : start + 500]
        query = select(offers).where(offers.c.case_id.in_(some)).order_by(offers.c.made_at)
        for row in tx.connection.execute(query).mappings():
            made[row["case_id"]].append(_offer(row))
    return [
        StoredCase(row["id"], _case(row, tuple(made[row["id"]])), _asked(row), row["due_at"])
        for row in rows
    ]


def happened(
    tx: Tx, case_id: int, event: Event, *, now: datetime, policy: CasePolicy
) -> life.Step | None:
    """Tell a case what happened and carry out all that follows; None where there is no such case.

    This is the only way a case changes, for worker, desk and commands alike.
    """
    stored = load(tx, case_id)
    if stored is None:
        return None
    step = life.advance(stored.case, event, now, policy)
    if step.case != stored.case:
        tx.connection.execute(
            update(cases).where(cases.c.id == case_id).values(_row(step.case, policy))
        )
        _save_offers(tx, case_id, stored.case, step.case)
        _log(tx, case_id, type(event).__name__, now)
    _carry_out(tx, case_id, step.effects, now)
    if not step.case.open:
        let_go(tx, case_id)
    return step


def let_go(tx: Tx, case_id: int) -> None:
    """Erase who asked, once the case is closed and the last mail to them has an outcome."""
    closed = select(cases.c.id).where(cases.c.id == case_id, cases.c.state == State.CLOSED.value)
    if tx.connection.scalar(closed) is None or outbox.requester_waits(tx, case_id):
        return
    erase(tx, case_id, Secret.IDENTITY)


def erase(tx: Tx, case_id: int, secret: Secret, supporter: int | None = None) -> None:
    """Destroy a secret and its key; without a supporter, those of every supporter."""
    tx.erased = True
    for table in (case_keys, case_secrets):
        query = delete(table).where(table.c.case_id == case_id, table.c.secret == secret.value)
        if supporter is not None:
            query = query.where(table.c.supporter == supporter)
        tx.connection.execute(query)
    if secret is Secret.IDENTITY:
        tx.connection.execute(
            update(cases).where(cases.c.id == case_id).values(requester_mark=None)
        )


def identity_of(tx: Tx, case_id: int) -> Identity | None:
    """Open who asked; None where it has been erased."""
    data = _open(tx, case_id, Secret.IDENTITY)
    if data is None:
        return None
    return Identity(data["user_id"], data["name"], tuple(data["avoid"]))


def story_of(tx: Tx, case_id: int) -> Story | None:
    """Open what was written; None where it has been erased."""
    data = _open(tx, case_id, Secret.STORY)
    if data is None:
        return None
    contact = tuple((channel, address) for channel, address in data["contact"])
    return Story(data["message"], contact, tuple(data["words"]), data["by_hand"])


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


def _carry_out(tx: Tx, case_id: int, effects: Sequence[Effect], now: datetime) -> None:
    for effect in effects:
        match effect:
            case Mail():
                outbox.put(tx, case_id, effect, now)
            case EndLinks(door, supporter):
                links.end(tx, case_id, door, now, supporter)
            case Erase(secret, supporter):
                erase(tx, case_id, secret, supporter)
            case Met(supporter):
                who = identity_of(tx, case_id)
                if who is not None:
                    marks.remember_met(tx, who.user_id, supporter, now)
            case _:
                message = f"no one carries out {type(effect).__name__}"
                raise AssertionError(message)


def _seal(tx: Tx, case_id: int, secret: Secret, data: dict[str, Any], supporter: int = 0) -> None:
    key = tx.keyring.new_key()
    about = f"{secret.value}/{case_id}/{supporter}"
    place = {"case_id": case_id, "secret": secret.value, "supporter": supporter}
    wrapped = tx.keyring.wrap(key, about)
    tx.connection.execute(insert(case_keys).values(**place, wrapped=wrapped))
    sealed = tx.keyring.seal_under(key, json.dumps(data).encode(), about)
    tx.connection.execute(insert(case_secrets).values(**place, sealed=sealed))


def _open(tx: Tx, case_id: int, secret: Secret, supporter: int = 0) -> Any:
    query = (
        select(case_keys.c.wrapped, case_secrets.c.sealed)
        .join(
            case_secrets,
            (case_secrets.c.case_id == case_keys.c.case_id)
            & (case_secrets.c.secret == case_keys.c.secret)
            & (case_secrets.c.supporter == case_keys.c.supporter),
        )
        .where(
            case_keys.c.case_id == case_id,
            case_keys.c.secret == secret.value,
            case_keys.c.supporter == supporter,
        )
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return None
    about = f"{secret.value}/{case_id}/{supporter}"
    key = tx.keyring.unwrap(row.wrapped, about)
    return json.loads(tx.keyring.open_under(key, row.sealed, about))


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
    for case_id in given_back:
        happened(tx, case_id, HandedBack(supporter), now=now, policy=policy)
    return len(given_back) + decline_all(tx, supporter, now=now, policy=policy)


def decline_all(tx: Tx, supporter: int, *, now: datetime, policy: CasePolicy) -> int:
    """End every offer to a supporter that could still be accepted; say how many."""
    live = select(offers.c.case_id).where(
        offers.c.supporter == supporter, offers.c.state.in_([state.value for state in LIVE])
    )
    asked = tx.connection.scalars(live).all()
    for case_id in asked:
        happened(tx, case_id, Declined(supporter), now=now, policy=policy)
    return len(asked)
