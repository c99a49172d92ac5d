"""From an application to an active supporter: trained in cohorts, told at each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.casework.effects import MailKind, Role
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import CasePolicy
from bot.store import cases, outbox, roster
from bot.store.store import Tx

ROOM_FOR_CODES = 60
NOT_YET = frozenset({SupporterStatus.APPLIED, SupporterStatus.TRAINING})


def into_training(
    tx: Tx,
    user_ids: Iterable[int],
    *,
    cohort: str,
    training_on: date | None,
    trained_until: date | None,
    now: datetime,
) -> int:
    """Put people who applied into a cohort; say how many that were."""
    applied = _those(tx, user_ids, SupporterStatus.APPLIED)
    for one in applied:
        changed = replace(
            one,
            status=SupporterStatus.TRAINING,
            cohort=cohort,
            training_on=training_on,
            trained_until=trained_until,
        )
        roster.put(tx, changed, now)
        _tell(tx, one, MailKind.IN_TRAINING, now)
    return len(applied)


def training_is_over(one: Supporter, now: datetime) -> bool:
    """Say whether the day of somebody's training has come; without a day it is for others to say.

    Nobody becomes active before it.
    """
    today = now.astimezone(UTC).date()
    return one.training_on is None or one.training_on <= today


def activate(tx: Tx, user_ids: Iterable[int], now: datetime) -> int:
    """Let people who took part in their training be asked from now on; say how many."""
    ready = [
        one for one in _those(tx, user_ids, SupporterStatus.TRAINING) if training_is_over(one, now)
    ]
    for one in ready:
        roster.put(tx, replace(one, status=SupporterStatus.ACTIVE), now)
        _tell(tx, one, MailKind.TRAINED, now)
    if ready:
        roster.look_again(tx, now)
    return len(ready)


def decline(tx: Tx, user_ids: Iterable[int], *, now: datetime, policy: CasePolicy) -> int:
    """Erase people who applied, or were being trained; say how many that were."""
    declined = [one for i in set(user_ids) if (one := roster.get(tx, i)) is not None]
    declined = [one for one in declined if one.status in NOT_YET]
    for one in declined:
        cases.leave(tx, one.user_id, now=now, policy=policy)
        roster.remove(tx, one.user_id)
        outbox.put_to_account(
            tx,
            MailKind.APPLICATION_DECLINED,
            Role.ACCOUNT,
            one.user_id,
            now,
            locale=_codes(one.languages),
        )
    return len(declined)


def ask_again(tx: Tx, user_ids: Iterable[int], now: datetime) -> int:
    """End the pause of supporters; say how many were paused."""
    paused = _those(tx, user_ids, SupporterStatus.PAUSED)
    for one in paused:
        roster.put(tx, replace(one, status=SupporterStatus.ACTIVE), now)
        _tell(tx, one, MailKind.ASKED_AGAIN, now)
    if paused:
        roster.look_again(tx, now)
    return len(paused)


def _those(tx: Tx, user_ids: Iterable[int], status: SupporterStatus) -> list[Supporter]:
    found = [one for i in sorted(set(user_ids)) if (one := roster.get(tx, i)) is not None]
    return [one for one in found if one.status is status]


def _tell(tx: Tx, one: Supporter, kind: MailKind, now: datetime) -> None:
    outbox.put_to_account(tx, kind, Role.SUPPORTER, one.user_id, now)


def _codes(languages: Sequence[str]) -> str:
    """Write down as many of somebody's languages as there is room for, the first one at least."""
    codes = languages[0]
    for code in languages[1:]:
        codes = f"{codes} {code}" if len(f"{codes} {code}") <= ROOM_FOR_CODES else codes
    return codes
