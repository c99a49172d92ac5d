"""Worker and desk at once, each a process of its own, on every database there is."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.case import receive
from bot.casework.effects import Door
from bot.casework.states import State
from bot.desk.app import create_app
from bot.store import cases, links, roster
from bot.store import outbox as mails
from bot.store.cases import Asked, Identity, Story
from bot.store.keyring import token_digest
from bot.store.schema import events, offers, outbox, talk
from stage.mariadb import Server, server
from tests.fakes import network as fakes
from tests.fakes.network import ROSA, ROSTER, SALMA, SVEN, FakeNetwork
from tests.unit.desk.conftest import Browser

TIMES = 200
CASES = 6
SECONDS = 240
MORE = """\
policy: {mails_per_day: 9999, open_requests_per_account: 20, requests_per_account_per_month: 99,
  supporters_one_requester_may_meet: 99}
"""


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Server]:
    """Run a MariaDB of the tests' own; its path is short, for a socket's may not be long."""
    with TemporaryDirectory() as folder, server(Path(folder)) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Say where the network lies."""
    return tmp_path / "network"


@pytest.fixture(params=["sqlite", "mariadb"])
def fake(request: pytest.FixtureRequest, folder: Path) -> Iterator[FakeNetwork]:
    """Give a network in which Salma and Sven both speak German, and have time for everything."""
    more = MORE
    if request.param == "mariadb":
        running: Server = request.getfixturevalue("mariadb")
        more += f"database: {running.new_database()}\n"
    made = fakes.make(folder, more=more)
    with made.store.write() as tx:
        for one in ROSTER:
            busy = replace(one, languages=("en", "de"))
            roster.put(tx, replace(busy, capacity=TIMES, per_week=TIMES), made.clock())
    yield made
    made.store.close()


_MAKING = threading.Lock()
"""Werkzeug parses its routes' code, and Python 3.11 stumbles where two threads parse at once."""


def desk_of(fake: FakeNetwork) -> Browser:
    """Open the desk of a network in somebody's browser."""
    network = fake.network
    with _MAKING:
        return Browser(create_app(network.config, network.store, network.messages, network.clock))


# --- two at the same moment ---------------------------------------------------------------------


class Waiting:
    """A desk in a process of its own, whose presses wait for those of another."""

    desk: Browser
    gate: Barrier

    @classmethod
    def open(cls, folder: Path, gate: Barrier) -> None:
        """Open the desk."""
        cls.desk, cls.gate = desk_of(fakes.make(folder)), gate

    @classmethod
    def accept(cls, path: str) -> str:
        """Look at an offer, wait until the other has looked, say yes, and give the page's text."""
        form = cls.desk.get(path).page.forms["accept"]
        cls.gate.wait(SECONDS)
        return cls.desk.post(path, "accept", form).page.text


def offered(fake: FakeNetwork, number: int) -> tuple[int, dict[int, str]]:
    """Let a case be offered to both; give it, and the path of each one's offer."""
    now, policy = fake.clock(), fake.network.config.policy
    both = (SALMA, SVEN)
    asked = Asked("en", ("de",), (), ("desk",), ())
    with fake.store.write() as tx:
        step = receive(f"{number:08}", notify=True, now=now)
        who = Identity(ROSA, "Rosa", ())
        case_id = cases.take_in(tx, step, asked, who, Story("", (), ()), policy=policy, now=now)
        chosen = tuple(on.Chosen(one) for one in both)
        for event in (
            on.Looked(chosen, possible=True, again_at=now),
            *(on.OfferSent(one) for one in both),
        ):
            cases.happened(tx, case_id, event, now=now, policy=policy)
        paths = {}
        for one in both:
            token = tx.keyring.new_token()
            digest = token_digest(token)
            links.put(tx, digest, Door.OFFER, case_id, supporter=one, now=now, expires_at=None)
            paths[one] = f"/offer/{token}"
    return case_id, paths


def test_of_two_who_accept_at_the_same_moment_one_has_it(fake: FakeNetwork, folder: Path) -> None:
    """200 times, by two desks: one is given the case and a link to it, the other is thanked."""
    spawn = get_context("spawn")
    gate = spawn.Barrier(2)
    won: Counter[int] = Counter()
    desks = [
        ProcessPoolExecutor(1, mp_context=spawn, initializer=Waiting.open, initargs=(folder, gate))
        for _ in range(2)
    ]
    with desks[0], desks[1]:
        for number in range(TIMES):
            case_id, paths = offered(fake, number)
            pressed = [
                desk.submit(Waiting.accept, path)
                for desk, path in zip(desks, paths.values(), strict=True)
            ]
            said = [answer.result(SECONDS) for answer in pressed]
            thanked = ["We are sending you a link" not in text for text in said]
            assert sorted(thanked) == [False, True], said
            with fake.store.read() as tx:
                stored = cases.load(tx, case_id)
                queued = mails.queued(tx, fake.clock(), 9 * TIMES)
                waiting = [row for row in queued if row.case_id == case_id]
            assert stored is not None
            winner = list(paths)[thanked.index(False)]
            assert stored.case.supporter == winner
            assert [row.recipient for row in waiting if row.kind.value == "case-link"] == [winner]
            won[winner] += 1
    assert won.total() == TIMES
    print(f"won: {sorted(won.values())}")


# --- a worker that never rests ------------------------------------------------------------------


def work(folder: Path, stop: Event) -> None:
    """Be the worker until told to stop; what goes wrong stands in its log."""
    logging.basicConfig(filename=folder / "worker.log", level=logging.WARNING)
    fake = fakes.make(folder)
    while not stop.is_set():
        fake.once()


class Two:
    """The two sides of one case at the desk, while the worker writes their mails."""

    def __init__(self, fake: FakeNetwork, ref: str, status: str) -> None:
        self.fake, self.ref, self.status = fake, f"{ref[:4]}-{ref[4:]}", f"/status/{status}"

    def link(self, name: str, door: Door) -> str:
        """Wait for the mail that brings a link."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for mail in self.fake.wiki.mails(name):
                if self.ref in mail["subject"] and f"/{door.value}/" in mail["text"]:
                    token = mail["text"].split(f"/{door.value}/")[1].split()[0]
                    return f"/{door.value}/{token}"
            time.sleep(0.05)
        message = f"no link through {door} came"
        raise AssertionError(message)

    def accept(self) -> str:
        """Let both say yes at once, and give the name of who has it."""
        # Whoever is slower would get no mail any more, were the case taken before it goes.
        both_asked = threading.Barrier(2)

        def yes(name: str) -> str | None:
            desk, path = desk_of(self.fake), self.link(name, Door.OFFER)
            both_asked.wait(SECONDS)
            page = desk.get(path)
            if page.status != 200:
                return None
            said = desk.post(path, "accept", page.page.forms["accept"])
            return name if "We are sending you a link" in said.text else None

        with ThreadPoolExecutor(2) as both:
            [name] = [found for found in both.map(yes, ("Salma", "Sven")) if found]
        return name

    def live(self, end: Callable[[Browser, str, Browser, str], None]) -> None:
        """Let somebody take it, both write, and it end."""
        here, there = desk_of(self.fake), desk_of(self.fake)
        path = self.link(self.accept(), Door.CASE)
        here.open(path)
        there.open(self.status)
        assert here.press(path, "take").status == 303
        for number in range(2):
            assert here.press(path, "write", text=f"Hello {number}").status == 303
            assert there.press(self.status, "look").status == 303
            assert there.press(self.status, "write", text=f"Yes {number}").status == 303
            assert here.press(path, "look").status == 303
        end(here, path, there, self.status)


def close(here: Browser, path: str, _there: Browser, _status: str) -> None:
    """Let the supporter close it."""
    assert here.press(path, "close").status == 200


def hand_back(here: Browser, path: str, _there: Browser, _status: str) -> None:
    """Let the supporter hand it back."""
    assert here.press(path, "hand-back").status == 200


def withdraw(_here: Browser, _path: str, there: Browser, status: str) -> None:
    """Let the requester take it back."""
    assert there.press(status, "withdraw").status == 200


ENDS = {"Closed": close, "HandedBack": hand_back, "Withdrawn": withdraw}


def counted(fake: FakeNetwork, column: Any) -> Counter[Any]:
    """Count the values of a column."""
    with fake.store.read() as tx:
        return Counter(tx.connection.scalars(select(column)))


def test_worker_and_desk_at_once_lose_and_double_nothing(fake: FakeNetwork, folder: Path) -> None:
    """While the worker never rests, each press is one event, each event its mails, once."""
    spawn = get_context("spawn")
    stop = spawn.Event()
    twos = []
    for number in range(CASES):
        token = f"{number:032x}"
        twos.append(Two(fake, fake.ask(languages=["de"], status_token=token), token))
    worker = spawn.Process(target=work, args=(folder, stop))
    worker.start()
    try:
        # Each of them in a third of the cases, in turn.
        how = [list(ENDS.values())[number % 3] for number in range(CASES)]
        with ThreadPoolExecutor(3) as some:
            list(some.map(Two.live, twos, how))
    finally:
        stop.set()
        worker.join(SECONDS)
    assert worker.exitcode == 0
    assert (folder / "worker.log").read_text() == ""
    assert fake.once()

    each = CASES // 3
    happened = counted(fake, events.c.name)
    expected = dict.fromkeys(ENDS, each) | {"Accepted": CASES, "Taken": CASES}
    assert {name: happened[name] for name in expected} == expected
    with fake.store.read() as tx:
        stored = cases.load_where(tx)
    assert Counter(one.case.state for one in stored) == {
        State.CLOSED: 2 * each,
        State.WAITING: each,
    }
    assert all(one.due_at is not None for one in stored if one.case.open)
    assert counted(fake, talk.c.id).total() == 0
    assert counted(fake, offers.c.state)["accepted"] == 2 * each
    # Every mail has one outcome, and every one that was sent came once.
    kinds, states = counted(fake, outbox.c.kind), counted(fake, outbox.c.state)
    assert set(states) <= {"sent", "needless"}
    assert len(fake.wiki.mails()) == states["sent"]
    assert kinds["case-link"] == kinds["accepted"] == CASES
    assert kinds["handed-back"] == each
    assert threading.active_count() < 20
