"""Supporters in the store: by user id, all else sealed; and what each has on their hands."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, insert, select, update

from bot.casework.limits import counted_offers
from bot.casework.matching import Load
from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.casework.states import LIVE, OfferState, State
from bot.store import complaints, reach
from bot.store.keyring import ROSTER
from bot.store.schema import cases, offers, supporters
from bot.store.store import Tx


def put(tx: Tx, supporter: Supporter, now: datetime) -> bool:
    """Keep a supporter, new or changed; True when new."""
    sealed = tx.keyring.seal_under(
        tx.keyring.own(ROSTER), _dump(supporter), f"supporter/{supporter.user_id}"
    )
    changed = tx.connection.execute(
        update(supporters)
        .where(supporters.c.user_id == supporter.user_id)
        .values(sealed=sealed, changed_at=now)
    )
    if changed.rowcount == 0:
        row = {"user_id": supporter.user_id, "sealed": sealed, "changed_at": now}
        tx.connection.execute(insert(supporters).values(row))
    return changed.rowcount == 0


def everybody(tx: Tx) -> list[Supporter]:
    """Read the whole roster, in the order of user ids, but for those who cannot be read."""
    return _read(tx)[0]


def read_all(tx: Tx) -> tuple[list[Supporter], dict[int, Exception]]:
    """Read the whole roster, and why each (by user id) cannot be read of whom that is so.

    Where nobody can, it is not one entry that is broken, and the first fault is raised: to search
    an empty roster would tell everybody that nobody could match.
    """
    read, broken = _read(tx)
    if broken and not read:
        raise next(iter(broken.values()))
    return read, broken


def _read(tx: Tx) -> tuple[list[Supporter], dict[int, Exception]]:
    rows = tx.connection.execute(select(supporters).order_by(supporters.c.user_id)).mappings()
    read, broken = [], dict[int, Exception]()
    for row in rows:
        try:
            read.append(_load(tx, row["user_id"], row["sealed"]))
        except Exception as error:  # noqa: BLE001 - told by who asks; the others are there
            broken[row["user_id"]] = error
    return read, broken


_ONE = select(supporters.c.sealed).where(supporters.c.user_id == bindparam("user_id"))


def get(tx: Tx, user_id: int) -> Supporter | None:
    """Read one supporter."""
    sealed = tx.connection.scalar(_ONE, {"user_id": user_id})
    return None if sealed is None else _load(tx, user_id, sealed)


def changed_at(tx: Tx) -> datetime | None:
    """Say when anything on the roster was changed last; None while nobody is on it."""
    query = select(supporters.c.changed_at).order_by(supporters.c.changed_at.desc())
    changed: datetime | None = tx.connection.scalar(query.limit(1))
    return changed


def remove(tx: Tx, user_id: int) -> bool:
    """Erase a supporter from the roster; False when there is none."""
    tx.erased = True
    reach.reached(tx, user_id)  # nothing is kept of whether mail came to them
    gone = tx.connection.execute(delete(supporters).where(supporters.c.user_id == user_id))
    return gone.rowcount == 1


def rename(tx: Tx, user_id: int, name: str, now: datetime) -> bool:
    """Follow an account to its new name, and keep the old one for the avoid lists.

    True where a supporter has another name than before.
    """
    supporter = get(tx, user_id)
    if supporter is None or supporter.name == name:
        return False
    put(tx, supporter.renamed(name), now)
    return True


def look_again(tx: Tx, now: datetime) -> None:
    """Let every case that still wants somebody be looked at now, for the roster has changed.

    A new one has its turn, or its wait, all the same.
    """
    tx.connection.execute(
        update(cases)
        .where(
            cases.c.state.in_([State.WAITING.value, State.OFFERED.value]),
            cases.c.look_at.is_not(None),
            cases.c.begun_at.is_not(None),
        )
        .values(look_at=now)
    )


_TAKEN = (OfferState.ACCEPTED.value, OfferState.HANDED_BACK.value)
_OFFERED = select(
    offers.c.supporter,
    # Counted, not summed: the sum of conditions comes back as a condition, True for any number.
    func.count(case((offers.c.state.in_([state.value for state in LIVE]), 1))).label("live"),
    func.count(case((offers.c.made_at > bindparam("week_ago"), 1))).label("week"),
    func.count(
        case(
            (
                and_(
                    offers.c.made_at > bindparam("week_ago"),
                    offers.c.state == OfferState.WITHDRAWN.value,
                ),
                1,
            )
        )
    ).label("withdrawn"),
    func.max(offers.c.made_at).label("last"),
    func.max(case((offers.c.state.in_(_TAKEN), offers.c.ended_at))).label("ended"),
    func.count(case((offers.c.case_id == bindparam("asks"), 1))).label("asked"),
).group_by(offers.c.supporter)
_OFFERED_TO_SOME = _OFFERED.where(offers.c.supporter.in_(bindparam("only", expanding=True)))


def loads(
    tx: Tx, now: datetime, case_id: int | None = None, only: Collection[int] | None = None
) -> dict[int, Load]:
    """Give what each supporter, or each of a few, has on their hands; who is absent has nothing."""
    values = {"week_ago": now - timedelta(days=7), "asks": case_id}
    if only is None:
        rows = tx.connection.execute(_OFFERED, values)
    else:
        rows = tx.connection.execute(_OFFERED_TO_SOME, {**values, "only": list(only)})
    parts: dict[int, dict[str, Any]] = {
        row.supporter: {
            "live_offers": row.live,
            "offers_this_week": counted_offers(row.week, row.withdrawn),
            "last_offer_at": row.last,
            "last_case_ended_at": row.ended,
            "offered_this_case": row.asked > 0,
        }
        for row in rows
    }
    for supporter, count in open_cases(tx, only).items():
        parts.setdefault(supporter, {})["open_cases"] = count
    for supporter in complaints.held_back(tx):
        parts.setdefault(supporter, {})["under_complaint"] = True
    return {supporter: Load(**part) for supporter, part in parts.items()}


def busy(tx: Tx) -> list[int]:
    """List the supporters (user ids) who are asked about a case, or support one, now."""
    asked = select(offers.c.supporter).where(offers.c.state.in_([state.value for state in LIVE]))
    supporting = select(cases.c.supporter).where(cases.c.state == State.SUPPORTED.value)
    return sorted(set(tx.connection.scalars(asked)) | set(tx.connection.scalars(supporting)))


def open_cases(tx: Tx, only: Iterable[int] | None = None) -> dict[int, int]:
    """Count the cases each supporter has now."""
    query = (
        select(cases.c.supporter, func.count())
        .where(cases.c.state == State.SUPPORTED.value)
        .group_by(cases.c.supporter)
    )
    if only is not None:
        query = query.where(cases.c.supporter.in_(list(only)))
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _dump(supporter: Supporter) -> bytes:
    data = {part.name: getattr(supporter, part.name) for part in fields(supporter)}
    del data["user_id"]
    return json.dumps(data, default=_plain).encode()


def _plain(value: object) -> Any:
    match value:
        case frozenset():
            return sorted(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Hours():
            return [value.start.isoformat(), value.end.isoformat()]
    message = f"a roster holds no {type(value).__name__}"
    raise TypeError(message)


def _load(tx: Tx, user_id: int, sealed: bytes) -> Supporter:
    data = json.loads(tx.keyring.open_under(tx.keyring.own(ROSTER), sealed, f"supporter/{user_id}"))
    hours = data["hours"]
    back, trained = data["away_until"], data["trained_until"]
    training = data.get("training_on")  # since the desk has applications
    return Supporter(
        **data
        | {
            "user_id": user_id,
            "former_names": tuple(data["former_names"]),
            "languages": tuple(data["languages"]),
            "topics": None if data["topics"] is None else frozenset(data["topics"]),
            "channels": frozenset(data["channels"]),
            "background": frozenset(data["background"]),
            "avoid": frozenset(data["avoid"]),
            # Since the desk has a page of one's own; rows from before it have none of these.
            "avoid_names": tuple((i, name) for i, name in data.get("avoid_names", ())),
            "avoid_new": tuple(data.get("avoid_new", ())),
            "avoid_nobody": tuple(data.get("avoid_nobody", ())),
            "status": SupporterStatus(data["status"]),
            "hours": hours and Hours(*(time.fromisoformat(t) for t in hours)),
            "away_until": back and datetime.fromisoformat(back),
            "trained_until": trained and date.fromisoformat(trained),
            "training_on": training and date.fromisoformat(training),
        }
    )
