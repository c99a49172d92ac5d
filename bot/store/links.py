"""Links to the desk: only the SHA-256 of a token is kept, and when it stops opening anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.casework.effects import Door
from bot.store.keyring import token_digest
from bot.store.schema import account_links, links
from bot.store.store import Tx


@dataclass(frozen=True)
class Link:
    """What a token opens, for whom; `ended` says that it opens nothing any more."""

    door: Door
    case_id: int
    supporter: int | None
    expires_at: datetime | None
    ended: bool


def put(
    tx: Tx,
    digest: bytes,
    door: Door,
    case_id: int,
    *,
    supporter: int | None,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    """Keep a new link by the digest of its token."""
    tx.connection.execute(
        insert(links).values(
            digest=digest,
            door=door.value,
            case_id=case_id,
            supporter=supporter,
            made_at=now,
            expires_at=expires_at,
        )
    )


def find(tx: Tx, token: str, door: Door, now: datetime) -> Link | None:
    """Find what a token opens at this door; None for one unknown or past its time."""
    query = select(links).where(links.c.digest == token_digest(token))
    row = tx.connection.execute(query).mappings().one_or_none()
    if row is None or row["door"] != door.value:
        return None
    if row["expires_at"] is not None and row["expires_at"] <= now:
        return None
    return Link(
        door, row["case_id"], row["supporter"], row["expires_at"], row["ended_at"] is not None
    )


def taken(tx: Tx, digest: bytes) -> bool:
    """Say whether a link with this digest exists already."""
    return tx.connection.scalar(select(links.c.door).where(links.c.digest == digest)) is not None


def end_unsent(tx: Tx, digests: Iterable[bytes], now: datetime) -> None:
    """Let the links die that stood in a letter which certainly reached nobody, and no others."""
    these = list(digests)
    tx.connection.execute(
        update(links)
        .where(links.c.digest.in_(these), links.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    tx.connection.execute(delete(account_links).where(account_links.c.digest.in_(these)))


def end(tx: Tx, case_id: int, door: Door, now: datetime, supporter: int | None = None) -> None:
    """Let the links through one door of a case die, all together; with a supporter, theirs."""
    query = update(links).where(
        links.c.case_id == case_id, links.c.door == door.value, links.c.ended_at.is_(None)
    )
    if supporter is not None:
        query = query.where(links.c.supporter == supporter)
    tx.connection.execute(query.values(ended_at=now))
