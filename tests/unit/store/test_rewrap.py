"""A new master secret takes the place of the old, and nothing is lost or left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.casework.effects import Door
from bot.problems import InputError
from bot.store import cases, intake, marks, roster
from bot.store.keyring import Keyring
from bot.store.rewrap import rewrap
from bot.store.store import open_store
from tests.fakes import network as fakes

NEW = bytes(range(32, 64))


def test_everything_opens_with_the_new_secret_and_nothing_with_the_old(tmp_path: Path) -> None:
    """Page keys, an open case's secrets, limits and roster go on; the old secret is refused."""
    fake = fakes.make(tmp_path)
    fake.ask(message="to be kept")
    fake.once()
    url = fake.network.config.database_url
    with fake.store.read() as tx:
        before = [key.private for key in intake.keys(tx)]
        supporters = roster.everybody(tx)
        asked = marks.requests_of(tx, fakes.ROSA, fake.clock())
    assert asked == 1
    rewrap(fake.store, Keyring(NEW))
    fake.store.close()
    with pytest.raises(InputError, match="not the one that this store was made with"):
        open_store(url, Keyring(fakes.SECRET))
    store = open_store(url, Keyring(NEW))
    with store.read() as tx:
        assert [key.private for key in intake.keys(tx)] == before
        assert roster.everybody(tx) == supporters
        assert marks.requests_of(tx, fakes.ROSA, fake.clock()) == asked
        [case] = cases.load_where(tx)
        story = cases.story_of(tx, case.id)
        assert story is not None
        assert story.message == "to be kept"
        assert cases.open_cases_of(tx, fakes.ROSA) == 1
    store.close()
    assert fake.tokens("Salma", Door.OFFER), "links live on"
