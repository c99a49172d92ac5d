"""Page keys: a new one every day; an old one is destroyed once all that it sealed was read."""

from __future__ import annotations

import binascii
from datetime import datetime, timedelta

from bot.network import Network
from bot.network_state import is_ending
from bot.request.envelope import new_private_key, private_bytes, public_bytes
from bot.store import intake
from bot.store.intake import KeyState
from bot.store.lifetimes import GRACE_HOURS
from bot.store.store import READ_UNTIL, Tx, get_setting

NEW_KEY_EVERY = timedelta(hours=24)
GRACE = timedelta(hours=GRACE_HOURS)


def rotate(network: Network) -> bool:
    """Make today's key when there is none, and destroy what is past its time and read."""
    now = network.clock()
    with network.store.write() as tx:
        if is_ending(tx):
            return False  # `wind-down` destroys them all
        keys = intake.keys(tx)
        fresh = any(
            key.made_at > now - NEW_KEY_EVERY and intake.may_be_published(key, now) for key in keys
        )
        if not fresh:
            make_key(network, tx, now)
        read_until = get_setting(tx, READ_UNTIL)
        gone = [
            key
            for key in keys
            # One that does not open goes at its time as well, and not before: it may be mended.
            if key.state is not KeyState.DESTROYED
            and key.expires_at + GRACE <= now
            # After an outage the page is read first, however long that takes.
            and read_until is not None
            and datetime.fromisoformat(read_until) >= key.expires_at + GRACE
        ]
        for key in gone:
            intake.destroy_key(tx, key.id, now)
    return bool(gone) or not fresh


def make_key(network: Network, tx: Tx, now: datetime) -> str:
    """Make a page key pair and give its id."""
    private = new_private_key()
    key_id = "k" + binascii.hexlify(network.random_bytes(5)).decode()
    intake.put_key(
        tx,
        key_id,
        public_bytes(private),
        private_bytes(private),
        made_at=now,
        expires_at=now + timedelta(hours=network.config.retention.page_key_hours),
    )
    return key_id
