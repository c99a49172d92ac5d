"""What was read of the intake page: revisions seen, messages recorded, keys published."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from bot.request.limits import KEY_HOURS
from bot.request.request import EnvelopeOutcome
from bot.store.keyring import WrongSecretError
from bot.store.schema import messages, page_keys, revisions
from bot.store.store import Tx

KEY_UNREADABLE = "key_unreadable"
"""Why a message waits: its key is there, and does not open now."""


@enum.unique
class KeyState(enum.Enum):
    """What can be done with a page key."""

    OPENS = "opens"
    UNREADABLE = "unreadable"  # damaged, or wrapped under another secret; a backup may mend it
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class PageKey:
    """A key pair of the key page; `private` is None where it does not open, or was destroyed."""

    id: str
    public: bytes
    private: bytes | None
    made_at: datetime
    expires_at: datetime
    destroyed_at: datetime | None
    state: KeyState = KeyState.OPENS


LONGEST_KEY: Final = timedelta(hours=KEY_HOURS)


def may_be_published(key: PageKey, now: datetime) -> bool:
    """Say whether the form would seal to a key: it opens, has not ended, and ends soon enough."""
    return key.private is not None and now < key.expires_at <= now + LONGEST_KEY


def put_key(
    tx: Tx, key_id: str, public: bytes, private: bytes, *, made_at: datetime, expires_at: datetime
) -> None:
    """Keep a new key pair; the private half is wrapped. One with a longer life is refused."""
    if expires_at - made_at > LONGEST_KEY:
        message = "A page key lives three days at most"
        raise ValueError(message)
    tx.connection.execute(
        insert(page_keys).values(
            id=key_id,
            public=public,
            wrapped=tx.keyring.wrap(private, f"page/{key_id}"),
            made_at=made_at,
            expires_at=expires_at,
        )
    )


def keys(tx: Tx) -> list[PageKey]:
    """List every key ever published, newest first; one that does not open keeps none from it."""
    query = select(page_keys).order_by(page_keys.c.made_at.desc(), page_keys.c.id)
    return [_key(tx, row) for row in tx.connection.execute(query).mappings()]


def _key(tx: Tx, row: RowMapping) -> PageKey:
    state, private = KeyState.DESTROYED, None
    if row["wrapped"] is not None:
        try:
            private = tx.keyring.unwrap(row["wrapped"], f"page/{row['id']}")
            state = KeyState.OPENS
        except WrongSecretError:
            state = KeyState.UNREADABLE
    return PageKey(
        id=row["id"],
        public=row["public"],
        private=private,
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        destroyed_at=row["destroyed_at"],
        state=state,
    )


def unreadable_keys(tx: Tx) -> dict[str, int]:
    """Give the keys that do not open, by their ids, with how many messages wait for each."""
    closed = [key.id for key in keys(tx) if key.state is KeyState.UNREADABLE]
    return {key_id: _waiting_for(tx, key_id) for key_id in closed}


def _waiting_for(tx: Tx, key_id: str) -> int:
    these = (messages.c.key_id == key_id, messages.c.reason == KEY_UNREADABLE)
    return tx.connection.scalar(select(func.count()).select_from(messages).where(*these)) or 0


def waited_for_key(tx: Tx) -> dict[int, set[int]]:
    """Give the places, by revision, of the messages that waited for a key that opens again."""
    opens = [key.id for key in keys(tx) if key.state is KeyState.OPENS]
    these = (messages.c.reason == KEY_UNREADABLE, messages.c.key_id.in_(opens))
    found: dict[int, set[int]] = {}
    for row in tx.connection.execute(select(messages.c.revid, messages.c.place).where(*these)):
        found.setdefault(row.revid, set()).add(row.place)
    return found


def destroy_key(tx: Tx, key_id: str, now: datetime) -> None:
    """Destroy the private half of a key, and the hashes of what was sealed to it."""
    tx.erased = True
    tx.connection.execute(
        update(page_keys).where(page_keys.c.id == key_id).values(wrapped=None, destroyed_at=now)
    )
    tx.connection.execute(update(messages).where(messages.c.key_id == key_id).values(digest=None))


def first_key(tx: Tx) -> datetime | None:
    """Say when the first key was made: reading begins there."""
    query = select(page_keys.c.made_at).order_by(page_keys.c.made_at)
    return tx.connection.scalar(query.limit(1))


def seen_revisions(tx: Tx, revids: Iterable[int]) -> set[int]:
    """Say which of these revisions were read or recorded as unreadable."""
    query = select(revisions.c.revid).where(revisions.c.revid.in_(list(revids)))
    return set(tx.connection.scalars(query))


def unreadable_revisions(tx: Tx, revids: Iterable[int]) -> set[int]:
    """Say which of these revisions were recorded as unreadable."""
    query = select(revisions.c.revid).where(
        revisions.c.revid.in_(list(revids)), revisions.c.readable.is_(False)
    )
    return set(tx.connection.scalars(query))


def newest_revision(tx: Tx) -> int | None:
    """Give the newest revision that was seen, by the order in which they were saved."""
    query = select(revisions.c.revid).order_by(
        revisions.c.saved_at.desc(), revisions.c.revid.desc()
    )
    return tx.connection.scalar(query.limit(1))


def newest_saved_at(tx: Tx) -> datetime | None:
    """Say when the newest revision that was seen was saved."""
    query = select(revisions.c.saved_at).order_by(revisions.c.saved_at.desc())
    return tx.connection.scalar(query.limit(1))


def saw_revision(tx: Tx, revid: int, *, saved_at: datetime, readable: bool, now: datetime) -> bool:
    """Note that a revision was seen, and say whether it was for the first time."""
    again = tx.connection.execute(
        update(revisions).where(revisions.c.revid == revid).values(read_at=now, readable=readable)
    )
    if again.rowcount:
        return False
    tx.connection.execute(
        insert(revisions).values(revid=revid, saved_at=saved_at, read_at=now, readable=readable)
    )
    return True


def forget_revisions(tx: Tx, saved_before: datetime, but: int | None) -> int:
    """Delete the revisions older than the window and return how many; the newest stays.

    The next look begins there.
    """
    old = (revisions.c.saved_at < saved_before, revisions.c.revid != (but or 0))
    return tx.connection.execute(delete(revisions).where(*old)).rowcount


def seen_digests(
    tx: Tx, digests: Iterable[bytes], since: datetime | None = None
) -> dict[bytes, EnvelopeOutcome]:
    """Give what messages with these digests were last found to be, duplicates aside."""
    query = (
        select(messages.c.digest, messages.c.outcome)
        .where(
            messages.c.digest.in_(list(digests)),
            # A duplicate must never take the place of what was found out before it.
            messages.c.outcome != EnvelopeOutcome.DUPLICATE.value,
            *([] if since is None else [messages.c.recorded_at >= since]),
        )
        .order_by(messages.c.id)
    )
    return {row.digest: EnvelopeOutcome(row.outcome) for row in tx.connection.execute(query)}


def record_message(
    tx: Tx,
    *,
    revid: int,
    place: int,
    sealed: bool,
    digest: bytes | None,
    key_id: str | None,
    outcome: EnvelopeOutcome,
    reason: str,
    now: datetime,
) -> None:
    """Record what became of one message on the page, once."""
    tx.connection.execute(
        insert(messages).values(
            revid=revid,
            place=place,
            sealed_envelope=sealed,
            digest=digest,
            key_id=key_id,
            outcome=outcome.value,
            reason=reason,
            recorded_at=now,
        )
    )


def record_again(
    tx: Tx, revid: int, place: int, *, outcome: EnvelopeOutcome, reason: str, now: datetime
) -> None:
    """Record what became of a message that had waited."""
    this = (messages.c.revid == revid, messages.c.place == place)
    values = {"outcome": outcome.value, "reason": reason, "recorded_at": now}
    tx.connection.execute(update(messages).where(*this).values(values))


def message_counts(tx: Tx) -> dict[str, int]:
    """Count the messages by what became of them."""
    query = select(messages.c.outcome, func.count()).group_by(messages.c.outcome)
    return {row[0]: row[1] for row in tx.connection.execute(query)}
