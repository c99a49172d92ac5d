"""A mail that went is not sent again, though the store fails or another worker has taken over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.schedule import EVERY_STEP, Did, do
from bot.steps.deliver import deliver
from bot.store import outbox
from bot.store.lock import leading
from bot.store.mariadb import WRITER
from bot.store.store import DeposedError, Store, Tx, put_setting
from tests.fakes.network import FakeNetwork, make


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which an offer to Salma waits to be mailed."""
    made = make(tmp_path)
    made.ask(notify=False)
    made.wiki.does.ratelimits = {"emailuser": {"user": {"hits": 99, "seconds": 86400}}}
    return made


class ReadOnly:
    """A store that takes no writes, from the moment on in which a mail went."""

    def __init__(self, fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = True
        write = Store.write

        @contextmanager
        def refuse(store: Store, *, even_deposed: bool = False) -> Iterator[Tx]:
            if self.now and fake.wiki.mails():
                raise OperationalError("statement", {}, Exception("read-only"))
            with write(store, even_deposed=even_deposed) as tx:
                yield tx

        monkeypatch.setattr(Store, "write", refuse)


def test_a_read_only_window_after_a_post_repeats_no_mail(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store takes nothing for a while after the mail went: what came of it is written later."""
    window = ReadOnly(fake, monkeypatch)
    fake.once()
    for _ in range(3):
        fake.clock.forward(minutes=6)
        assert do(deliver, fake.network) is Did.FAILED
    window.now = False
    fake.once()
    fake.clock.forward(minutes=6)
    fake.once()
    assert len(fake.wiki.mails("Salma")) == 1
    with fake.store.read() as tx:
        assert outbox.counts(tx) == {"sent": 1}


def test_what_a_deposed_worker_knows_of_its_post_is_kept(fake: FakeNetwork) -> None:
    """Another worker takes over while a mail is on its way: it is not sent once more."""
    post = fake.network.mailer

    def depose(*mail: object) -> object:
        outcome = post(*mail)  # type: ignore[arg-type]
        with fake.store.write() as tx:
            put_setting(tx, WRITER, "99")
        return outcome

    object.__setattr__(fake.network, "mailer", depose)
    with leading(fake.store, lambda: None), pytest.raises(DeposedError):
        for _ in range(2):
            fake.once()
    object.__setattr__(fake.network, "mailer", post)
    fake.clock.forward(minutes=6)
    fake.once()
    assert len(fake.wiki.mails("Salma")) == 1


def test_an_outcome_that_comes_late_does_not_undo_a_second_post(fake: FakeNetwork) -> None:
    """Put back by who took over it is still the first one's to settle; posted again, no more."""
    for step in EVERY_STEP[: EVERY_STEP.index(deliver)]:
        do(step, fake.network)
    now = fake.clock()
    with fake.store.write() as tx:
        [row] = outbox.queued(tx, now, 9)
        assert outbox.claim(tx, row.id, now)
        assert outbox.is_as_claimed(tx, row)
        outbox.requeue(tx, row.id, "interrupted", not_before=now, was_posted=True)
        assert outbox.is_as_claimed(tx, row)
        assert outbox.claim(tx, row.id, now)
        assert not outbox.is_as_claimed(tx, row)
