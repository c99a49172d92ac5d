"""The end of a network goes on as long as anything is left to read or to send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.casework.roster import Supporter
from bot.network import Network
from bot.network_state import SHUT_OFF
from bot.steps import wind_down as steps
from bot.steps.deliver import AT_ONCE
from bot.steps.take_in import take_in
from bot.steps.wind_down import Came, Wound, wind_down
from bot.store import roster
from bot.store.schema import supporters
from bot.store.store import put_setting
from bot.wiki import pages
from bot.wiki.session import Wiki
from tests.fakes.network import SVEN, FakeNetwork, make
from tests.fakes.wiki import INTAKE, FakeAccount

LANDING = "Project:Peer support"
GOODBYE = "the network is ending"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network with the supporters Salma and Sven, to which nobody has come yet."""
    return make(tmp_path)


def told(fake: FakeNetwork, name: str) -> bool:
    """Say whether somebody heard, once, that the network ends."""
    return [mail["subject"].endswith(GOODBYE) for mail in fake.wiki.mails(name)] == [True]


def test_everybody_is_told_at_once_however_many(fake: FakeNetwork) -> None:
    """More than are mailed in one round: nobody has to run it again."""
    names = [f"Account {number}" for number in range(AT_ONCE + 5)]
    with fake.store.write() as tx:
        for number, name in enumerate(names):
            fake.wiki.accounts[name] = FakeAccount(1000 + number, name)
            one = Supporter(user_id=1000 + number, name=name, languages=("en",))
            roster.put(tx, one, fake.clock())
    assert wind_down(fake.network) == Came(Wound.DOWN)
    assert all(told(fake, name) for name in names)


def test_what_stands_behind_a_flood_is_read_first(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as reading says that there is more, nothing is erased: Ravi's was the last."""
    rounds = list[int]()

    def flood(network: Network) -> bool:
        rounds.append(1)
        return True if len(rounds) < 5 else take_in(network)

    monkeypatch.setattr(steps, "take_in", flood)
    fake.ask(8)
    assert wind_down(fake.network).how is Wound.DOWN
    assert told(fake, "Ravi")


def test_while_mail_waits_it_says_how_many_are_untold(fake: FakeNetwork) -> None:
    """Two supporters and one requester; nothing is erased, and the pages do not say so yet."""
    fake.ask()
    fake.wiki.does.mailer = "pear-mail-error"
    assert wind_down(fake.network) == Came(Wound.WAITING, 3)
    assert fake.wiki.revisions(LANDING) == []
    with fake.store.read() as tx:
        assert len(roster.everybody(tx)) == 2


def test_the_wikis_stop_is_told_with_what_is_left(fake: FakeNetwork) -> None:
    """Nobody was written to; who asked is found when it goes on."""
    fake.ask()
    fake.wiki.does.shut_off = True
    assert wind_down(fake.network) == Came(Wound.STOPPED, 3)
    fake.wiki.does.shut_off = False
    with fake.store.write() as tx:
        put_setting(tx, SHUT_OFF, "no")
    assert wind_down(fake.network) == Came(Wound.DOWN)


def test_what_was_given_up_is_counted(fake: FakeNetwork) -> None:
    """The operator knows how many were erased untold."""
    with fake.store.write() as tx:
        spoilt = update(supporters).where(supporters.c.user_id == SVEN).values(sealed=b"damaged")
        tx.connection.execute(spoilt)
    assert wind_down(fake.network) == Came(Wound.UNREADABLE, unreadable=1)
    assert wind_down(fake.network, leave_unreadable=True) == Came(Wound.DOWN, unreadable=1)
    assert wind_down(fake.network) == Came(Wound.DOWN), "it has ended: nothing is left to count"


def test_what_stands_on_the_landing_page_is_kept(fake: FakeNetwork) -> None:
    """Below the notice; the intake page has nothing but that."""
    fake.wiki.save(8, "Our own words about it", LANDING)
    assert wind_down(fake.network).left == ()
    landing = fake.wiki.revisions(LANDING)[-1]["text"]
    assert landing.endswith("\n\nOur own words about it")
    assert "Our own words" not in fake.wiki.revisions(INTAKE)[-1]["text"]


def test_a_page_that_cannot_be_saved_is_left_to_the_operator(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its title; everybody is told and everything erased all the same."""
    save = pages.save

    def not_the_landing(wiki: Wiki, title: str, text: str, *rest: Any, **how: Any) -> object:
        if title == LANDING:
            return pages.Saving.NOT_ALLOWED, "protectedpage"
        return save(wiki, title, text, *rest, **how)

    monkeypatch.setattr(pages, "save", not_the_landing)
    assert wind_down(fake.network) == Came(Wound.DOWN, left=(LANDING,))
