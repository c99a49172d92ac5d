"""What was set aside because it went wrong: tried again later, while everything else goes on.

Kept by kind and number alone, with the kind and the place of the fault or the wiki's own code:
never a value, which could be what somebody wrote.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.patience import before_again
from bot.store.store import Tx, get_setting, put_setting

ASIDE = "set-aside"
MOST = 500
"""So many are told apart; beyond that a whole kind waits, under the number `ALL`."""
ALL = -1
STEPS = (
    "take_in",
    "rotate",
    "publish",
    "know_coordinators",
    "sign_in",
    "avoid_lists",
    "offer",
    "deliver",
    "follow_up",
    "relieve",
    "tidy",
    "watch",
    "alarm",
    "purge",
    "forget_copies",
)
"""The steps by their numbers, which are stored: new ones come at the end."""
ENDS_AFTER = timedelta(hours=3)
"""What nobody tried again so long after its time is no more: the letter ended, the case closed."""
_REASON_CHARACTERS = 60


@enum.unique
class Kind(enum.Enum):
    """What can be set aside."""

    LETTER = "letter"  # a row of the outbox that cannot be written, or told to its case
    REFUSED = "refused letter"  # a row of the outbox that the wiki does not take now
    CASE = "case"
    SUPPORTER = "supporter"  # by user id
    SIGN_IN = "sign-in"
    DELETION = "deletion"  # one of the kinds of things that have come to their end
    STEP = "step"  # by its place in `STEPS`

    @property
    def is_fault(self) -> bool:
        """Say whether it is a fault of ours, rather than the wiki's word."""
        return self is not Kind.REFUSED


@dataclass(frozen=True)
class Aside:
    """One thing that went wrong so many times since then, and when it is tried again."""

    kind: Kind
    number: int
    reason: str
    times: int
    since: datetime
    again_at: datetime


def step_of(one: Aside) -> str | None:
    """Name the step that was set aside; None for all else, and for what is no step here."""
    is_one = one.kind is Kind.STEP and 0 <= one.number < len(STEPS)
    return STEPS[one.number] if is_one else None


def put(tx: Tx, kind: Kind, number: int, reason: str, now: datetime) -> Aside:
    """Set something aside, once more or for the first time, and say until when."""
    kept = {(one.kind, one.number): one for one in everything(tx, now)}
    if (kind, number) not in kept and len(kept) >= MOST:
        number = ALL
    before = kept.get((kind, number))
    times = before.times + 1 if before else 1
    since = before.since if before else now
    made = Aside(kind, number, reason[:_REASON_CHARACTERS], times, since, now + before_again(times))
    kept[kind, number] = made
    _write(tx, list(kept.values()))
    return made


def done(tx: Tx, kind: Kind, number: int, now: datetime) -> bool:
    """Note that it went well after all; False where it was not set aside."""
    kept = everything(tx, now)
    left = [one for one in kept if (one.kind, one.number) not in {(kind, number), (kind, ALL)}]
    if len(left) == len(kept):
        return False
    _write(tx, left)
    return True


def everything(tx: Tx, now: datetime) -> list[Aside]:
    """List what is set aside now, the oldest first."""
    rows = json.loads(get_setting(tx, ASIDE) or "[]")
    kept = [_read(*row) for row in rows]
    return [one for one in kept if now - one.again_at < ENDS_AFTER]


def held(tx: Tx, kind: Kind, now: datetime) -> frozenset[int]:
    """Give the numbers of what is not to be tried yet; `ALL` among them: none of the kind."""
    return frozenset(
        one.number for one in everything(tx, now) if one.kind is kind and now < one.again_at
    )


def _write(tx: Tx, kept: list[Aside]) -> None:
    rows = [
        [
            one.kind.value,
            one.number,
            one.reason,
            one.times,
            _seconds(one.since),
            _seconds(one.again_at),
        ]
        for one in kept
    ]
    put_setting(tx, ASIDE, json.dumps(rows, separators=(",", ":")))


def _read(kind: str, number: int, reason: str, times: int, since: int, again_at: int) -> Aside:
    return Aside(Kind(kind), number, reason, times, _moment(since), _moment(again_at))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
