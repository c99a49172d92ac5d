"""The tamper watch on a fake wiki: what counts, what it does about it, and how often it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.cli.publishing import leave_keys, publish_keys
from bot.network_state import TAMPERED, network_state
from bot.publishing.published import facts_of
from bot.publishing.release import KeptBy, ReleasePage
from bot.publishing.release import pages as release_pages
from bot.steps.publish import KeyPageError, key_page_title, publish
from bot.steps.watch import watch
from bot.store.newest import newest
from bot.store.store import STATE, get_setting, put_setting
from bot.wiki import pages
from bot.wiki.errors import ApiError, NoAnswerError
from bot.wiki.survey import Survey, survey
from tests.fakes.network import FakeNetwork, kept_in, make
from tests.fakes.wiki import BOT_ID

IFACE, SOMEBODY = 7, 8
SCRIPT = "MediaWiki:Gadget-peer-support.js"
TEMPLATE = "Template:Peer support envelope"
DEFINITIONS = "MediaWiki:Gadgets-definition"
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
    return release_pages(replace(facts, bot_id=BOT_ID, extensions=extensions))


def later(fake: FakeNetwork) -> bool:
    """Let the watch come round."""
    fake.clock.forward(minutes=16)
    return watch(fake.network)


def is_paused(fake: FakeNetwork) -> bool:
    """Say whether the network has stopped."""
    with fake.store.read() as tx:
        return not network_state(tx).acts


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


def test_a_key_page_that_another_saved_again(fake: FakeNetwork) -> None:
    """Protecting makes a revision of an administrator's: no pause, and the bot saves it anew."""
    for _ in range(2):
        same = fake.wiki.revisions(KEYS)[-1]["text"]
        fake.wiki.save(IFACE, same, KEYS)
        assert not later(fake)
        assert not is_paused(fake)
        assert publish(fake.network)
        last = fake.wiki.revisions(KEYS)[-1]
        assert (last["user"], json.loads(last["text"])) == (BOT_ID, json.loads(same))
        assert not later(fake)
        assert not publish(fake.network)
    assert len(fake.wiki.revisions(KEYS)) == 5, "one edit each time"
    assert told(fake) == []


@pytest.mark.parametrize("by_hand", [False, True], ids=["open", "paused by hand"])
def test_a_deleted_key_page_is_put_back(fake: FakeNetwork, by_hand: bool) -> None:
    """Also where its text is the same as before: told once, there again at once, and over."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused" if by_hand else "open")
    publish(fake.network)
    right = fake.wiki.revisions(KEYS)[-1]["text"]
    fake.wiki.delete(KEYS)
    assert later(fake)
    assert publish(fake.network)
    assert fake.wiki.revisions(KEYS)[-1]["user"] == BOT_ID
    publish(fake.network)  # the next round, without waiting for the next look
    assert fake.wiki.revisions(KEYS)[-1]["text"] == right
    assert is_paused(fake) == by_hand
    assert not later(fake)
    assert not publish(fake.network)
    assert told(fake) == ["2 things for coordinators"]


def test_a_key_page_of_another_kind_is_wrong(fake: FakeNetwork) -> None:
    """As wikitext any account could edit it: paused, and saved anew as JSON."""
    fake.wiki.save(BOT_ID, fake.wiki.revisions(KEYS)[-1]["text"], KEYS, model="wikitext")
    later(fake)
    assert is_paused(fake)
    publish(fake.network)
    assert fake.wiki.revisions(KEYS)[-1]["model"] == "json"
    assert not is_paused(fake)


def test_a_key_page_that_cannot_be_saved_pauses(fake: FakeNetwork) -> None:
    """While the wiki does not let the bot save it, it is wrong; and it is tried in each round."""
    fake.wiki.delete(KEYS)
    fake.wiki.does.before["edit"] = ApiError("protectedtitle")
    later(fake)
    for _ in range(2):
        with pytest.raises(KeyPageError):
            publish(fake.network)
        assert is_paused(fake)
    del fake.wiki.does.before["edit"]
    publish(fake.network)
    assert not is_paused(fake)


def test_a_command_looks_and_a_round_does_not(fake: FakeNetwork) -> None:
    """What `publish` says is there is there; a round asks the wiki nothing for it."""
    assert publish_keys(fake.network) == "as it should be"
    fake.wiki.delete(KEYS)
    asked = fake.wiki.requests
    assert not publish(fake.network)
    assert fake.wiki.requests == asked
    assert publish_keys(fake.network) == "saved anew: it had been deleted, or moved away"
    assert fake.wiki.revisions(KEYS)[-1]["user"] == BOT_ID
    assert publish_keys(fake.network) == "as it should be"


def test_a_command_beside_a_worker_leaves_it_to_that(fake: FakeNetwork) -> None:
    """It looks, and the worker finds something to do at its next look into the store."""
    assert leave_keys(fake.network).startswith("as it should be")
    fake.wiki.delete(KEYS)
    with fake.store.read() as tx:
        before = newest(tx)
    said = leave_keys(fake.network)
    assert said.startswith("it had been deleted"), said
    assert said.endswith("saves it anew in its next round")
    with fake.store.read() as tx:
        assert newest(tx) != before
    assert publish(fake.network)
    assert fake.wiki.revisions(KEYS)
    assert not publish(fake.network)


def test_what_the_worker_saved_meanwhile_is_no_change(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that looked before the worker saved it does not call that a change."""
    looked_at = survey(fake.wiki, [KEYS], fake.wiki.user)

    def slowly(*_: object) -> Survey:
        with fake.store.write() as tx:
            put_setting(tx, STATE, "paused")
        publish(fake.network)
        return looked_at

    monkeypatch.setattr("bot.steps.publish.survey", slowly)
    assert leave_keys(fake.network).startswith("as it should be")
    assert not publish(fake.network)


def test_what_the_worker_is_saving_is_no_change(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where it looked between the save and the worker's note of it, as after a crash there."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    save = pages.save

    def dying(*given: Any, **more: Any) -> NoReturn:
        save(*given, **more)
        raise NoAnswerError("it died here")

    monkeypatch.setattr("bot.wiki.pages.save", dying)
    with pytest.raises(NoAnswerError):
        publish(fake.network)
    monkeypatch.undo()
    assert json.loads(fake.wiki.revisions(KEYS)[-1]["text"])["state"] == "paused"
    assert leave_keys(fake.network).startswith("as it should be")
    assert not later(fake)
    edits = len(fake.wiki.revisions(KEYS))
    assert publish(fake.network)
    assert not publish(fake.network)
    assert len(fake.wiki.revisions(KEYS)) == edits


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


def definitions(fake: FakeNetwork) -> str:
    """Give the page that defines gadgets, as released."""
    [page] = [one for one in release(fake) if one.title == DEFINITIONS]
    return page.text


def test_a_local_choice_in_the_definitions_pauses_nothing(fake: FakeNetwork) -> None:
    """Not for everybody, in another section, beside new gadgets; another file does pause."""
    right = definitions(fake)
    chosen = right.replace("|default", "|rights=sysop").replace("== peer-support ==", "== tools ==")
    fake.wiki.save(IFACE, f"{chosen}\n* new[ResourceLoader]|new.js", DEFINITIONS)
    assert not later(fake)
    fake.wiki.save(IFACE, right, DEFINITIONS)
    assert not later(fake)
    fake.wiki.save(IFACE, f"{right}\n* peer-support|evil.js", DEFINITIONS)
    assert later(fake)
    assert is_paused(fake)
    fake.wiki.save(IFACE, chosen, DEFINITIONS)
    assert later(fake)
    assert not is_paused(fake)


def test_a_choice_that_was_there_from_the_start_guards_as_well(
    tmp_path: Path, database_url: str
) -> None:
    """Pasted as an opt-in of the wiki's own, it is right; and what is changed since is seen."""
    fake = make(tmp_path, more=kept_in(database_url))
    chosen = definitions(fake).replace("|default", "")
    fake.wiki.save(IFACE, chosen, DEFINITIONS)
    assert not later(fake)
    fake.wiki.save(IFACE, chosen.replace("|peer-support.js", "|evil.js"), DEFINITIONS)
    assert later(fake)
    fake.store.close()


def test_a_definition_in_a_page_of_its_own_pauses(fake: FakeNetwork) -> None:
    """On a wiki that reads such pages it would count before the line; another gadget's does not."""
    asked = fake.wiki.requests
    fake.wiki.save(IFACE, "{}", "MediaWiki:Gadgets/peer-support-tools.json")
    assert not later(fake)
    assert fake.wiki.requests == asked + 1
    fake.wiki.save(IFACE, "{}", "MediaWiki:Gadgets/peer-support-words-de.json")
    assert later(fake)
    assert is_paused(fake)
    fake.wiki.delete("MediaWiki:Gadgets/peer-support-words-de.json")
    assert later(fake)
    assert not is_paused(fake)


@pytest.mark.parametrize("title", [SCRIPT, TEMPLATE, "MediaWiki:Gadget-peer-support-config.js"])
def test_the_same_words_as_another_kind_of_page_pause(fake: FakeNetwork, title: str) -> None:
    """A script as wikitext does not load, and other people may edit it."""
    there = fake.wiki.revisions(title)[-1]["text"]
    fake.wiki.save(IFACE, there, title, model="text")
    assert later(fake)
    assert is_paused(fake)


@pytest.mark.parametrize("title", [SCRIPT, TEMPLATE, DEFINITIONS])
def test_another_revision_of_the_same_words_pauses_nothing(fake: FakeNetwork, title: str) -> None:
    """As protecting makes one, or moving away and back."""
    fake.wiki.save(SOMEBODY, fake.wiki.revisions(title)[-1]["text"], title)
    assert not later(fake)


@pytest.mark.parametrize("title", [SCRIPT, TEMPLATE, DEFINITIONS])
def test_a_page_that_is_gone_pauses(fake: FakeNetwork, title: str) -> None:
    """Without it nobody can ask, or be warned."""
    fake.wiki.delete(title)
    assert later(fake)
    assert is_paused(fake)
