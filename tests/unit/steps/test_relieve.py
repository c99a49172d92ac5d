"""Who supports somebody and is blocked, or gone: the case waits for the next one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.states import State
from bot.steps.relieve import relieve
from bot.store import cases
from bot.store.cases import StoredCase
from bot.store.store import STATE, put_setting
from tests.fakes.network import FakeNetwork, make


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma has been asked about Rosa's request."""
    fake = make(tmp_path)
    fake.ask(languages=["de", "fr"])
    fake.once()
    return fake


def accept(fake: FakeNetwork) -> None:
    """Let Salma say yes, and get her link."""
    for token in fake.tokens("Salma", Door.OFFER):
        fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    fake.once()


def the_case(fake: FakeNetwork) -> StoredCase:
    """Read the only case."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return stored


def block(fake: FakeNetwork, name: str) -> None:
    """Block somebody on the whole wiki."""
    fake.wiki.accounts[name] = replace(fake.wiki.accounts[name], blocked=True)


def test_who_supports_and_is_blocked_gives_the_case_back(fake: FakeNetwork) -> None:
    """It waits again, the requester is told, and Salma's link opens nothing any more."""
    accept(fake)
    assert the_case(fake).case.state is State.SUPPORTED
    block(fake, "Salma")
    fake.clock.forward(hours=1)
    assert relieve(fake.network)
    assert the_case(fake).case.state is State.WAITING
    fake.once()
    subjects = [mail["subject"] for mail in fake.wiki.mails("Rosa")]
    assert any("we are looking for somebody else" in subject for subject in subjects)
    assert the_case(fake).case.supporter is None


def test_whose_account_is_gone_is_relieved_too(fake: FakeNetwork) -> None:
    """An account can be renamed away or merged into another: nobody of that number is there."""
    accept(fake)
    del fake.wiki.accounts["Salma"]
    fake.clock.forward(hours=1)
    assert relieve(fake.network)
    assert the_case(fake).case.state is State.WAITING


def test_who_is_asked_and_is_blocked_is_asked_no_more(fake: FakeNetwork) -> None:
    """The offer ends as any other that nobody answered, and is made to somebody else."""
    block(fake, "Salma")
    fake.clock.forward(hours=1)
    assert relieve(fake.network)
    [offer] = [one for one in the_case(fake).case.offers if one.supporter == 11]
    assert not offer.live
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    assert the_case(fake).case.supporter is None


def test_it_costs_one_request_an_hour_and_none_while_nobody_is_asked(
    fake: FakeNetwork, tmp_path: Path
) -> None:
    """One look-up in an hour for all who are busy; on an idle network there is none at all."""
    fake.clock.forward(hours=1)
    before = fake.wiki.requests
    assert not relieve(fake.network)
    assert not relieve(fake.network)
    assert fake.wiki.requests == before + 1
    idle = make(tmp_path / "idle")
    before = idle.wiki.requests
    assert not relieve(idle.network)
    assert idle.wiki.requests == before


def test_paused_nobody_is_relieved(fake: FakeNetwork) -> None:
    """A paused network lets no case act; it is done when it goes on."""
    accept(fake)
    block(fake, "Salma")
    fake.clock.forward(hours=1)
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    assert not relieve(fake.network)
    with fake.store.write() as tx:
        put_setting(tx, STATE, "open")
    assert relieve(fake.network)
