"""Keeping the key page as it should be; a request to the wiki only when something changed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from bot.network import Network, paused
from bot.publishing.key_page import BANDS_STAY, Bands, PublicKey, bands, key_page, usual_wait
from bot.steps.take_in import INTAKE_TROUBLE
from bot.store import asking, intake, roster
from bot.store.store import BANDS, MAIL_PAGE, Tx, get_setting, put_setting
from bot.wiki import pages

PUBLISHED = "published"
BANDS_AT = "bands-at"
SUMMARY = "Bot: keys and settings of the peer support network"


def key_page_title(network: Network) -> str:
    """Give the title of the bot's own public page."""
    return f"User:{network.wiki.user}/peer-support.json"


def publish(network: Network) -> bool:
    """Save the key page when it differs from what was published last."""
    now = network.clock()
    with network.store.write() as tx:
        text = wanted_text(network, tx, now)
        before = get_setting(tx, PUBLISHED)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest == before:
        return False
    saving, code = pages.save(network.wiki, key_page_title(network), text, SUMMARY, model="json")
    if saving not in {pages.Saving.SAVED, pages.Saving.UNCHANGED}:
        raise KeyPageError(code)
    with network.store.write() as tx:
        put_setting(tx, PUBLISHED, digest)
        put_setting(tx, MAIL_PAGE, network.wiki.address_of("Special:EmailUser/NAME"))
    return True


class KeyPageError(Exception):
    """The wiki did not let the bot save its own key page; the code is the wiki's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def wanted_text(network: Network, tx: Tx, now: datetime) -> str:
    """Give the text that the key page should have now."""
    keys = [
        PublicKey(key.id, key.public, key.expires_at)
        for key in intake.keys(tx)
        if key.private is not None and key.expires_at > now
    ]
    return key_page(
        network.config,
        wiki_id=network.wiki.wiki_id,
        intake=network.intake.title,
        help_page=network.wiki.full_title(network.config.wiki.landing),
        is_open=not paused(tx) and not get_setting(tx, INTAKE_TROUBLE),
        keys=keys,
        roster=_bands(network, tx, now),
        wait=usual_wait(asking.waits(tx)),
    )


def _bands(network: Network, tx: Tx, now: datetime) -> Bands:
    """Give the published bands, changed once a week at most: a change tells who came or went."""
    kept = get_setting(tx, BANDS)
    at = get_setting(tx, BANDS_AT)
    if kept is not None and at is not None:
        old = Bands(**json.loads(kept))
        # An empty roster tells nothing, so its end need not wait.
        if old.languages and now - datetime.fromisoformat(at) < BANDS_STAY:
            return old
    new = bands(roster.everybody(tx), [channel.id for channel in network.config.channels])
    text = json.dumps({"languages": dict(new.languages), "reach": dict(new.reach)})
    if text != kept:
        put_setting(tx, BANDS, text)
        put_setting(tx, BANDS_AT, now.isoformat())
    return new
