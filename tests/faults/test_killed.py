"""kill -9 between any two things a worker or desk does in the life of a case."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.states import Outcome
from bot.store import cases, outbox
from bot.store.schema import case_secrets, messages, offers, talk
from bot.store.store import Store, Tx
from tests.fakes import network as fakes
from tests.fakes.network import Clock, FakeNetwork
from tests.fakes.wiki import FakeWiki


def closed(fake: FakeNetwork) -> None:
    """Let a request be read, offered, accepted, talked about and closed."""
    _accept(fake, "Salma")
    for token in fake.tokens("Salma", Door.CASE):
        fake.happened(Door.CASE, token, on.Taken)
        fake.wrote(Door.CASE, token, on.Side.SUPPORTER, "I am here.")
    fake.once()
    for token in fake.tokens("Rosa", Door.STATUS):
        fake.wrote(Door.STATUS, token, on.Side.REQUESTER, "Thank you.")
    fake.once()
    for token in fake.tokens("Salma", Door.CASE):
        fake.happened(Door.CASE, token, lambda _: on.Closed(on.Side.SUPPORTER))
    fake.once()


def accepted(fake: FakeNetwork) -> None:
    """Let a request come so far that somebody has said yes and has their link."""
    _accept(fake, "Salma")


def handed_back(fake: FakeNetwork) -> None:
    """Let the first supporter hand it back, and the second one close it."""
    for token in fake.tokens("Salma", Door.CASE):
        fake.happened(Door.CASE, token, on.HandedBack)
    _accept(fake, "Sven")
    for token in fake.tokens("Sven", Door.CASE):
        fake.happened(Door.CASE, token, on.Taken)
        fake.happened(Door.CASE, token, lambda _: on.Closed(on.Side.SUPPORTER))
    fake.once()


def withdrawn(fake: FakeNetwork) -> None:
    """Let the requester take it back."""
    for token in fake.tokens("Rosa", Door.STATUS):
        fake.happened(Door.STATUS, token, lambda _: on.Withdrawn())
    fake.once()


def _accept(fake: FakeNetwork, name: str) -> None:
    fake.once()
    for token in fake.tokens(name, Door.OFFER):
        fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.once()


@dataclass(frozen=True)
class Life:
    """A case from its beginning to its end, which may be begun again anywhere, and what is left.

    `told` counts the mails that each person gets, from and to, since some are overtaken by the end.
    Nobody dies during `before`.
    """

    before: Callable[[FakeNetwork], None]
    live: Callable[[FakeNetwork], None]
    outcome: Outcome
    offers: list[str]
    left: list[str]
    told: dict[str, tuple[int, int]]


LIVES = {
    # Salma: the offer, her link, that Rosa wrote. Rosa: the receipt, that somebody said yes and
    # wrote, and the end.
    "closed": Life(
        lambda fake: None,
        closed,
        Outcome.HELPED,
        ["accepted"],
        ["pair"],
        {"Salma": (2, 3), "Rosa": (2, 4)},
    ),
    # Rosa: the receipt, twice that somebody said yes, once that somebody could not, and the end.
    "handed back": Life(
        accepted,
        handed_back,
        Outcome.HELPED,
        ["handed back", "accepted"],
        ["pair"],
        {"Salma": (2, 2), "Sven": (2, 2), "Rosa": (3, 5)},
    ),
    # Nobody is told of it but the one who said yes; what Rosa was told before is hers to have.
    "withdrawn": Life(
        accepted, withdrawn, Outcome.WITHDRAWN, ["accepted"], [], {"Salma": (3, 3), "Rosa": (2, 2)}
    ),
}


SHARES = 3
"""Each test takes every third place, so that several can run at a time."""
WHOLE = os.environ.get("PEER_SUPPORT_FAULTS") == "whole"
STEP = SHARES if WHOLE else 3 * SHARES
"""With all other tests, a third of the places; `scripts/test --faults` takes every one."""
KILLED_FOR_REAL = set(LIVES) if WHOLE else {"withdrawn"}
"""In the other lives the files are copied at each place: the same is there as after a kill -9.

The life is lived once then, and not once for each place at which it ends.
"""


class Killer:
    """Kills its own process at the n-th place where it could die."""

    def __init__(self, at: int) -> None:
        self.left = at

    def here(self) -> None:
        """Pass a place where the process could die."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Copier:
    """Copies the files as they are at every n-th place where its process could die."""

    def __init__(self, folder: Path, copies: Path, first: int) -> None:
        self._folder, self._copies = folder, copies
        self._place, self._next = 0, first

    def here(self) -> None:
        """Pass a place where the process could die."""
        self._place += 1
        if self._place == self._next:
            self._next += STEP
            # By another process: this one would lose its locks with the first file it closes.
            to = self._copies / f"{self._place:05}"
            subprocess.run(["cp", "-a", str(self._folder), str(to)], check=True)


class Place:
    """A folder in which a network is lived with, and put back to how it was before."""

    def __init__(self, folder: Path) -> None:
        self.fake = fakes.make(folder, more="policy: {offers_at_once: 1}\n")
        self.folder, self._kept = folder, folder.with_name("kept")
        self.copies = folder.with_name("copies")

    def keep(self) -> None:
        """Keep everything as it is now."""
        self.fake.store.close()
        shutil.copytree(self.folder, self._kept)

    def put_back(self, kept: Path | None = None) -> None:
        """Let everything be as it was kept, for a process that is to die; or as in a copy."""
        self.fake.store.close()
        shutil.rmtree(self.folder)
        shutil.copytree(kept or self._kept, self.folder)
        self.open_anew()

    def open_anew(self) -> None:
        """Open what is there now, as the next process does."""
        self.fake = fakes.opened_anew(self.fake, Clock())


@pytest.fixture
def here(tmp_path: Path) -> Place:
    """Give a network on whose page a request waits to be read."""
    here = Place(tmp_path / "network")
    here.fake.ask(languages=["de", "fr"])
    return here


@contextmanager
def dangerous(monkeypatch: pytest.MonkeyPatch, here: Callable[[], None]) -> Iterator[None]:
    """Pass each place where a process could die; where all is as after the last one, is none."""
    write, ask = Store.write, FakeWiki._once

    @contextmanager
    def dangerous_write(store: Store, **how: Any) -> Iterator[Tx]:
        with write(store, **how) as tx:
            yield tx
            here()  # before it is committed
        here()

    def dangerous_once(wiki: FakeWiki, params: Any, *, post: bool) -> dict[str, Any]:
        answer = ask(wiki, params, post=post)
        if post:  # a question leaves nothing behind
            here()
        return answer

    with monkeypatch.context() as patches:
        patches.setattr(Store, "write", dangerous_write)
        patches.setattr(FakeWiki, "_once", dangerous_once)
        yield


def killed_at(fake: FakeNetwork, at: int, life: Life, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Live a case in a process of its own that dies at the n-th place; False when it lived."""
    fake.store.close()  # no connection is shared with the child
    child = os.fork()
    if child == 0:
        try:
            with dangerous(monkeypatch, Killer(at).here):
                life.live(fake)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def each_kill(
    here: Place, life: Life, first: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let a process die at each of its places in turn, and at last live to the end."""
    place, died = first, True
    while died:
        here.put_back()
        died = killed_at(here.fake, place, life, monkeypatch)
        here.open_anew()
        place += STEP
        yield


def each_copy(
    here: Place, life: Life, first: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Put in place what a process would have left at each of its places, and at the end."""
    here.put_back()
    copies = here.copies
    copies.mkdir()
    with dangerous(monkeypatch, Copier(here.folder, copies, first).here):
        life.live(here.fake)
    yield
    for copy in sorted(copies.iterdir()):
        here.put_back(copy)
        yield


def go_on(fake: FakeNetwork, life: Life) -> None:
    """Let the next worker and the same people go on, until nothing is left to do."""
    # Later: a mail whose fate is unknown is sent once more after some minutes.
    for _ in range(2):
        fake.clock.forward(minutes=10)
        life.live(fake)
        if is_over(fake):
            break
    fake.clock.forward(minutes=10)
    fake.once()


def is_over(fake: FakeNetwork) -> bool:
    """Say whether the case is closed, and each mail has its outcome."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        return not stored.case.open and not {"queued", "posting"} & set(outbox.counts(tx))


def assert_all_is_well(fake: FakeNetwork, life: Life) -> int:
    """Check that nothing was lost and nothing done twice; give the number of repeated mails."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        outcomes = tx.connection.scalars(select(messages.c.outcome)).all()
        left = tx.connection.scalars(select(case_secrets.c.secret)).all()
        asked = tx.connection.execute(select(offers.c.case_id, offers.c.state)).all()
        said = tx.connection.scalar(select(func.count()).select_from(talk))
        states = outbox.counts(tx)
    assert stored.case.outcome is life.outcome
    assert stored.case.supporter is None
    assert [(row.case_id, row.state) for row in asked] == [(None, state) for state in life.offers]
    assert [one for one in outcomes if one != "duplicate"] == ["request"]
    assert left == life.left
    assert said == 0
    assert set(states) <= {"sent", "unknown", "needless"}
    told = Counter(mail["target"] for mail in fake.wiki.mails())
    repeated = sum(told.values()) - states["sent"] - states.get("unknown", 0)
    assert set(told) == set(life.told)
    for name, (least, most) in life.told.items():
        assert least <= told[name] <= most + repeated, name
    assert "sealed=" not in fake.wiki.revisions()[-1]["text"]
    return repeated


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", LIVES)
def test_killed_anywhere_nothing_is_lost_and_at_most_one_mail_repeated(
    here: Place, monkeypatch: pytest.MonkeyPatch, name: str, share: int
) -> None:
    """Wherever worker or desk dies, the next one ends the case well; one mail may come twice."""
    life = LIVES[name]
    life.before(here.fake)
    here.keep()
    repeated = Counter[int]()
    each = each_kill if name in KILLED_FOR_REAL else each_copy
    for _ in each(here, life, share + 1, monkeypatch):
        go_on(here.fake, life)
        repeated[assert_all_is_well(here.fake, life)] += 1
    killed = repeated.total() - 1
    assert killed * STEP > 20, "the case was not lived through"
    assert set(repeated) <= {0, 1}
    print(f"{name}, share {share}: killed at {killed} places: lost 0, repeated {repeated[1]}")
