"""A page key whose private half does not open: all else goes on, and what it sealed waits."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.casework.alarms import Alarm
from bot.checks import machine
from bot.checks.check import Verdict
from bot.overview import look
from bot.signs import known
from bot.steps.page_messages import PageMessages
from bot.store import cases, intake
from bot.store.intake import KeyState
from bot.store.keyring import Keyring
from bot.store.rewrap import rewrap
from bot.store.schema import messages, page_keys
from tests.fakes.network import SECRET, FakeNetwork, make

KEY_PAGE = "User:PeerSupportBot/peer-support.json"
RAVI = 8


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network with one page key."""
    return make(tmp_path)


def wrapped(fake: FakeNetwork, key_id: str) -> bytes:
    """Give what is stored of a key."""
    with fake.store.read() as tx:
        query = select(page_keys.c.wrapped).where(page_keys.c.id == key_id)
        return bytes(tx.connection.scalars(query).one())


def put(fake: FakeNetwork, key_id: str, data: bytes) -> None:
    """Store something as the private half of a key."""
    with fake.store.write() as tx:
        this = page_keys.c.id == key_id
        tx.connection.execute(update(page_keys).where(this).values(wrapped=data))


def states(fake: FakeNetwork) -> list[KeyState]:
    """List in which state the keys are, the newest first."""
    with fake.store.read() as tx:
        return [key.state for key in intake.keys(tx)]


def offered(fake: FakeNetwork) -> list[str]:
    """List the keys on the key page."""
    page = json.loads(fake.wiki.revisions(KEY_PAGE)[-1]["text"])
    return [key["id"] for key in page["keys"]]


def recorded(fake: FakeNetwork) -> list[tuple[str, str]]:
    """List what became of the messages, with why."""
    with fake.store.read() as tx:
        query = select(messages.c.outcome, messages.c.reason).order_by(messages.c.id)
        return [(row.outcome, row.reason) for row in tx.connection.execute(query)]


def case_count(fake: FakeNetwork) -> int:
    """Count the cases."""
    with fake.store.read() as tx:
        return len(cases.load_where(tx))


def lost(fake: FakeNetwork) -> tuple[str, bytes]:
    """Let Rosa ask, and the key that she sealed to be damaged before it is read; give what it was.

    Ravi, who asks after that, finds a new key.
    """
    with fake.store.read() as tx:
        [key] = intake.keys(tx)
    before = wrapped(fake, key.id)
    fake.ask()
    put(fake, key.id, Keyring(SECRET).wrap(b"x" * 32, "page/of-another-row"))
    fake.clock.forward(minutes=1)
    fake.once()
    fake.ask(RAVI)
    fake.once()
    return key.id, before


def test_all_else_goes_on(fake: FakeNetwork) -> None:
    """A new key is made and published, others are read, and the operator hears of it."""
    key_id, _ = lost(fake)
    assert states(fake) == [KeyState.OPENS, KeyState.UNREADABLE]
    assert key_id not in offered(fake)
    assert len(offered(fake)) == 1
    assert [mail["target"] for mail in fake.wiki.mails("Ravi")] == ["Ravi"]
    assert recorded(fake) == [("cannot_open", "key_unreadable"), ("request", "request")]
    with fake.store.read() as tx:
        seen = look(tx, fake.clock(), fake.network.config)
        assert Alarm.SET_ASIDE in known(tx)
    assert key_id in seen.set_aside[0]
    assert "1 message waits" in seen.set_aside[0]
    [found] = machine.page_keys(fake.store, fake.network.clock())
    assert found.verdict is Verdict.FAILED
    assert key_id in found.found


def test_who_wrote_is_told_at_once(fake: FakeNetwork) -> None:
    """Nobody waits for a backup in silence: Rosa hears it once, and can write again."""
    lost(fake)
    for _ in range(5):
        fake.clock.forward(hours=1, minutes=1)
        fake.once()
    [told] = fake.wiki.mails("Rosa")
    assert "damaged" in told["text"]


def test_what_waited_is_taken_when_the_key_opens_again(fake: FakeNetwork) -> None:
    """Put back from a backup, it opens what it sealed: Rosa's request is taken, once."""
    key_id, before = lost(fake)
    put(fake, key_id, before)
    for _ in range(3):
        fake.once()
        fake.clock.forward(hours=1, minutes=1)
    assert recorded(fake) == [("request", "request")] * 2
    assert case_count(fake) == 2
    assert len(fake.wiki.mails("Rosa")) == 2, "that it could not be opened, and that it is there"
    assert list(machine.page_keys(fake.store, fake.network.clock())) == []
    with fake.store.read() as tx:
        assert look(tx, fake.clock(), fake.network.config).set_aside == []
        assert Alarm.SET_ASIDE not in known(tx)


def test_who_has_asked_again_meanwhile_has_one_request(fake: FakeNetwork) -> None:
    """Rosa did what she was told: the first one is a duplicate, and nobody writes to her of it."""
    key_id, before = lost(fake)
    fake.ask()
    fake.once()
    mails = len(fake.wiki.mails("Rosa"))
    put(fake, key_id, before)
    fake.once()
    assert recorded(fake)[0] == ("duplicate", "asked-again")
    assert case_count(fake) == 2
    assert len(fake.wiki.mails("Rosa")) == mails


def test_what_breaks_while_it_is_taken_waits_on(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again within the hour, and holds nothing else up."""
    key_id, before = lost(fake)
    put(fake, key_id, before)
    real = PageMessages.envelope

    def broken(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(PageMessages, "envelope", broken)
    assert fake.once()
    assert case_count(fake) == 1
    monkeypatch.setattr(PageMessages, "envelope", real)
    fake.clock.forward(hours=1, minutes=1)
    fake.once()
    assert case_count(fake) == 2


def test_it_goes_at_its_time_and_not_before(fake: FakeNetwork) -> None:
    """Until then a backup can mend it; after that what it sealed can be opened by nobody."""
    key_id, before = lost(fake)
    with fake.store.read() as tx:
        [expires] = [key.expires_at for key in intake.keys(tx) if key.id == key_id]
    while fake.clock() < expires:
        assert KeyState.DESTROYED not in states(fake)
        fake.clock.forward(hours=6)
        fake.once()
    for _ in range(30):
        fake.clock.forward(hours=6)
        fake.once()
    assert states(fake)[-1] is KeyState.DESTROYED
    assert list(machine.page_keys(fake.store, fake.network.clock())) == []
    assert before  # nobody puts it back now


def test_a_copy_is_no_second_one(fake: FakeNetwork) -> None:
    """The same envelope, saved again by somebody else while it waits, comes to nothing."""
    key_id, before = lost(fake)
    text = next(one["text"] for one in fake.wiki.revisions() if "envelope" in one["text"])
    fake.wiki.append(RAVI, text)
    fake.once()
    put(fake, key_id, before)
    fake.once()
    assert sorted(one for one, _ in recorded(fake)) == ["duplicate", "request", "request"]


def test_a_new_master_secret_leaves_it_as_it_is(fake: FakeNetwork) -> None:
    """All others are wrapped anew: a secret that somebody has seen has to go."""
    lost(fake)
    done = rewrap(fake.store, Keyring(bytes(range(32, 64))))
    assert done.left == 1
    assert done.keys > 1


def test_a_key_is_as_old_as_it_was(fake: FakeNetwork) -> None:
    """With every key damaged reading goes on where it was, and begins with no new first key."""
    with fake.store.read() as tx:
        first = intake.first_key(tx)
    lost(fake)
    fake.clock.forward(hours=1)
    with fake.store.read() as tx:
        assert intake.first_key(tx) == first
        assert fake.clock() - (first or fake.clock()) < timedelta(days=1)
