"""From an earlier release onward: its store is copied first, nothing is lost, no way leads back."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.states import State
from bot.problems import InputError
from bot.steps.forget_copies import forget_copies
from bot.store import cases, links, roster
from bot.store.engine import NEWEST, open_engine, schema_state
from bot.store.keyring import Keyring
from bot.store.store import create_store, open_store
from bot.store.upgrade import COPY_HOURS, copy_first
from tests.fakes import network as fakes
from tests.fakes.network import ROSA, SALMA, SVEN, Clock, FakeNetwork
from tests.fakes.wiki import INTAKE, FakeAccount

EARLIER = Path(__file__).parents[1] / "data" / "schema-0001"
KNOWN: dict[str, Any] = json.loads((EARLIER / "known.json").read_text(encoding="utf-8"))
KEYRING = Keyring(fakes.SECRET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a network as the earlier release left it."""
    (tmp_path / "config").mkdir()
    configuration = f'wiki: {{intake: "{INTAKE}"}}\ncoordinators: [Coral]\n'
    (tmp_path / "config" / "peer-support.yaml").write_text(configuration, encoding="utf-8")
    shutil.copy(EARLIER / "pages.json", tmp_path)
    (tmp_path / "var").mkdir()
    database = sqlite3.connect(tmp_path / "var" / "peer-support.db")
    database.executescript((EARLIER / "store.sql").read_text(encoding="utf-8"))
    database.close()
    return tmp_path


@pytest.fixture
def url(folder: Path) -> str:
    """Give the address of its store."""
    return f"sqlite:///{folder / 'var' / 'peer-support.db'}"


@pytest.fixture
def upgraded(folder: Path, url: str) -> FakeNetwork:
    """Give the network after the upgrade, at the time at which the earlier release ended."""
    copy_first(url)
    create_store(url, KEYRING)
    fake = fakes.make(folder, Clock(datetime.fromisoformat(KNOWN["now"])))
    fake.wiki.accounts["Sofia"] = FakeAccount(KNOWN["unread"]["user_id"], "Sofia")
    return fake


def _state(fake: FakeNetwork, ref: str) -> State:
    with fake.store.read() as tx:
        stored = cases.load_ref(tx, ref)
    assert stored is not None, "the case is gone"
    return stored.case.state


def _schema(file: Path) -> str | None:
    engine = open_engine(f"sqlite:///{file}")
    try:
        return schema_state(engine)[0]
    finally:
        engine.dispose()


def test_it_is_not_opened_before_it_is_brought_forward(url: str) -> None:
    """The worker does not begin on an earlier store, and says which command helps."""
    with pytest.raises(InputError, match="earlier release") as refused:
        open_store(url, KEYRING)
    assert "peer-support init" in refused.value.problems[0].mend


def test_a_copy_comes_first(folder: Path, url: str) -> None:
    """Before anything changes there is a whole copy of it, which its owner alone can read."""
    copy = copy_first(url)
    assert copy is not None
    create_store(url, KEYRING)
    assert _schema(folder / "var" / "peer-support.db") == NEWEST
    assert _schema(copy) == "0001"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    database = sqlite3.connect(copy)
    assert database.execute("SELECT count(*) FROM cases").fetchone() == (2,)
    database.close()


def test_no_copy_where_nothing_changes(upgraded: FakeNetwork, url: str) -> None:
    """`init` may be run again at any time, and leaves no further copies of what people wrote."""
    del upgraded
    assert copy_first(url) is None
    assert copy_first(f"{url}.not-there") is None


def test_the_copy_can_be_put_back(folder: Path, url: str) -> None:
    """With the copy in its place, the upgrade can be done once more."""
    copy = copy_first(url)
    create_store(url, KEYRING)
    assert copy is not None
    file = folder / "var" / "peer-support.db"
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    copy.replace(file)
    assert copy_first(url) == copy
    create_store(url, KEYRING)
    open_store(url, KEYRING).close()


def test_the_copy_does_not_live_long(upgraded: FakeNetwork, folder: Path) -> None:
    """It holds what people wrote and the page keys, so the worker destroys it after a day."""
    (copy,) = (folder / "var").glob("*.before-*")
    made = upgraded.clock().timestamp()
    os.utime(copy, (made, made))
    upgraded.clock.forward(hours=COPY_HOURS - 1)
    assert not forget_copies(upgraded.network)
    upgraded.clock.forward(hours=1)
    assert forget_copies(upgraded.network)
    assert not list((folder / "var").glob("*.before-*"))
    assert timedelta(hours=COPY_HOURS) < timedelta(hours=50), "the promise for page keys"


def test_cases_links_and_secrets_go_on(upgraded: FakeNetwork) -> None:
    """Who supports reads on behind the old link; who was asked says yes by theirs."""
    rosa, ravi = KNOWN["rosa"], KNOWN["ravi"]
    now = upgraded.clock()
    with upgraded.store.read() as tx:
        assert {one.name for one in roster.everybody(tx)} == {"Salma", "Sven"}
        link = links.find(tx, rosa["case"], Door.CASE, now)
        assert link is not None
        assert link.supporter == SALMA
        story = cases.story_of(tx, link.case_id)
        who = cases.identity_of(tx, link.case_id)
        assert links.find(tx, rosa["status"], Door.STATUS, now) is not None
    assert story is not None
    assert story.message == "They follow me to every talk page."
    assert who is not None
    assert who.user_id == ROSA
    assert _state(upgraded, ravi["ref"]) is State.OFFERED
    upgraded.happened(Door.OFFER, ravi["offer"], lambda s: on.Accepted(s, has_room=s == SVEN))
    assert _state(upgraded, ravi["ref"]) is State.SUPPORTED


def test_what_was_sealed_before_is_read_after(upgraded: FakeNetwork) -> None:
    """A message sealed to an earlier key, and not read then, becomes a case with its words."""
    unread = KNOWN["unread"]
    assert upgraded.once()
    assert _state(upgraded, unread["ref"]) in {State.WAITING, State.OFFERED}
    with upgraded.store.read() as tx:
        stored = cases.load_ref(tx, unread["ref"])
        assert stored is not None
        story = cases.story_of(tx, stored.id)
    assert story is not None
    assert story.message == "I would like to talk to somebody."


def test_nothing_is_mailed_twice_by_the_upgrade(upgraded: FakeNetwork) -> None:
    """What had been sent before is known to be sent: only the new request's mails go out."""
    assert upgraded.once()
    mailed = upgraded.wiki.mails
    assert not mailed("Sven"), "Sven was asked before the upgrade"
    assert not mailed("Rosa")


def test_the_earlier_gadget_understands_the_key_page(upgraded: FakeNetwork) -> None:
    """Every field that the earlier release published is there still, of the same kind."""
    assert upgraded.once()
    before = json.loads((EARLIER / "key-page.json").read_text(encoding="utf-8"))
    title = "User:PeerSupportBot/peer-support.json"
    after = json.loads(upgraded.wiki.revisions(title)[-1]["text"])
    assert before["protocol"] == after["protocol"] == 1
    assert {name: type(after.get(name)) for name in before} == {
        name: type(value) for name, value in before.items()
    }
    assert set(before["keys"][0]) <= set(after["keys"][0])


def test_a_downgrade_is_refused_plainly(url: str, folder: Path) -> None:
    """An older release neither opens nor migrates a newer store, and leaves every byte."""
    create_store(url, KEYRING)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = _dump(folder)
    for attempt in (open_store, create_store):
        with pytest.raises(InputError, match="newer release") as refused:
            attempt(url, KEYRING)
        assert "Go back to the newer release" in refused.value.problems[0].mend
    assert copy_first(url) is None
    assert _dump(folder) == before


def _dump(folder: Path) -> list[str]:
    database = sqlite3.connect(folder / "var" / "peer-support.db")
    try:
        return list(database.iterdump())
    finally:
        database.close()


def test_the_vectors_of_protocol_1_stay() -> None:
    """Gadget and bot of all releases agree on them; another wire gets another version and file."""
    vectors = Path(__file__).parents[1] / "vectors" / "envelope-v1.json"
    digest = hashlib.sha256(vectors.read_bytes()).hexdigest()
    assert digest == "26e1caddccadb95f13b8a2db74e835eab09ab02d92663a14e27b95689f745c08"
