"""Keeping the key page as it should be; a request to the wiki only when something changed.

What others do to it is found by the watch, four times an hour, and by whoever runs a command that
publishes: both ask for it to be saved anew here.
"""

from __future__ import annotations

import json
from datetime import datetime

from bot.network import Network
from bot.network_state import network_state
from bot.publishing.key_page import (
    BANDS_STAY,
    TOLD_FROM,
    Bands,
    PublicKey,
    bands,
    key_page,
    usual_wait,
    without_a_few,
)
from bot.publishing.key_page_standing import (
    MODEL,
    KeyPageStanding,
    digest,
    said_otherwise,
    standing_of,
)
from bot.steps.take_in import INTAKE_TROUBLE
from bot.steps.tampered import note_mended
from bot.store import asking, intake, roster
from bot.store.store import BANDS, MAIL_PAGE, RENEW, Tx, get_setting, put_setting
from bot.wiki import pages
from bot.wiki.survey import StandingPage, survey

PUBLISHED = "published"
SAVING = "key-page-saving"
"""The digest of the text that is being saved; a worker that died then saves it again."""
BANDS_AT = "bands-at"
SUMMARY = "Bot: keys and settings of the peer support network"


def key_page_title(network: Network) -> str:
    """Give the title of the bot's own public page."""
    return f"User:{network.wiki.user}/peer-support.json"


def publish(network: Network) -> bool:
    """Save the key page when it differs from what was saved last, or was found wrong since."""
    now, title = network.clock(), key_page_title(network)
    with network.store.write() as tx:
        text = wanted_text(network, tx, now)
        before, renewing = get_setting(tx, PUBLISHED), bool(get_setting(tx, RENEW))
        if digest(text) == before and not renewing:
            return False
        put_setting(tx, SAVING, digest(text))  # for whoever looks at the page meanwhile
    if _save(network, title, text) is pages.Saving.UNCHANGED and renewing:
        # Another account saved this very text last, and only another text makes a revision.
        _save(network, title, said_otherwise(text))
    with network.store.write() as tx:
        put_setting(tx, PUBLISHED, digest(text))
        put_setting(tx, SAVING, "")
        put_setting(tx, MAIL_PAGE, network.wiki.address_of("Special:EmailUser/NAME"))
        if renewing:
            put_setting(tx, RENEW, "")
            note_mended(tx, title, now)
    return True


def _save(network: Network, title: str, text: str) -> pages.Saving:
    saving, code = pages.save(network.wiki, title, text, SUMMARY, model=MODEL)
    if saving not in {pages.Saving.SAVED, pages.Saving.UNCHANGED}:
        raise KeyPageError(code)
    return saving


def look_at_key_page(network: Network) -> KeyPageStanding:
    """Look at the page on the wiki, in one request; what is wrong is saved anew by `publish`."""
    title = key_page_title(network)
    with network.store.read() as tx:
        before = get_setting(tx, PUBLISHED)
    found = survey(network.wiki, [title], network.wiki.user)
    with network.store.write() as tx:
        if get_setting(tx, PUBLISHED) != before:
            return KeyPageStanding.AS_SAVED  # a worker beside this has saved it meanwhile
        return judge_key_page(tx, found.pages[title], found.bot_id)


def judge_key_page(tx: Tx, there: StandingPage, bot_id: int) -> KeyPageStanding:
    """Say how the page stands, and let it be saved anew where it should be."""
    how = standing_of(
        there.text,
        there.model,
        by_bot=there.user_id == bot_id,
        saved=_saved(tx),
    )
    if how.wants_saving:
        put_setting(tx, RENEW, "yes")
    return how


def _saved(tx: Tx) -> frozenset[str]:
    published = get_setting(tx, PUBLISHED)
    return frozenset({published, get_setting(tx, SAVING) or published} if published else ())


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
        if intake.may_be_published(key, now)
    ]
    return key_page(
        network.config,
        wiki_id=network.wiki.wiki_id,
        intake=network.intake.title,
        help_page=network.wiki.full_title(network.config.wiki.landing),
        is_open=network_state(tx).acts and not get_setting(tx, INTAKE_TROUBLE),
        keys=keys,
        roster=_bands(network, tx, now),
        wait=usual_wait(asking.waits(tx)),
    )


def _bands(network: Network, tx: Tx, now: datetime) -> Bands:
    """Give the published bands, changed once a week at most: a change tells who came or went."""
    kept = get_setting(tx, BANDS)
    at = get_setting(tx, BANDS_AT)
    if kept is not None and at is not None:
        read = json.loads(kept)
        old = Bands(read["languages"], read["reach"])
        if read.get("told_from") != TOLD_FROM:
            old = without_a_few(old)
        # An empty roster tells nothing, so its end need not wait.
        if old.languages and now - datetime.fromisoformat(at) < BANDS_STAY:
            return old
    new = bands(roster.everybody(tx), [channel.id for channel in network.config.channels])
    facts = {"languages": dict(new.languages), "reach": dict(new.reach), "told_from": TOLD_FROM}
    text = json.dumps(facts)
    if text != kept:
        put_setting(tx, BANDS, text)
        put_setting(tx, BANDS_AT, now.isoformat())
    return new
