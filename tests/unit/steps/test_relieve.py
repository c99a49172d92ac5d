"""Who supports somebody and is blocked, or gone: the case waits for the next one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.casework.states import State
from bot.steps.deliver import deliver
from bot.steps.offer import offer
from bot.steps.relieve import relieve
from bot.steps.take_in import take_in
from bot.store import cases
from bot.store.cases import StoredCase
from bot.store.store import STATE, put_setting
from tests.fakes.network import SALMA, FakeNetwork, make
from tests.fakes.wiki import FakeAccount


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


def test_it_costs_one_request_in_five_minutes_and_none_while_nobody_is_asked(
    fake: FakeNetwork, tmp_path: Path
) -> None:
    """One look-up in five minutes for all who take part; on an idle network none."""
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


def test_who_is_locked_or_blocked_on_all_wikis_is_relieved_too(fake: FakeNetwork) -> None:
    """The wiki's own list says nothing of it."""
    fake.network.wiki._extensions = frozenset({"CentralAuth", "GlobalBlocking"})
    fake.wiki.does.extensions = ("CentralAuth", "GlobalBlocking")
    accept(fake)
    salma = fake.wiki.accounts["Salma"]
    fake.wiki.accounts["Salma"] = replace(salma, locked=True)
    fake.clock.forward(minutes=5)
    assert relieve(fake.network)
    assert the_case(fake).case.state is State.WAITING


def test_the_case_knows_what_its_requester_is_called_now(fake: FakeNetwork) -> None:
    """By the account, whatever becomes of the old name; of one that is no more, no name is kept."""
    accept(fake)
    accounts = fake.wiki.accounts
    accounts["Rosa anew"] = replace(accounts["Rosa"], name="Rosa anew")
    accounts["Rosa"] = FakeAccount(99, "Rosa")
    fake.clock.forward(minutes=5)
    relieve(fake.network)
    assert requester(fake) == "Rosa anew"
    del accounts["Rosa anew"]
    fake.clock.forward(minutes=5)
    relieve(fake.network)
    assert requester(fake) == ""


def test_the_name_is_as_new_as_the_link_to_the_case(fake: FakeNetwork) -> None:
    """Renamed before Salma said yes: her page never shows the old name."""
    accounts = fake.wiki.accounts
    accounts["Rosa anew"] = replace(accounts["Rosa"], name="Rosa anew")
    accounts["Rosa"] = FakeAccount(99, "Rosa")
    fake.clock.forward(minutes=2)
    accept(fake)
    assert fake.tokens("Salma", Door.CASE)
    assert requester(fake) == "Rosa anew"


def requester(fake: FakeNetwork) -> str:
    """Read what the requester of the only case is called."""
    with fake.store.read() as tx:
        who = cases.identity_of(tx, the_case(fake).id)
    assert who is not None
    return who.name


@pytest.mark.parametrize("accepted", [False, True])
def test_who_takes_a_name_that_the_requester_avoids_has_nothing_of_theirs(
    tmp_path: Path, accepted: bool
) -> None:
    """Asked already, or supporting: the renamed part from the case, and from no other."""
    fake = make(tmp_path)
    fake.ask(languages=["de"], avoid=["Harald K."])
    fake.ask(8, languages=["de"])
    fake.once()
    if accepted:
        accept(fake)
    rename(fake, "Salma", "Harald K.")
    fake.clock.forward(minutes=5)
    assert relieve(fake.network)
    with fake.store.read() as tx:
        every = {cases.identity_of(tx, one.id): one for one in cases.load_where(tx)}
    [avoiding] = [one for who, one in every.items() if who and who.avoid]
    [other] = [one for who, one in every.items() if who and not who.avoid]
    assert avoiding.case.supporter is None
    assert not avoiding.case.live_offers
    assert (other.case.supporter == SALMA) if accepted else other.case.live_offers


def test_whoever_avoids_the_new_name_is_not_offered_to_them(tmp_path: Path) -> None:
    """Renamed since the last mail: the look-up of ranking says what they are called now."""
    fake = make(tmp_path)
    rename(fake, "Salma", "Harald K.")
    fake.clock.forward(minutes=5)
    fake.ask(languages=["de"], avoid=["Harald K."])
    fake.once()
    assert not the_case(fake).case.offers
    assert not fake.wiki.mails("Harald K.")
    fake.ask(8, languages=["de"], avoid=["Salma"])
    fake.once()
    assert not fake.wiki.mails("Harald K.")


def test_renamed_between_choice_and_mail_nobody_is_told(tmp_path: Path) -> None:
    """The look-up before the mail is held against the avoid list, too."""
    fake = make(tmp_path)
    fake.ask(languages=["de"], avoid=["Harald K."])
    take_in(fake.network)
    offer(fake.network)
    rename(fake, "Salma", "Harald K.")
    fake.clock.forward(minutes=1)
    deliver(fake.network)
    assert not [mail for mail in fake.wiki.mails() if "/offer/" in mail["text"]]
    assert not the_case(fake).case.live_offers


def test_whoever_was_blocked_between_link_and_request_is_refused(tmp_path: Path) -> None:
    """The desk knows what was so when the link was sent; the worker looks again."""
    fake = make(tmp_path)
    fake.ask(languages=["de"])
    take_in(fake.network)
    block(fake, "Rosa")
    fake.clock.forward(minutes=2)
    fake.once()
    assert the_case(fake).case.state is State.CLOSED
    assert not fake.wiki.mails("Salma")
    [told] = fake.wiki.mails("Rosa")
    assert "blocked" in told["text"]


def rename(fake: FakeNetwork, name: str, new: str) -> None:
    """Rename an account; nobody takes the old name."""
    accounts = fake.wiki.accounts
    accounts[new] = replace(accounts.pop(name), name=new)
