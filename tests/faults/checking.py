"""The one checker of all fault tests: nothing lost, nothing doubled beyond what was unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.casework.effects import Role
from bot.casework.states import LIVE, Outcome, State
from bot.request.request import EnvelopeOutcome
from bot.store import cases as stored_cases
from bot.store.outbox import RowState
from bot.store.schema import cases, messages, offers, outbox
from bot.store.store import Store

_REF = re.compile(r"\[([0-9A-Z]{4})-([0-9A-Z]{4})\]")
_OUTCOMES = {outcome.value for outcome in EnvelopeOutcome}
POSTS_AT_MOST = 2
ANYBODY = "anybody"
_LIVE = {state.value for state in LIVE}


@dataclass(frozen=True)
class Delivered:
    """A mail as it arrived: whose mailbox, and its subject."""

    to: str
    subject: str

    @property
    def ref(self) -> str:
        """The reference in its subject; empty where there is none."""
        found = _REF.search(self.subject)
        return "" if found is None else found[1] + found[2]


@dataclass(frozen=True)
class World:
    """What really happened outside: who asked (reference → name), what arrived, who has which id.

    `envelopes` is how many different ones were put on the page.
    """

    asked: Mapping[str, str]
    delivered: Iterable[Delivered]
    names: Mapping[int, str]
    coordinators: Iterable[str] = ("Coral",)
    envelopes: int | None = None


@dataclass
class Tally:
    """What a run came to; `wrong` says in words what should not be."""

    cases: int = 0
    mails: int = 0
    lost: int = 0
    doubled: int = 0
    leaked: int = 0
    wrong: list[str] = field(default_factory=list)

    def line(self, what: str, runs: int) -> str:
        """Say it in one line."""
        counts = f"lost {self.lost}, doubled {self.doubled}, leaked {self.leaked}"
        return f"{what}: run {runs}, cases {self.cases}, mails {self.mails}: {counts}"


def check(store: Store, now: datetime, world: World) -> Tally:
    """Hold the store against the world."""
    with store.read() as tx:
        found = [dict(row) for row in tx.connection.execute(select(cases)).mappings()]
        asked = [dict(row) for row in tx.connection.execute(select(offers)).mappings()]
        read = [dict(row) for row in tx.connection.execute(select(messages)).mappings()]
        rows = [dict(row) for row in tx.connection.execute(select(outbox)).mappings()]
        open_ones = [row["id"] for row in found if row["state"] != State.CLOSED.value]
        nameless = [one for one in open_ones if stored_cases.identity_of(tx, one) is None]
    tally = Tally(cases=len(found))
    tally.wrong += [f"case {one} is open and its requester unknown" for one in nameless]
    _envelopes(tally, read, world)
    _cases(tally, found, asked, now, world)
    _mails(tally, rows, found, world)
    return tally


def _envelopes(tally: Tally, read: list[dict[str, Any]], world: World) -> None:
    """Every envelope has one outcome; copies of it are duplicates, and nothing else is."""
    kinds = Counter(row["outcome"] for row in read)
    tally.wrong += [f"{kind} is no outcome" for kind in kinds if kind not in _OUTCOMES]
    counted = Counter(
        row["digest"]
        for row in read
        if row["digest"] and row["outcome"] in {"request", "decoy", "invalid"}
    )
    tally.doubled += sum(times - 1 for times in counted.values())
    if world.envelopes is not None:
        known = sum(kinds[kind] for kind in kinds if kind != "duplicate")
        tally.lost += max(0, world.envelopes - known)
        if known > world.envelopes:
            tally.wrong.append(f"{world.envelopes} envelopes have {known} outcomes")


def _cases(
    tally: Tally,
    found: list[dict[str, Any]],
    asked: list[dict[str, Any]],
    now: datetime,
    world: World,
) -> None:
    """Every request is one case, every case in one state that fits what else is known of it."""
    refs = Counter(row["ref"] for row in found)
    tally.lost += sum(1 for ref in world.asked if ref not in refs)
    live = {row["case_id"] for row in asked if row["state"] in _LIVE}
    for row in found:
        state, ref = State(row["state"]), row["ref"]
        if (state is State.CLOSED) != (row["due_at"] is None):
            tally.wrong.append(f"{ref} is {state.value}, due {row['due_at']}")
        if (state is State.CLOSED) != (row["outcome"] is not None):
            tally.wrong.append(f"{ref} is {state.value} with outcome {row['outcome']}")
        if row["outcome"] is not None:
            Outcome(row["outcome"])
        if (state is State.SUPPORTED) != (row["supporter"] is not None):
            tally.wrong.append(f"{ref} is {state.value}, supporter {row['supporter']}")
        if (state is State.OFFERED) != (row["id"] in live):
            tally.wrong.append(f"{ref} is {state.value}, live offers: {row['id'] in live}")
        if row["due_at"] is not None and row["due_at"] <= now:
            tally.wrong.append(f"{ref} was due and nothing came of it")


def _mails(
    tally: Tally, rows: list[dict[str, Any]], found: list[dict[str, Any]], world: World
) -> None:
    """Every row has ended; what was sent arrived, and twice only what nobody could know of.

    What a supporter was sent about a closed case no longer says which, so it is counted together;
    so is what went to those who only wrote on the page, or asked for a link.
    """
    refs = {row["id"]: row["ref"] for row in found}
    closed = {row["ref"] for row in found if row["state"] == State.CLOSED.value}
    arrived: Counter[tuple[str, str]] = Counter()
    coordinators = set(world.coordinators)
    for mail in world.delivered:
        about = "" if mail.to in coordinators else mail.ref
        if about in closed and world.asked.get(about) != mail.to:
            about = ""
        passing = not mail.ref and mail.to not in coordinators
        arrived[(ANYBODY if passing else mail.to, about)] += 1
    tally.mails = sum(arrived.values())
    sent: Counter[tuple[str, str]] = Counter()
    repeats: Counter[tuple[str, str]] = Counter()
    for row in rows:
        state, ref = RowState(row["state"]), refs.get(row["case_id"], "")
        if state is RowState.POSTING:
            tally.wrong.append(f"{row['kind']} of {ref} was left half-way")
        if row["posts"] > POSTS_AT_MOST:
            tally.wrong.append(f"{row['kind']} of {ref} was posted {row['posts']} times")
        if state not in {RowState.SENT, RowState.UNKNOWN}:
            continue
        if ref in closed and Role(row["role"]) is not Role.REQUESTER:
            ref = ""
        key = _reader(row, ref, world)
        sent[key] += 1
        repeats[key] += row["posts"] - 1
    for key in sent | arrived:
        tally.lost += max(0, sent[key] - arrived[key])
        more = arrived[key] - sent[key]
        tally.doubled += max(0, more)
        if more > repeats[key]:
            tally.wrong.append(f"{arrived[key]} mails for {sent[key]} rows of {key[1]}")


def _reader(row: Mapping[str, Any], ref: str, world: World) -> tuple[str, str]:
    if row["coordinator"]:
        return row["coordinator"], ""
    if Role(row["role"]) in {Role.AUTHOR, Role.ACCOUNT}:
        return ANYBODY, ""
    if Role(row["role"]) is Role.REQUESTER:
        return world.asked.get(ref, "?"), ref
    return world.names.get(row["recipient"], "?"), ref


def leaks(texts: Iterable[str | bytes], markers: Iterable[str]) -> int:
    """Count the markers found in what was written, whatever their letter case."""
    wanted = [marker.lower().encode() for marker in markers]
    raws = (text if isinstance(text, bytes) else text.encode() for text in texts)
    return sum(marker in raw for raw in map(bytes.lower, raws) for marker in wanted)
