"""What ToolsDB does to those who use it: read-only times, cut connections, a fail-over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.states import State
from bot.schedule import EVERY_STEP, Did, do_round
from bot.store import cases, outbox
from bot.store.schema import messages
from stage.mariadb import Server, out_of_reach
from tests.fakes import network as fakes
from tests.fakes.network import FakeNetwork


@pytest.fixture
def fake(mariadb: Server, tmp_path: Path) -> Iterator[FakeNetwork]:
    """Give a network whose store is a tool's database."""
    url = mariadb.new_database_of_a_tool()
    made = fakes.make(
        tmp_path / "network", more=f'policy: {{offers_at_once: 1}}\ndatabase: "{url}"\n'
    )
    yield made
    made.store.close()


def rounds(fake: FakeNetwork, count: int = 4) -> list[Did]:
    """Do some rounds; what fails is tried again in the next, some minutes later."""
    came: list[Did] = []
    for _ in range(count):
        came = do_round(fake.network, EVERY_STEP, lambda: False)
        fake.clock.forward(minutes=3)
    return came


def during_the_post(fake: FakeNetwork, happens: Callable[[], None]) -> None:
    """Let something happen once, while a mail is on its way."""
    post = fake.network.mailer
    left = [happens]

    def posting(*mail: Any) -> Any:
        outcome = post(*mail)
        if left:
            left.pop()()
        return outcome

    object.__setattr__(fake.network, "mailer", posting)


def assert_nothing_is_lost_or_doubled(fake: FakeNetwork) -> None:
    """Check that the one request was read once and asked about once, and each mail went once."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
        assert tx.connection.scalars(select(messages.c.outcome)).all() == ["request"]
        assert outbox.counts(tx) == {"sent": 4}
    assert stored.case.state is State.SUPPORTED
    came = sorted(mail["target"] for mail in fake.wiki.mails())
    assert came == ["Rosa", "Rosa", "Salma", "Salma"]


def accept(fake: FakeNetwork) -> None:
    """Let Salma say yes."""
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))


def _read_only(mariadb: Server) -> None:
    mariadb.do("SET GLOBAL read_only = 1")


def test_a_read_only_time_changes_nothing_and_loses_nothing(
    fake: FakeNetwork, mariadb: Server
) -> None:
    """While nothing can be written, steps fail in words and nothing is mailed; then all goes on."""
    fake.ask()
    mariadb.do("SET GLOBAL read_only = 1")
    try:
        assert Did.FAILED in rounds(fake)
        assert fake.wiki.mails() == []
    finally:
        mariadb.do("SET GLOBAL read_only = 0")
    rounds(fake)
    accept(fake)
    rounds(fake)
    assert_nothing_is_lost_or_doubled(fake)


def test_a_read_only_time_that_begins_during_a_post(fake: FakeNetwork, mariadb: Server) -> None:
    """The mail went, and what became of it cannot be written for a while: it goes once only."""
    fake.ask()
    during_the_post(fake, lambda: _read_only(mariadb))
    try:
        assert Did.FAILED in rounds(fake)
        assert len(fake.wiki.mails()) == 1
    finally:
        mariadb.do("SET GLOBAL read_only = 0")
    rounds(fake)
    accept(fake)
    rounds(fake)
    assert_nothing_is_lost_or_doubled(fake)


def test_connections_that_are_cut_again_and_again(fake: FakeNetwork, mariadb: Server) -> None:
    """Whatever the pool holds is found out before it is used, and a cut during a post is mended."""
    fake.ask()
    during_the_post(fake, mariadb.cut_everybody_off)
    for _ in range(3):
        mariadb.cut_everybody_off()
        rounds(fake)
    accept(fake)
    mariadb.cut_everybody_off()
    rounds(fake)
    assert_nothing_is_lost_or_doubled(fake)


def test_a_fail_over_during_a_post(fake: FakeNetwork, mariadb: Server) -> None:
    """The server dies as by a power cut while a mail is on its way, and is away for a while."""
    fake.ask()
    during_the_post(fake, mariadb.kill)
    try:
        with out_of_reach():
            assert Did.FAILED in do_round(fake.network, EVERY_STEP, lambda: False)
            fake.clock.forward(minutes=10)
            assert Did.WORK not in do_round(fake.network, EVERY_STEP, lambda: False)
    finally:
        mariadb.start_again()
    fake.clock.forward(minutes=10)
    rounds(fake)
    accept(fake)
    rounds(fake)
    assert_nothing_is_lost_or_doubled(fake)
