"""kill -9 between any two things a worker or desk does in the life of a case."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.store import cases, outbox
from bot.store.schema import case_secrets, messages
from bot.store.store import Store, Tx
from tests.fakes import network as fakes
from tests.fakes.network import Clock, FakeNetwork
from tests.fakes.wiki import FakeWiki


def life_of_a_case(fake: FakeNetwork) -> None:
    """Let a request be read, offered, accepted, read and closed; may be begun again anywhere."""
    fake.once()
    for token in fake.tokens("Salma", Door.OFFER):
        fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.once()
    for token in fake.tokens("Salma", Door.CASE):
        fake.happened(Door.CASE, token, on.Taken)
        fake.happened(Door.CASE, token, lambda _: on.Closed(on.Side.SUPPORTER))
    fake.once()


class Killer:
    """Kills its own process at the n-th place where it could die."""

    def __init__(self, at: int) -> None:
        self.left = at

    def here(self) -> None:
        """Pass a place where the process could die."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Give the folder of a network on whose page a request waits to be read."""
    fake = fakes.make(tmp_path / "begun", more="policy: {offers_at_once: 1}\n")
    fake.ask()
    fake.store.close()
    return tmp_path / "begun"


def killed_at(folder: Path, at: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Live a case in a process of its own that dies at the n-th place; False when it lived."""
    child = os.fork()
    if child == 0:
        killer = Killer(at)
        write, ask = Store.write, FakeWiki._once

        @contextmanager
        def dangerous_write(store: Store) -> Iterator[Tx]:
            killer.here()
            with write(store) as tx:
                yield tx
                killer.here()  # before it is committed
            killer.here()

        def dangerous_once(wiki: FakeWiki, *given: Any, **named: Any) -> dict[str, Any]:
            killer.here()
            answer = ask(wiki, *given, **named)
            killer.here()
            return answer

        monkeypatch.setattr(Store, "write", dangerous_write)
        monkeypatch.setattr(FakeWiki, "_once", dangerous_once)
        try:
            life_of_a_case(fakes.make(folder))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def assert_all_is_well(fake: FakeNetwork) -> int:
    """Check that nothing was lost and nothing done twice; give the number of repeated mails."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        outcomes = tx.connection.scalars(select(messages.c.outcome)).all()
        left = tx.connection.scalars(select(case_secrets.c.secret)).all()
        states = outbox.counts(tx)
    assert stored.case.state.value == "closed"
    assert [offer.state.value for offer in stored.case.offers] == ["accepted"]
    assert [one for one in outcomes if one != "duplicate"] == ["request"]
    assert left == []
    assert set(states) <= {"sent", "unknown", "needless"}
    mails = Counter((mail["target"], mail["subject"]) for mail in fake.wiki.mails())
    told = Counter(target for target, _ in mails)
    # Salma: the offer and her link. Rosa: the receipt, that somebody said yes (where it was not
    # overtaken by the end), and the end.
    assert set(told) == {"Salma", "Rosa"}
    assert told["Salma"] == 2
    assert told["Rosa"] in {2, 3}
    assert "sealed=" not in fake.wiki.revisions()[-1]["text"]
    return sum(mails.values()) - len(mails)


def test_killed_anywhere_nothing_is_lost_and_at_most_one_mail_repeated(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the process dies, the next one ends the case well; one mail may come twice."""
    repeated = Counter[int]()
    place = 0
    while True:
        place += 1
        folder = tmp_path / f"killed-{place}"
        shutil.copytree(begun, folder)
        died = killed_at(folder, place, monkeypatch)
        # Later: a mail whose fate is unknown is sent once more after some minutes.
        fake = fakes.make(folder, Clock())
        fake.clock.forward(minutes=10)
        life_of_a_case(fake)
        fake.clock.forward(minutes=10)
        life_of_a_case(fake)
        repeated[assert_all_is_well(fake)] += 1
        fake.store.close()
        shutil.rmtree(folder)
        if not died:
            break
    assert place > 50, "the case was not lived through"
    assert set(repeated) <= {0, 1}
    print(f"killed at {place - 1} places: lost 0, repeated {repeated[1]}")
