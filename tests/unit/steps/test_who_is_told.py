"""Who wrote what could not be taken hears of it; silence is the worst answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.request.envelope import (
    envelope_wikitext,
    info,
    new_private_key,
    private_bytes,
    public_bytes,
    seal,
)
from bot.steps.deliver import deliver
from bot.steps.take_in import take_in
from bot.store import intake
from bot.store.schema import messages, outbox, page_keys
from tests.fakes.network import ROSA, START, FakeNetwork, make

SEALED_BY_SOMEBODY_ELSE = 8
PLAIN = "\n{{Peer support request\n|languages = German\n|message = Please write to me\n}}"
TOO_LARGE = "\n{{Peer support request\n|message = " + "a" * 9000 + "\n}}"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


def not_taken(fake: FakeNetwork) -> list[tuple[int, str]]:
    """Give whom a mail says that something was not taken, and why."""
    with fake.store.read() as tx:
        query = select(outbox.c.recipient, outbox.c.reason).where(outbox.c.kind == "not-taken")
        return [(row.recipient, row.reason) for row in tx.connection.execute(query)]


def sealed(fake: FakeNetwork, payload: bytes, *, author: int = ROSA, key_id: str = "") -> str:
    """Seal something to the key that is published now, or to a name of a key."""
    with fake.store.read() as tx:
        key = intake.keys(tx)[0]
    named = key_id or key.id
    return envelope_wikitext(named, seal(payload, key.public, info("fakewiki", author, named)))


def to_a_key_that_is_gone(fake: FakeNetwork) -> str:
    """Seal to a key that was on the page once, and was destroyed since."""
    gone = new_private_key()
    with fake.store.write() as tx:
        later = START + timedelta(days=1)
        intake.put_key(
            tx, "kgone", public_bytes(gone), private_bytes(gone), made_at=START, expires_at=later
        )
        intake.destroy_key(tx, "kgone", START)
    context = info("fakewiki", ROSA, "kgone")
    return envelope_wikitext("kgone", seal(b'{"type": "decoy"}', public_bytes(gone), context))


def to_a_key_that_does_not_open(fake: FakeNetwork) -> str:
    """Seal to a key whose private half is damaged."""
    text = sealed(fake, json.dumps(REQUEST).encode())
    with fake.store.write() as tx:
        tx.connection.execute(update(page_keys).values(wrapped=b"damaged"))
    return text


def twice_over(fake: FakeNetwork) -> str:
    """Ask a second time while a first request is open."""
    fake.ask()
    take_in(fake.network)
    return sealed(fake, json.dumps(REQUEST).encode())


REQUEST = {
    "type": "request",
    "ref": "01234567",
    "locale": "en",
    "languages": ["de"],
    "topics": [],
    "channels": ["desk"],
    "contact": {},
    "message": "",
    "avoid": [],
    "prefer": [],
    "words": ["amber", "tiger", "window"],
    "status_token": "q83vASNFZ4mrze8BI0VniQ",
    "notify": True,
}

WRITTEN: dict[str, tuple[str, Callable[[FakeNetwork], str]]] = {
    "sealed by somebody else": (
        "cannot-open",
        lambda fake: sealed(fake, b"{}", author=SEALED_BY_SOMEBODY_ELSE),
    ),
    "a key nobody knows": ("cannot-open", lambda fake: sealed(fake, b"{}", key_id="knever")),
    "a key that is gone": ("key-destroyed", to_a_key_that_is_gone),
    "a key that does not open": ("key-unreadable", to_a_key_that_does_not_open),
    "no JSON": ("malformed", lambda fake: sealed(fake, b"{")),
    "cannot be read at all": ("malformed", lambda _fake: TOO_LARGE),
    "out of bounds": ("invalid", lambda fake: sealed(fake, b'{"type": "request"}')),
    "by hand, no language": ("no-language", lambda _fake: PLAIN.replace("German", "Germn")),
    "by hand, too long": ("invalid", lambda _fake: PLAIN.replace("Please", "P" * 2000)),
    "one is open already": ("open-already", twice_over),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_who_wrote_what_is_not_taken_is_told(fake: FakeNetwork, case: str) -> None:
    """One mail, to the author, with the reason that has words of its own."""
    reason, write = WRITTEN[case]
    fake.wiki.append(ROSA, write(fake))
    take_in(fake.network)
    assert not_taken(fake) == [(ROSA, reason)]
    before = len(fake.wiki.mails("Rosa"))
    while deliver(fake.network):
        pass
    assert len(fake.wiki.mails("Rosa")) > before


def test_a_decoy_and_a_request_are_no_reason_to_write(fake: FakeNetwork) -> None:
    """A decoy is answered by nothing, and a request by its receipt."""
    fake.wiki.append(ROSA, sealed(fake, b'{"type": "decoy"}'))
    fake.ask()
    take_in(fake.network)
    assert not_taken(fake) == []


def test_nobody_is_told_who_was_logged_out(fake: FakeNetwork) -> None:
    """There is no account to write to; another one who writes the same is told."""
    fake.wiki.append(0, TOO_LARGE)
    take_in(fake.network)
    assert not_taken(fake) == []
    fake.wiki.append(1, TOO_LARGE)
    take_in(fake.network)
    assert [told for told, _ in not_taken(fake)] == [1]


def test_one_page_full_of_it_is_told_of_once(fake: FakeNetwork) -> None:
    """Three at once are one mail, and a fourth on the same day is none; the next day is another."""
    fake.wiki.append(ROSA, TOO_LARGE * 3)
    take_in(fake.network)
    fake.wiki.append(ROSA, TOO_LARGE.replace("aaaa", "b"))
    fake.clock.forward(hours=1)
    take_in(fake.network)
    assert len(not_taken(fake)) == 1
    fake.clock.forward(days=1)
    fake.wiki.append(ROSA, TOO_LARGE.replace("aaaa", "c"))
    take_in(fake.network)
    assert len(not_taken(fake)) == 2


def test_what_is_set_aside_was_not_sealed(fake: FakeNetwork) -> None:
    """Each message has its place in its revision, and says how it was written."""
    fake.wiki.append(ROSA, sealed(fake, b'{"type": "decoy"}') + PLAIN + TOO_LARGE)
    take_in(fake.network)
    columns = messages.c.place, messages.c.sealed_envelope, messages.c.outcome, messages.c.reason
    with fake.store.read() as tx:
        rows = tx.connection.execute(select(*columns).order_by(messages.c.place)).all()
    assert [row.place for row in rows] == [0, 1, 2]
    assert {(bool(row.sealed_envelope), row.outcome, row.reason) for row in rows} == {
        (True, "decoy", "decoy"),
        (False, "request", "request"),
        (False, "malformed", "set-aside"),
    }


def test_who_asks_by_hand_is_notified(fake: FakeNetwork) -> None:
    """Nobody who writes by hand can say otherwise: the receipt goes out, with their link."""
    fake.wiki.append(ROSA, PLAIN)
    fake.once()
    assert [mail for mail in fake.wiki.mails("Rosa") if "/status/" in mail["text"]]
