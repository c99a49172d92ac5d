"""A thief with the files, with the secret, with a backup: what opens, and what does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.events import Side
from bot.problems import InputError
from bot.store import cases, intake, rewrap, talk
from bot.store.keyring import Keyring
from bot.store.schema import case_keys, case_secrets, page_keys
from bot.store.store import open_store
from tests.fakes.network import ROSA, SALMA, SECRET, FakeNetwork, make

STORY, SAID, NAME = "zq7 what happened to me", "zq7 what was answered", "Rosa"
NEW_SECRET = bytes(range(32, 64))


def supported(folder: Path) -> FakeNetwork:
    """Give a network with one case in which everything was written that can be."""
    fake = make(folder)
    fake.ask(message=STORY, contact={"wikimail": "zq7@mail.example"}, avoid=["Zq7 avoided"])
    fake.once()
    [offer] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, offer, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    [link] = fake.tokens("Salma", Door.CASE)
    fake.happened(Door.CASE, link, on.Taken)
    fake.wrote(Door.CASE, link, Side.SUPPORTER, SAID)
    return fake


def taken(fake: FakeNetwork, folder: Path) -> str:
    """Copy the store's files as they lie there, database and log, and give the copy's address."""
    file = Path(str(fake.store.engine.url.database))
    folder.mkdir()
    for path in file.parent.iterdir():
        if path.is_file() and path.name.startswith(file.name):
            shutil.copy(path, folder)
    return f"sqlite:///{folder / file.name}"


def case_number(fake: FakeNetwork) -> int:
    """Give the number of the one case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored.id


@pytest.mark.parametrize("ending", [on.Closed(Side.REQUESTER), on.Withdrawn(), on.Misused(True)])
def test_files_and_secret_of_after_closing_open_nothing(tmp_path: Path, ending: on.Event) -> None:
    """With database, log and master secret, nothing of a closed case can be read or tried."""
    fake = supported(tmp_path / "real")
    number = case_number(fake)
    with fake.store.read() as tx:
        columns = (case_keys.c.wrapped, case_secrets.c.sealed)
        before = [v for c in columns for v in tx.connection.scalars(select(c))]
    with fake.store.write() as tx:
        cases.happened(tx, number, ending, now=fake.clock(), policy=fake.network.config.policy)
    fake.once()
    url = taken(fake, tmp_path / "copy")
    raw = b"".join(path.read_bytes() for path in (tmp_path / "copy").iterdir())
    assert [value for value in before if value in raw] == [], "not a byte of key or seal is left"
    thief = open_store(url, Keyring(SECRET))
    with thief.read() as tx:
        assert cases.identity_of(tx, number) is None
        assert cases.story_of(tx, number) is None
        assert talk.of(tx, number, SALMA) == []
        kinds = set(tx.connection.scalars(select(case_keys.c.secret)))
        assert kinds <= {"pair"}, "who supported it is kept for a complaint, and nothing else"
    thief.close()


def test_a_backup_opens_with_its_keys_and_the_secret_of_its_day(tmp_path: Path) -> None:
    """A copy from before still opens: the page says so; neither another secret nor no keys do."""
    fake = supported(tmp_path / "real")
    number = case_number(fake)
    url = taken(fake, tmp_path / "backup")
    with fake.store.write() as tx:
        policy = fake.network.config.policy
        cases.happened(tx, number, on.Withdrawn(), now=fake.clock(), policy=policy)
    backup = open_store(url, Keyring(SECRET))
    with backup.read() as tx:
        story, who = cases.story_of(tx, number), cases.identity_of(tx, number)
        assert story is not None
        assert who is not None
        assert (story.message, who.user_id) == (STORY, ROSA)
    with backup.write() as tx:
        tx.connection.execute(case_keys.delete())  # a backup that left the keys out
        tx.connection.execute(page_keys.update().values(wrapped=None))
    with backup.read() as tx:
        assert cases.story_of(tx, number) is None
        assert cases.identity_of(tx, number) is None
        assert all(key.private is None for key in intake.keys(tx))
    backup.close()


def test_a_new_secret_does_not_open_an_old_backup(tmp_path: Path) -> None:
    """After `keys rewrap` the secret of today is none for the backup of yesterday."""
    fake = supported(tmp_path / "real")
    url = taken(fake, tmp_path / "backup")
    rewrap.rewrap(fake.store, Keyring(NEW_SECRET))
    with pytest.raises(InputError, match="master secret"):
        open_store(url, Keyring(NEW_SECRET))
    now = open_store(str(fake.store.engine.url), Keyring(NEW_SECRET))
    with now.read() as tx:
        assert cases.story_of(tx, case_number(fake)) is not None
    now.close()
