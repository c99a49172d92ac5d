"""Changing the master secret: every key in the store is wrapped anew, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from bot.store.keyring import OWN_KEYS, Keyring, WrongSecretError
from bot.store.schema import case_keys, page_keys
from bot.store.store import SECRET_CHECK, Store, get_setting, own_key_name, put_setting


@dataclass(frozen=True)
class Rewrapped:
    """How many keys are wrapped anew, and how many did not open and are as they were."""

    keys: int
    left: int


def rewrap(store: Store, new: Keyring) -> Rewrapped:
    """Wrap every key under the new master secret; the old opens nothing of these then.

    One that does not open keeps no other from it: a secret that was seen has to go.
    """
    old = store.keyring
    count = left = 0

    def anew(wrapped: bytes, about: str) -> bytes | None:
        nonlocal count, left
        try:
            key = old.unwrap(wrapped, about)
        except WrongSecretError:
            left += 1
            return None
        count += 1
        return new.wrap(key, about)

    with store.write() as tx:
        tx.erased = True  # the old wrappings must not stay in the log beside the database
        for key in tx.connection.execute(select(page_keys)).mappings().all():
            if key["wrapped"] is not None:
                about = f"page/{key['id']}"
                wrapped = anew(key["wrapped"], about) or key["wrapped"]
                place = page_keys.c.id == key["id"]
                tx.connection.execute(update(page_keys).where(place).values(wrapped=wrapped))
        for key in tx.connection.execute(select(case_keys)).mappings().all():
            about = f"{key['secret']}/{key['case_id']}/{key['supporter']}"
            wrapped = anew(key["wrapped"], about) or key["wrapped"]
            tx.connection.execute(
                update(case_keys)
                .where(
                    case_keys.c.case_id == key["case_id"],
                    case_keys.c.secret == key["secret"],
                    case_keys.c.supporter == key["supporter"],
                )
                .values(wrapped=wrapped)
            )
        for name in (SECRET_CHECK, *(own_key_name(purpose) for purpose in OWN_KEYS)):
            wrapped = bytes.fromhex(get_setting(tx, name) or "")
            put_setting(tx, name, new.wrap(old.unwrap(wrapped, name), name).hex())
            count += 1
    return Rewrapped(count, left)
