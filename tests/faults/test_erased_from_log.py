"""Somebody withdraws while another process reads the store, so that its log cannot be emptied."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from sqlalchemy import select

from bot.casework.effects import Door
from bot.clock import clock
from bot.config import load
from bot.config_place import DATABASE_VARIABLE
from bot.store.schema import case_keys, case_secrets
from bot.store.store import JOURNAL_TO_EMPTY, get_setting, open_store
from tests.faults.desk_process import MARKER, SECONDS, Ground, desk, lay_ground, wait_for
from tests.unit.desk.conftest import Clock, Scene

FORM = re.compile(r'name="form" value="([^"]+)"')


def left(folder: Path, erased: list[bytes]) -> bool:
    """Return whether anything erased is in the database or in the log beside it."""
    files = [file.read_bytes() for file in folder.glob(f"{MARKER}.db*")]
    return any(one in held for one in erased for held in files)


@contextmanager
def reader(folder: Path) -> Iterator[None]:
    """Read the store as another program may, for as long as it likes."""
    with closing(sqlite3.connect(folder / f"{MARKER}.db", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM cases").fetchall()
        yield


def sealed(scene: Scene) -> list[bytes]:
    """Return what lies sealed in the store of cases, and the keys to it."""
    with scene.store.read() as tx:
        rows = [
            row for one in (case_keys, case_secrets) for row in tx.connection.execute(select(one))
        ]
    return [value for row in rows for value in row if isinstance(value, bytes) and len(value) > 16]


def withdraw(url: str) -> None:
    """Withdraw, as the requester does behind the private link."""
    browser = requests.Session()
    for do in ("open", "withdraw", "withdraw-yes"):
        page = browser.get(url, timeout=SECONDS).text
        if do != "withdraw-yes" or "withdraw-yes" in page:
            form = FORM.findall(page)[0]
            assert browser.post(url, data={"form": form, "do": do}, timeout=SECONDS).ok


def network(ground: Ground) -> Scene:
    """Return the network of a ground, with the clock that its processes have."""
    here = Clock()
    here.now = clock()
    return Scene(load(ground.config_file, ground.environment), ground.store, here)


def test_gone_once_nobody_reads(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """The desk, which nobody asks for anything any more, empties the log by itself."""
    ground = lay_ground(tmp_path)
    scene = network(ground)
    path = scene.link(scene.case(), Door.STATUS)
    erased = sealed(scene)
    scene.store.close()
    assert len(erased) > 2
    with desk(ground) as ours:
        with reader(tmp_path):
            withdraw(ours.url + path)
            assert left(tmp_path, erased), "a reader kept nothing"
        wait_for(lambda: not left(tmp_path, erased))
    tell("safety row 14: withdrawn beside a reader, and gone from the log soon after it")


def test_gone_although_the_process_is(tmp_path: Path) -> None:
    """The desk is killed before it could empty the log; any other process can."""
    ground = lay_ground(tmp_path)
    scene = network(ground)
    path = scene.link(scene.case(), Door.STATUS)
    erased = sealed(scene)
    with reader(tmp_path):
        with desk(ground) as ours:
            withdraw(ours.url + path)
        assert left(tmp_path, erased), "a reader kept nothing"
        assert not scene.store.empty_journal()
    other = open_store(ground.environment[DATABASE_VARIABLE], scene.store.keyring)
    with other.read():
        assert left(tmp_path, erased), "nobody was asked to empty it"
    assert other.empty_journal()
    with other.read() as tx:
        assert not get_setting(tx, JOURNAL_TO_EMPTY)
    other.close()
    assert not left(tmp_path, erased)
    scene.store.close()
