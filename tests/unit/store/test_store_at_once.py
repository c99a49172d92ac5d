"""Several at work on one database at the same moment: one lock, one who gets the case."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.effects import Mail
from bot.casework.states import OfferState, State
from bot.store import cases, outbox
from bot.store.keyring import Keyring
from bot.store.lock import sole_worker
from bot.store.store import Store, Tx, get_setting, open_store, put_setting
from tests.unit.store.samples import (
    ANA,
    BORIS,
    NOW,
    POLICY,
    SOFIA,
    case_of,
    new_case,
    offered,
    tell,
)

TIMES = 50
"""Of the desk itself it is 200 (tests/faults/test_desk_beside_worker.py)."""
SECRET = bytes(range(32))
ROOT = Path(__file__).parents[3]

HOLD = """
import sys, time
from bot.store.engine import open_engine
from bot.store.lock import sole_worker

with sole_worker(open_engine(sys.argv[1]), lambda: print("waiting", flush=True)):
    print("at work", flush=True)
    time.sleep(60)
"""


def _accept(store: Store, case_id: int, supporter: int) -> Answer:
    with store.write() as tx:
        return tell(tx, case_id, on.Accepted(supporter, has_room=True)).answer


def _accept_elsewhere(url: str, secret: bytes, case_id: int, supporter: int) -> Answer:
    store = open_store(url, Keyring(secret))
    try:
        return _accept(store, case_id, supporter)
    finally:
        store.close()


def _at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """Make these calls in threads that all begin at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer:
        gate.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _offered_case(store: Store, number: int) -> int:
    with store.write() as tx:
        case_id = new_case(tx, f"{number:08d}", SOFIA)
        tell(tx, case_id, *offered(ANA, BORIS))
    return case_id


def _check_one_has_it(store: Store, case_id: int, answers: list[Answer]) -> None:
    assert sorted(answer.value for answer in answers) == ["done", "too late"]
    case = case_of(store, case_id)
    winner = (ANA, BORIS)[answers.index(Answer.DONE)]
    assert case.state is State.SUPPORTED
    assert case.supporter == winner
    states = {offer.supporter: offer.state for offer in case.offers}
    assert states.pop(winner) is OfferState.ACCEPTED
    assert set(states.values()) == {OfferState.ENDED}
    with store.read() as tx:
        links = [row for row in outbox.queued(tx, NOW, 999) if row.case_id == case_id]
    assert [row.recipient for row in links if row.kind.value == "case-link"] == [winner]


class TestAccepting:
    """Ana and Boris say yes in the same moment."""

    def test_gives_the_case_to_one_of_two_threads(self, store: Store) -> None:
        """Each time, exactly one of the two has the case and its link; the other is too late."""
        for number in range(TIMES):
            case_id = _offered_case(store, number)
            answers = _at_once(
                lambda case_id=case_id: _accept(store, case_id, ANA),  # type: ignore[misc]
                lambda case_id=case_id: _accept(store, case_id, BORIS),  # type: ignore[misc]
            )
            _check_one_has_it(store, case_id, answers)

    @pytest.fixture
    def processes(self) -> Iterator[Executor]:
        """Give two processes, as the desk has its workers."""
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            yield pool

    def test_gives_the_case_to_one_of_two_processes(
        self, store: Store, database_url: str, processes: Executor
    ) -> None:
        """The same between processes that share nothing but the database."""
        for number in range(TIMES):
            case_id = _offered_case(store, number)
            answers = processes.map(
                _accept_elsewhere,
                *zip(*((database_url, SECRET, case_id, who) for who in (ANA, BORIS)), strict=True),
            )
            _check_one_has_it(store, case_id, list(answers))


class TestWriting:
    """Transactions that may change things come one after the other."""

    def test_loses_no_count(self, store: Store) -> None:
        """Who reads before writing reads what the others wrote: forty steps of four make forty."""

        def count_ten() -> Answer:
            for _ in range(10):
                with store.write() as tx:
                    put_setting(tx, "count", str(int(get_setting(tx, "count") or 0) + 1))
            return Answer.DONE

        _at_once(*[count_ten] * 4)
        with store.read() as tx:
            assert get_setting(tx, "count") == "40"

    def test_claims_a_mail_for_one(self, store: Store) -> None:
        """Of four who would post the same mail, one may."""
        case_id = _offered_case(store, 1)
        with store.read() as tx:
            row_id = next(row.id for row in outbox.queued(tx, NOW, 9) if row.case_id == case_id)

        def claim() -> Answer:
            with store.write() as tx:
                return Answer.DONE if outbox.claim(tx, row_id, NOW) else Answer.TOO_LATE

        assert _at_once(*[claim] * 4).count(Answer.DONE) == 1

    def test_leaves_the_case_as_it_was_when_a_step_fails(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The last effect of Ana's yes fails: neither case, offers, links nor mails have moved."""
        case_id = _offered_case(store, 1)
        before = case_of(store, case_id)
        put = outbox.put

        def fail_at_the_last(tx: Tx, about: int, mail: Mail, now: datetime) -> None:
            if mail.kind.value == "accepted":
                raise RuntimeError
            put(tx, about, mail, now)

        monkeypatch.setattr(outbox, "put", fail_at_the_last)
        with pytest.raises(RuntimeError), store.write() as tx:
            cases.happened(tx, case_id, on.Accepted(ANA, has_room=True), now=NOW, policy=POLICY)
        assert case_of(store, case_id) == before
        with store.read() as tx:
            assert "Accepted" not in [name for _, name in cases.happenings(tx, case_id)]
            assert "case-link" not in [row.kind.value for row in outbox.queued(tx, NOW, 9)]


class TestOneWorker:
    """`sole_worker`."""

    @pytest.fixture
    def start(
        self, database_url: str, store: Store
    ) -> Iterator[Callable[[], subprocess.Popen[str]]]:
        """Start workers that do nothing but hold, or wait for, the lock."""
        started: list[subprocess.Popen[str]] = []

        def start() -> subprocess.Popen[str]:
            command = [sys.executable, "-c", HOLD, database_url]
            started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT))
            return started[-1]

        yield start
        for process in started:
            process.kill()
            process.communicate()

    def test_lets_the_second_wait_until_the_first_is_killed(
        self, start: Callable[[], subprocess.Popen[str]]
    ) -> None:
        """A second worker says once that it waits, and goes on when the first dies hard."""
        first = start()
        assert _line(first) == "at work"
        second = start()
        assert _line(second) == "waiting"
        os.kill(first.pid, signal.SIGKILL)
        assert _line(second) == "at work"

    def test_is_free_again_after_its_work(self, store: Store) -> None:
        """Whoever comes after a worker that ended does not wait, also after one that failed."""

        def must_not_wait() -> None:
            pytest.fail("nobody is at work")

        with sole_worker(store.engine, must_not_wait):
            pass
        with pytest.raises(RuntimeError), sole_worker(store.engine, must_not_wait):
            raise RuntimeError
        with sole_worker(store.engine, must_not_wait):
            pass

    def test_does_not_keep_the_desk_from_its_work(
        self, start: Callable[[], subprocess.Popen[str]], store: Store
    ) -> None:
        """The lock is the worker's alone: pages and commands write while it is held."""
        assert _line(start()) == "at work"
        with store.write() as tx:
            put_setting(tx, "count", "1")


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
