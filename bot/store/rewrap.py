"""Changing the master secret: every key in the store is wrapped anew, in one transaction."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.store.keyring import OWN_KEYS, Keyring
from bot.store.schema import case_keys, page_keys
from bot.store.store import SECRET_CHECK, Store, get_setting, own_key_name, put_setting


def rewrap(store: Store, new: Keyring) -> int:
    """Wrap every key under the new master secret and say how many; the old opens nothing then."""
    old = store.keyring
    count = 0
    with store.write() as tx:
        tx.erased = True  # the old wrappings must not stay in the log beside the database
        for key in tx.connection.execute(select(page_keys)).mappings().all():
            if key["wrapped"] is not None:
                about = f"page/{key['id']}"
                wrapped = new.wrap(old.unwrap(key["wrapped"], about), about)
                place = page_keys.c.id == key["id"]
                tx.connection.execute(update(page_keys).where(place).values(wrapped=wrapped))
                count += 1
        for key in tx.connection.execute(select(case_keys)).mappings().all():
            about = f"{key['secret']}/{key['case_id']}/{key['supporter']}"
            wrapped = new.wrap(old.unwrap(key["wrapped"], about), about)
            tx.connection.execute(
                update(case_keys)
                .where(
                    case_keys.c.case_id == key["case_id"],
                    case_keys.c.secret == key["secret"],
                    case_keys.c.supporter == key["supporter"],
                )
                .values(wrapped=wrapped)
            )
            count += 1
        for name in (SECRET_CHECK, *(own_key_name(purpose) for purpose in OWN_KEYS)):
            wrapped = bytes.fromhex(get_setting(tx, name) or "")
            put_setting(tx, name, new.wrap(old.unwrap(wrapped, name), name).hex())
            count += 1
    return count
