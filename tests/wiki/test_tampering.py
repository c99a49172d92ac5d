"""Tampering on the real wiki, as an administrator, an interface one, or anybody could."""

from __future__ import annotations

import json

import pytest

from stage.mailbox import Mailbox
from tests.conftest import People
from tests.wiki.conftest import Worker

KEYS = "User:PeerSupportBot/peer-support.json"
SCRIPT = "MediaWiki:Gadget-peer-support.js"
DEFINITIONS = "MediaWiki:Gadgets-definition"
TEMPLATE = "Template:Peer support envelope"
LANDING = "Peer wiki:Peer support"


class Watching:
    """A worker that comes round a quarter of an hour later each time, and the key page."""

    def __init__(self, worker: Worker, people: People) -> None:
        self.worker = worker
        self.reader = people["Rosa"]
        self._minutes = 0
        self.round()

    def round(self) -> None:
        """Watch, and publish what follows from it, as a round does."""
        self._minutes += 16
        self.worker.later(minutes=self._minutes)
        self.worker.do("watch")
        self.worker.do("publish")

    @property
    def state(self) -> str:
        """What whoever opens the gadget now is told."""
        return str(json.loads(self.reader.page(KEYS)["text"])["state"])


def test_whoever_changes_what_people_trust_stops_the_network(
    worker: Worker, people: People, mailbox: Mailbox
) -> None:
    """Gadget, definition, template: seen, said on the key page, and over when it is mended."""
    watching = Watching(worker, people)
    assert watching.state == "open"
    for account, title in (("Iface", SCRIPT), ("Iface", DEFINITIONS), ("Ravi", TEMPLATE)):
        right = people["Iface"].page(title)["text"]
        people[account].save(title, right.replace("peer-support", "evil").replace("|", "!"))
        assert people["Iface"].page(title)["text"] != right, title
        watching.round()
        assert watching.state == "paused", title
        people["Iface"].save(title, right)
        watching.round()
        assert watching.state == "open", title
    kinds = [row[0] for row in worker.rows("select kind from outbox order by id")]
    assert kinds == ["tampered", "untampered"] * 3
    worker.do("deliver")
    [mail] = mailbox.to("Coral")
    assert "Peer_support_envelope" in mail.text, "the page is named"


def test_a_key_page_of_an_administrators_is_answered(
    worker: Worker, people: People, mailbox: Mailbox
) -> None:
    """Any administrator can write the bot's JSON page: paused, told, written anew by the bot."""
    watching = Watching(worker, people)
    right = json.loads(people["Rosa"].page(KEYS)["text"])
    keys = [right["keys"][0] | {"id": "kevil"}]
    people["Admin"].save(KEYS, json.dumps(right | {"keys": keys}))
    watching.round()
    there = people["Rosa"].page(KEYS)
    assert (there["user"], watching.state) == ("PeerSupportBot", "paused")
    watching.round()
    assert json.loads(people["Rosa"].page(KEYS)["text"]) == right
    assert (worker.told("tampered"), worker.told("untampered")) == ([""], [""])
    worker.later(hours=3)
    worker.do("deliver")
    [mail] = mailbox.to("Coral")
    assert "peer-support.json" in mail.text, "the page is named"


def test_a_deleted_key_page_is_put_back(worker: Worker, people: People) -> None:
    """Without it the form finds no network: the worker saves it anew, and so does `publish`."""
    from bot.cli.publishing import publish_keys

    watching = Watching(worker, people)
    right = people["Rosa"].page(KEYS)["text"]
    people["Admin"].call(action="delete", title=KEYS)
    watching.round()
    assert (people["Rosa"].page(KEYS)["user"], watching.state) == ("PeerSupportBot", "paused")
    worker.do("publish")
    assert people["Rosa"].page(KEYS)["text"] == right
    assert (worker.told("tampered"), worker.told("untampered")) == ([""], [""])
    people["Admin"].call(action="delete", title=KEYS)
    assert publish_keys(worker.network) == "saved anew: it had been deleted, or moved away"
    assert people["Rosa"].page(KEYS)["text"] == right
    assert publish_keys(worker.network) == "as it should be"


def test_a_key_page_turned_into_wikitext_is_no_key_page(worker: Worker, people: People) -> None:
    """Any account could edit it then, with the same words on it: paused, and JSON again."""
    watching = Watching(worker, people)
    people["Admin"].call(action="changecontentmodel", title=KEYS, model="wikitext")
    watching.round()
    assert worker.told("tampered") == [""]
    page = people["Rosa"].page(KEYS)
    assert (page["slots"]["main"]["contentmodel"], page["user"], watching.state) == (
        "json",
        "PeerSupportBot",
        "paused",
    )
    worker.do("publish")
    assert watching.state == "open"


@pytest.mark.parametrize("title", [KEYS, SCRIPT, TEMPLATE])
@pytest.mark.parametrize("way", ["protect", "purge", "null edit", "move"])
def test_what_changes_nothing_is_no_alarm(
    worker: Worker, people: People, title: str, way: str
) -> None:
    """Protected, purged, saved as it was, moved away and back without a redirect: all goes on."""
    watching = Watching(worker, people)
    right = people["Rosa"].page(title)["text"]
    who = people["Iface" if title.startswith("MediaWiki:") else "Admin"]
    if way == "protect":
        level = "edit=sysop" if title == TEMPLATE else "move=sysop"
        people["Admin"].call(action="protect", title=title, protections=level)
    elif way == "purge":
        who._post(action="purge", titles=title, forcelinkupdate=True)
    elif way == "null edit":
        who.save(title, right)
    else:
        away = title.replace("upport.", "upport-away.").replace("Peer support", "Peer away")
        assert away != title
        who.call(action="move", **{"from": title, "to": away, "noredirect": True})
        who.call(action="move", **{"from": away, "to": title, "noredirect": True})
    watching.round()
    assert watching.state == "open"
    assert worker.told("tampered") == []
    there = people["Rosa"].page(title)
    if title == KEYS:
        assert json.loads(there["text"]) == json.loads(right)
        assert there["user"] == "PeerSupportBot", "the gadget believes no other"
    else:
        assert there["text"] == right


def test_a_deleted_script_is_noticed(worker: Worker, people: People) -> None:
    """A gadget that is gone cannot warn anybody: the network pauses."""
    watching = Watching(worker, people)
    people["Iface"].call(action="delete", title=SCRIPT)
    watching.round()
    assert watching.state == "paused"
    assert worker.told("tampered") == [""]


def test_nobody_stops_the_network_by_the_communitys_pages(worker: Worker, people: People) -> None:
    """The landing page is the wiki's own: whatever is written there, requests are taken."""
    watching = Watching(worker, people)
    people["Ravi"].save(LANDING, "Our own words about the network.")
    people["Ravi"].save("Template:Peer support intake", "Our own words at the top.")
    watching.round()
    assert watching.state == "open"
    assert worker.told("tampered") == []


def test_one_request_a_quarter_of_an_hour(worker: Worker) -> None:
    """All pages are compared in one request."""
    worker.later(minutes=20)
    worker.do("take_in")  # the token comes along with a session's first question
    assert [worker.requests_of("watch") for _ in range(3)] == [1, 0, 0]
