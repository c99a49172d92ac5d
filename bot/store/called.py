"""What people are called now: who was renamed is followed, and held against avoid lists again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from bot.casework.events import Declined, HandedBack
from bot.casework.matching import RosterIndex, resolve_avoid
from bot.casework.states import LIVE, CasePolicy, State
from bot.store import cases, roster
from bot.store.schema import cases as case_table
from bot.store.schema import offers
from bot.store.store import Tx, get_setting, put_setting

_LOOKED_AT = "relieved-at"


class Named(Protocol):
    """An account as the wiki knows it now."""

    @property
    def name(self) -> str: ...  # noqa: D102


def looked_at(tx: Tx) -> datetime | None:
    """Say when all who take part in a supported case were looked up last."""
    at = get_setting(tx, _LOOKED_AT)
    return None if at is None else datetime.fromisoformat(at)


def note_look(tx: Tx, now: datetime) -> None:
    """Note that they were looked up."""
    put_setting(tx, _LOOKED_AT, now.isoformat())


def requesters(tx: Tx) -> tuple[dict[int, int], dict[int, Exception]]:
    """Give the user ids of those who asked, by the cases in which somebody supports them.

    And why it cannot be read who asked, by the cases of which that is so.
    """
    supported = select(case_table.c.id).where(case_table.c.state == State.SUPPORTED.value)
    found, broken = dict[int, int](), dict[int, Exception]()
    for case_id in tx.connection.scalars(supported).all():
        try:
            who = cases.identity_of(tx, case_id)
        except Exception as error:  # noqa: BLE001 - told by who asks
            broken[case_id] = error
        else:
            if who is not None:
                found[case_id] = who.user_id
    return found, broken


def requester_is_called(tx: Tx, case_id: int, account: Named | None) -> bool:
    """Keep what the account of who asked is called now, None for one that is no more."""
    return cases.rename_identity(tx, case_id, "" if account is None else account.name)


def supporters_are_called(tx: Tx, accounts: Mapping[int, Named], now: datetime) -> set[int]:
    """Keep what these accounts are called now, as far as they are supporters; say who is new."""
    return {i for i, account in accounts.items() if roster.rename(tx, i, account.name, now)}


def is_avoided(tx: Tx, case_id: int, supporter_id: int) -> bool:
    """Say whether who asked named this supporter among those who must not know, by any name."""
    who, one = cases.identity_of(tx, case_id), roster.get(tx, supporter_id)
    if who is None or one is None:
        return False
    return supporter_id in resolve_avoid(who.avoid, RosterIndex([one]))


def part_from_avoided(tx: Tx, renamed: Iterable[int], *, now: datetime, policy: CasePolicy) -> int:
    """End what the renamed have on their hands for somebody who avoids their new name."""
    parted = 0
    for supporter in renamed:
        live = select(offers.c.case_id).where(
            offers.c.supporter == supporter, offers.c.state.in_([one.value for one in LIVE])
        )
        theirs = select(case_table.c.id).where(
            case_table.c.supporter == supporter, case_table.c.state == State.SUPPORTED.value
        )
        for query, event in ((live, Declined(supporter)), (theirs, HandedBack(supporter))):
            for case_id in tx.connection.scalars(query).all():
                if is_avoided(tx, case_id, supporter):
                    cases.happened(tx, case_id, event, now=now, policy=policy)
                    parted += 1
    return parted
