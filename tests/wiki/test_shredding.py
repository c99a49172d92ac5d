"""Crypto-shredding on the real wiki: what stays in the history for ever opens with nothing."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from bot.request.envelope import info, open_sealed, private_bytes, private_key_from
from bot.request.page import read_revision
from bot.store import intake
from stage.asking import INTAKE, SUMMARY, envelope
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker
from tests.wiki.test_intake_outages import let_pass

KEYS = 4
"""So many keys come one after the other: the first ones are gone by then."""
HISTORY = {
    "action": "query",
    "titles": INTAKE,
    "prop": "revisions",
    "rvprop": "ids|userid|content",
    "rvslots": "main",
    "rvlimit": 50,
}


def private_keys(worker: Worker) -> dict[str, bytes]:
    """Give every private key that the store can still unwrap, by its id."""
    with worker.network.store.read() as tx:
        return {key.id: key.private for key in intake.keys(tx) if key.private is not None}


def opened(people: People, worker: Worker, keys: dict[str, bytes]) -> int:
    """Take everything that the page's history holds, try every key on it; count what opens."""
    count = 0
    page = people["Rosa"].get(**HISTORY)["query"]["pages"][0]
    for revision in page["revisions"]:
        text = revision["slots"]["main"]["content"]
        for found in read_revision(None, text).envelopes:
            for private in keys.values():
                for user_id in {one["userid"] for one in page["revisions"]}:
                    about = info(worker.network.wiki.wiki_id, user_id, found.key_id)
                    key = private_key_from(private)
                    if found.sealed and open_sealed(found.sealed, key, about) is not None:
                        count += 1
    return count


def test_two_days_on_the_history_opens_with_nothing(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """Envelopes stay in the history; fifty hours later no key to them is in store or file."""
    worker.do("take_in")
    people.ask("Rosa", message="what only one person is to read")
    worker.do("take_in")
    then = private_keys(worker)
    assert opened(people, worker, then) > 0, "while the key lives it opens: the test can fail"
    with worker.network.store.read() as tx:
        wrapped = [
            bytes(row[0])
            for row in tx.connection.exec_driver_sql("select wrapped from page_keys")
            if row[0] is not None
        ]
    let_pass(worker, network, 50)
    worker.do("take_in")  # read first, and destroyed after it
    worker.do("rotate")
    now = private_keys(worker)
    assert not set(then) & set(now)
    assert opened(people, worker, now) == 0
    gone = [*then.values(), *wrapped, *(private_bytes(private_key_from(k)) for k in then.values())]
    for path in Path(network.folder).rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not any(key in raw for key in gone), path.name


def test_rotation_under_load_loses_no_request(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """While three people save one message after the other, keys change and go; each is taken.

    Time goes on by half a key's day after each message that came, so nobody's seal is overtaken
    further than a page that was read a moment ago can be.
    """
    worker.do("take_in")
    sent, wrong = [0], []
    enough, done = threading.Event(), threading.Event()
    names = ("Rosa", "Ravi", "Rim")
    accounts = {name: (people[name], worker.sandbox.user_id(name)) for name in names}

    def write() -> None:
        try:
            while not enough.is_set():
                account, user_id = accounts[names[sent[0] % 3]]
                text = envelope(account, user_id, type="decoy")
                account.append(INTAKE, text, SUMMARY)
                sent[0] += 1
        except Exception as error:  # noqa: BLE001 - told in the test's own thread
            wrong.append(error)
        finally:
            done.set()

    writing = threading.Thread(target=write)
    writing.start()
    ids = set(private_keys(worker))
    seen = 0
    while not done.is_set():
        if sent[0] == seen:
            done.wait(0.05)
            continue
        seen = sent[0]
        worker.do("take_in")
        let_pass_keys(worker, 13)
        for step in ("rotate", "publish"):
            worker.do(step)
        ids |= set(private_keys(worker))
        if len(ids) > KEYS:
            enough.set()
    writing.join()
    worker.do("take_in")
    assert wrong == []
    assert worker.outcomes() == ["decoy"] * sent[0]
    assert sent[0] >= KEYS


def let_pass_keys(worker: Worker, hours: int) -> None:
    """Make the keys older, so that the next round makes another and destroys the oldest."""
    with worker.network.store.engine.begin() as store:
        for column in ("made_at", "expires_at"):
            store.exec_driver_sql(
                f"update page_keys set {column} = {column} - {hours * 3600}"  # noqa: S608
            )


def test_after_an_outage_of_three_days_it_is_read_before_the_key_goes(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """The worker stood still past the key's end: what was sealed to it is read all the same."""
    worker.do("take_in")
    people.ask("Rosa")
    let_pass(worker, network, 72)
    worker.do("rotate")  # before anything was read
    assert worker.once()
    assert worker.outcomes() == ["request"]
    assert worker.cases() == 1
    assert len(private_keys(worker)) == 1, "and then it goes, in the same run"


def test_a_stale_key_page_is_answered(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """Somebody left the form open for days: they are told that it was not taken, and what helps."""
    worker.do("take_in")
    stale = envelope(people["Rosa"], worker.sandbox.user_id("Rosa"))
    let_pass(worker, network, 51)
    worker.do("take_in")
    worker.do("rotate")
    worker.do("publish")
    people["Rosa"].append(INTAKE, stale, SUMMARY)
    worker.do("take_in")
    assert worker.outcomes() == ["key_destroyed"]
    assert worker.told("not-taken") == ["key-destroyed"]
    page = json.loads(people["Rosa"].page("User:PeerSupportBot/peer-support.json")["text"])
    assert page["keys"][0]["id"] in private_keys(worker), "a new form seals to a key that is there"
    people.ask("Rosa")
    worker.do("take_in")
    assert worker.outcomes() == ["key_destroyed", "request"]
