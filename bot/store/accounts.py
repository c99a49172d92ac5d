"""Links that prove an account: asked for at the desk by name, sent to that account by Wikimail.

The desk does not talk to the wiki: it writes the entered name down, sealed, and the worker looks up
whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import RowMapping

from bot.casework.effects import Door
from bot.store.keyring import ACCOUNTS, token_digest
from bot.store.schema import account_links, sign_ins
from bot.store.store import Tx

MOST_WAITING = 500
"""So many can wait at a door to be looked up: whoever floods a form fills a short list, no more."""
REFUSED, DROPPED = "sign-ins-refused", "sign-ins-dropped"
"""Counted for the operator: names that the full list did not take; links that got no mail."""


@dataclass(frozen=True)
class SignIn:
    """Somebody entered a name at a door, on a page in this language."""

    id: int
    door: Door
    name: str = field(repr=False)
    locale: str


@dataclass(frozen=True)
class AccountLink:
    """What an account's own link opens, and whose it is; `blocked` when it was sent, site-wide."""

    door: Door
    account: int
    name: str = field(repr=False)
    locale: str
    blocked: bool = False


def ask(tx: Tx, door: Door, name: str, locale: str, now: datetime) -> bool:
    """Write down that somebody asked for a link; False when too many wait at this door already.

    A flood at one door keeps nobody from another: coordinators get in to pause the network.
    """
    here = select(func.count()).select_from(sign_ins).where(sign_ins.c.door == door.value)
    if (tx.connection.scalar(here) or 0) >= MOST_WAITING:
        return False
    data = json.dumps({"name": name, "locale": locale}).encode()
    sealed = tx.keyring.seal_under(tx.keyring.own(ACCOUNTS), data, f"sign-in/{door.value}")
    tx.connection.execute(insert(sign_ins).values(door=door.value, sealed=sealed, made_at=now))
    return True


def waiting(tx: Tx) -> int:
    """Count the names that wait to be looked up."""
    return tx.connection.scalar(select(func.count()).select_from(sign_ins)) or 0


def asked(tx: Tx, limit: int) -> list[SignIn]:
    """List who asked for a link, in the order in which they came."""
    return [_asked(tx, row) for row in _waiting_rows(tx, limit, frozenset())]


def asked_apart(
    tx: Tx, limit: int, held: Collection[int]
) -> tuple[list[SignIn], dict[int, Exception]]:
    """List who asked for a link, without those held back; and why each cannot be read, if so."""
    found, broken = [], dict[int, Exception]()
    for row in _waiting_rows(tx, limit, held):
        try:
            found.append(_asked(tx, row))
        except Exception as error:  # noqa: BLE001 - told by who asks
            broken[row["id"]] = error
    return found, broken


def _waiting_rows(tx: Tx, limit: int, held: Collection[int]) -> Sequence[RowMapping]:
    query = select(sign_ins).where(sign_ins.c.id.not_in(held)).order_by(sign_ins.c.id).limit(limit)
    return tx.connection.execute(query).mappings().all()


def _asked(tx: Tx, row: RowMapping) -> SignIn:
    key = tx.keyring.own(ACCOUNTS)
    data = json.loads(tx.keyring.open_under(key, row["sealed"], f"sign-in/{row['door']}"))
    return SignIn(row["id"], Door(row["door"]), data["name"], data["locale"])


def answered(tx: Tx, ids: Iterable[int]) -> None:
    """Let go of the names that were looked up."""
    tx.erased = True
    tx.connection.execute(delete(sign_ins).where(sign_ins.c.id.in_(list(ids))))


def put_link(tx: Tx, token: str, link: AccountLink, *, now: datetime, expires_at: datetime) -> None:
    """Keep a new link by the digest of its token."""
    data = json.dumps({"name": link.name, "locale": link.locale, "blocked": link.blocked}).encode()
    about = f"account/{link.door.value}/{link.account}"
    tx.connection.execute(
        insert(account_links).values(
            digest=token_digest(token),
            door=link.door.value,
            account=link.account,
            sealed=tx.keyring.seal_under(tx.keyring.own(ACCOUNTS), data, about),
            made_at=now,
            expires_at=expires_at,
        )
    )


def find_link(tx: Tx, token: str, door: Door, now: datetime) -> AccountLink | None:
    """Find what a token opens at this door; None for one unknown or past its time."""
    query = select(account_links).where(
        account_links.c.digest == token_digest(token),
        account_links.c.door == door.value,
        account_links.c.expires_at > now,
    )
    row = tx.connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    about = f"account/{row['door']}/{row['account']}"
    data = json.loads(tx.keyring.open_under(tx.keyring.own(ACCOUNTS), row["sealed"], about))
    return AccountLink(door, row["account"], data["name"], data["locale"], data["blocked"])


def end_links(tx: Tx, door: Door, account: int) -> datetime | None:
    """Let every link of an account through this door die; return when the last would have.

    None where none was left.
    """
    these = (account_links.c.door == door.value, account_links.c.account == account)
    latest = select(account_links.c.expires_at).where(*these)
    last = tx.connection.scalar(latest.order_by(account_links.c.expires_at.desc()).limit(1))
    tx.connection.execute(delete(account_links).where(*these))
    return last


def forget_expired(tx: Tx, now: datetime, asked_before: datetime) -> int:
    """Drop links past their time, and names that nobody looked up in time; say how many."""
    gone = delete(account_links).where(account_links.c.expires_at <= now)
    old = delete(sign_ins).where(sign_ins.c.made_at <= asked_before)
    return sum(tx.connection.execute(query).rowcount for query in (gone, old))
