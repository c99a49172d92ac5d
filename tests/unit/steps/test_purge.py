"""What is let go, and what has to stay a little longer."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.store import cases
from bot.store.schema import messages
from tests.fakes.network import ROSA, make


def test_an_envelope_is_known_again_as_long_as_its_key_opens(tmp_path: Path) -> None:
    """Where closed cases go after a day, a restored envelope is still no second request."""
    fake = make(tmp_path, more="retention: {closed_case_days: 1}\n")
    fake.ask()
    envelope = fake.wiki.revisions()[-1]["text"]
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda _: on.Withdrawn())
    fake.clock.forward(hours=30)
    fake.once()
    with fake.store.read() as tx:
        assert cases.load_where(tx) == [], "the closed case is gone"
    fake.wiki.save(ROSA, envelope)
    fake.once()
    with fake.store.read() as tx:
        assert cases.load_where(tx) == []
        outcomes = tx.connection.scalars(select(messages.c.outcome)).all()
    assert outcomes == ["request", "duplicate"]


def test_in_the_end_the_records_go_too(tmp_path: Path) -> None:
    """Once its key is destroyed and its time is over, nothing tells of a message any more."""
    fake = make(tmp_path, more="retention: {closed_case_days: 1}\n")
    fake.ask(notify=False)
    fake.once()
    for _ in range(6):
        fake.clock.forward(hours=24)
        fake.once()
    with fake.store.read() as tx:
        assert tx.connection.scalars(select(messages.c.id)).all() == []
