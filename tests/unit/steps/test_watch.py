"""The tamper watch on a fake wiki: what counts, what it does about it, and how often it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.network import TAMPERED, paused
from bot.publishing.published import facts_of
from bot.publishing.release import KeptBy, ReleasePage, pages
from bot.steps.publish import key_page_title, publish
from bot.steps.watch import watch
from bot.store.store import STATE, get_setting, put_setting
from tests.fakes.network import FakeNetwork, kept_in, make
from tests.fakes.wiki import BOT_ID

IFACE, SOMEBODY = 7, 8
SCRIPT = "MediaWiki:Gadget-peer-support.js"
TEMPLATE = "Template:Peer support envelope"
KEYS = "User:PeerSupportBot/peer-support.json"


@pytest.fixture
def fake(tmp_path: Path, database_url: str) -> Iterator[FakeNetwork]:
    """Give a network whose pages all stand as released, seen once by the watch."""
    fake = make(tmp_path, more=kept_in(database_url))
    for page in release(fake):
        fake.wiki.save(IFACE, page.put_into(""), page.title)
    later(fake)
    yield fake
    fake.store.close()


def release(fake: FakeNetwork) -> tuple[ReleasePage, ...]:
    """Give the pages of the release on this wiki."""
    from dataclasses import replace

    network = fake.network
    facts = facts_of(network.config, network.wiki, network.intake.title)
    extensions = frozenset(fake.wiki.does.extensions)
    return pages(replace(facts, bot_id=BOT_ID, extensions=extensions))


def later(fake: FakeNetwork) -> bool:
    """Let the watch come round."""
    fake.clock.forward(minutes=16)
    return watch(fake.network)


def is_paused(fake: FakeNetwork) -> bool:
    """Say whether the network has stopped."""
    with fake.store.read() as tx:
        return paused(tx)


def told(fake: FakeNetwork) -> list[str]:
    """Give the subjects of the mails that the coordinator got, without what is about cases."""
    fake.once()
    fake.clock.forward(hours=1, minutes=1)  # one mail an hour
    fake.once()
    return [mail["subject"].partition(": ")[2] for mail in fake.wiki.mails("Coral")]


def kept_by(fake: FakeNetwork, who: KeptBy) -> list[ReleasePage]:
    """Give the pages on which somebody has the last word."""
    return [page for page in release(fake) if page.kept_by is who]


def test_nothing_is_told_while_all_is_well(fake: FakeNetwork) -> None:
    """A network as published is not paused, and nobody hears of it."""
    assert not later(fake)
    assert not is_paused(fake)
    assert told(fake) == []


def test_each_page_of_the_release_pauses(fake: FakeNetwork) -> None:
    """Gadget, definition and templates: a change to any of them stops the network."""
    trusted = kept_by(fake, KeptBy.RELEASE)
    assert {SCRIPT, TEMPLATE, "MediaWiki:Gadgets-definition"} <= {one.title for one in trusted}
    for page in trusted:
        fake.wiki.save(SOMEBODY, "somebody else's words", page.title)
        assert later(fake), page.title
        assert is_paused(fake), page.title
        fake.wiki.save(IFACE, page.put_into(""), page.title)
        assert later(fake), page.title
        assert not is_paused(fake), page.title


def test_what_is_the_communitys_does_not(fake: FakeNetwork) -> None:
    """A wiki may write its own landing page, header and notice, and the operator theirs."""
    free = [*kept_by(fake, KeptBy.COMMUNITY), *kept_by(fake, KeptBy.OPERATOR)]
    assert len(free) > 3
    for page in free:
        fake.wiki.save(SOMEBODY, "somebody else's words", page.title)
    assert not later(fake)
    assert not is_paused(fake)


def test_it_is_told_once_and_once_when_it_is_over(fake: FakeNetwork) -> None:
    """However long it stands there is one mail about it, with the page, and one at the end."""
    fake.wiki.save(SOMEBODY, "evil()", SCRIPT)
    for _ in range(5):
        later(fake)
    assert told(fake) == ["pages that people trust were changed"]
    assert f"https://wiki.example/{SCRIPT}" in fake.wiki.mails("Coral")[0]["text"]
    [script] = [page for page in release(fake) if page.title == SCRIPT]
    fake.wiki.save(IFACE, script.text, SCRIPT)
    for _ in range(5):
        later(fake)
    assert told(fake)[1:] == ["the pages are right again"]


def test_the_key_page_says_so(fake: FakeNetwork) -> None:
    """Whoever opens the gadget after a change learns that the network has paused."""
    fake.wiki.save(SOMEBODY, "evil()", SCRIPT)
    later(fake)
    publish(fake.network)
    assert json.loads(fake.wiki.revisions(KEYS)[-1]["text"])["state"] == "paused"


@pytest.mark.parametrize("who", [SOMEBODY, BOT_ID], ids=["another", "the bot's account"])
def test_a_changed_key_page_is_put_back(fake: FakeNetwork, who: int) -> None:
    """Another key on the page, even saved by the bot's own account: paused, and written anew."""
    right = fake.wiki.revisions(KEYS)[-1]["text"]
    page = json.loads(right) | {"keys": [{"id": "kevil", "public": "AAAA", "expires": "2099"}]}
    fake.wiki.save(who, json.dumps(page), KEYS)
    later(fake)
    assert is_paused(fake)
    publish(fake.network)
    there = fake.wiki.revisions(KEYS)[-1]
    assert (there["user"], json.loads(there["text"])["state"]) == (BOT_ID, "paused")
    later(fake)
    publish(fake.network)
    assert not is_paused(fake)
    assert json.loads(fake.wiki.revisions(KEYS)[-1]["text"]) == json.loads(right)
    assert told(fake) == ["2 things for coordinators"]


def test_the_same_words_by_somebody_else_are_not_the_bots(fake: FakeNetwork) -> None:
    """The gadget believes the bot alone: a key page that another saved again is saved anew."""
    fake.wiki.save(SOMEBODY, fake.wiki.revisions(KEYS)[-1]["text"], KEYS)
    later(fake)
    assert is_paused(fake)


def test_other_white_space_is_no_change(fake: FakeNetwork) -> None:
    """MediaWiki indents the page's JSON its own way."""
    page = json.loads(fake.wiki.revisions(KEYS)[-1]["text"])
    fake.wiki.save(BOT_ID, json.dumps(page, ensure_ascii=False, indent="\t"), KEYS)
    assert not later(fake)


def test_a_page_that_was_never_right_is_for_check(tmp_path: Path, database_url: str) -> None:
    """Before the gadget is installed there is nothing to be changed, and the network works."""
    fake = make(tmp_path, more=kept_in(database_url))
    fake.wiki.save(SOMEBODY, "another gadget of this name", SCRIPT)
    assert not later(fake)
    assert not is_paused(fake)
    fake.store.close()


def test_an_operators_pause_stays(fake: FakeNetwork) -> None:
    """What ends by itself is the watch's own pause, and no other."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    fake.wiki.save(SOMEBODY, "evil()", SCRIPT)
    later(fake)
    [script] = [page for page in release(fake) if page.title == SCRIPT]
    fake.wiki.save(IFACE, script.text, SCRIPT)
    later(fake)
    with fake.store.read() as tx:
        assert not get_setting(tx, TAMPERED)
    assert is_paused(fake)


def test_it_asks_four_times_an_hour_in_one_request(fake: FakeNetwork) -> None:
    """Everything is compared in one request, and not in every round."""
    before = fake.wiki.requests
    later(fake)
    assert fake.wiki.requests == before + 1
    fake.clock.forward(minutes=10)
    watch(fake.network)
    assert fake.wiki.requests == before + 1


def test_the_key_page_is_the_bots_own(fake: FakeNetwork) -> None:
    """The page that is watched is the one that the gadget reads."""
    assert key_page_title(fake.network) == KEYS
