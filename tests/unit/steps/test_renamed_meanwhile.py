"""Renamed between the look-up and the post, while a stranger takes the old name: the bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.casework import events as on
from bot.casework.effects import Door
from bot.steps.deliver import deliver
from bot.steps.offer import offer
from bot.steps.take_in import take_in
from bot.store import roster
from bot.wiki.people import FRESH_FOR_MAIL
from tests.fakes.network import SALMA, SVEN, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

STRANGER = 99
BOUND = FRESH_FOR_MAIL.total_seconds()


def let_a_stranger_take(fake: FakeNetwork, name: str, new: str) -> None:
    """Rename an account, and let somebody else have its old name, with an address, at once."""
    accounts = fake.wiki.accounts
    accounts[new] = replace(accounts[name], name=new)
    accounts[name] = FakeAccount(STRANGER, name)


def posting_takes(fake: FakeNetwork, seconds: float) -> None:
    """Let each mail take its time, as on a wiki far away."""
    post = fake.network.mailer

    def slowly(*mail: Any) -> Any:
        outcome = post(*mail)
        fake.clock.forward(seconds=seconds)
        return outcome

    object.__setattr__(fake.network, "mailer", slowly)


@pytest.mark.parametrize(
    ("seconds", "name"), [(BOUND + 1, "Salma the second"), (BOUND - 1, "Salma")]
)
def test_the_mail_follows_after_the_bound(tmp_path: Path, seconds: float, name: str) -> None:
    """Looked up that long ago, an account is looked up again; within it, the bound is as told."""
    fake = make(tmp_path)
    fake.ask()
    take_in(fake.network)
    offer(fake.network)  # here she is looked up
    let_a_stranger_take(fake, "Salma", "Salma the second")
    fake.clock.forward(seconds=seconds)
    before = fake.wiki.requests
    deliver(fake.network)
    offers = [mail["target"] for mail in fake.wiki.mails() if "/offer/" in mail["text"]]
    assert offers == [name]
    others = fake.wiki.requests - before - len(fake.wiki.mails())
    assert others <= 2, "the limit and one look-up for all, however many mails there are"


def test_a_long_batch_looks_again_for_all_that_are_left(tmp_path: Path) -> None:
    """Twenty mails, three in the time of the bound: none goes to a name of long ago."""
    fake = make(tmp_path, more="policy: {offers_at_once: 1}\n")
    names = [f"Requester {number}" for number in range(20)]
    for number, name in enumerate(names, start=100):
        fake.wiki.accounts[name] = FakeAccount(number, name)
        fake.ask(number, languages=["de"])
    take_in(fake.network)
    posting_takes(fake, seconds=BOUND / 3)
    post = fake.network.mailer

    def renaming(target: str, *mail: Any) -> Any:
        if target == names[5]:
            let_a_stranger_take(fake, names[15], "Somebody renamed")
        return post(target, *mail)

    object.__setattr__(fake.network, "mailer", renaming)
    before = fake.wiki.requests
    deliver(fake.network)
    targets = [mail["target"] for mail in fake.wiki.mails()]
    assert sorted(targets) == sorted({*names, "Somebody renamed"} - {names[15]})
    asked = fake.wiki.requests - before - len(targets)
    assert asked <= 1 + len(targets) / 3 + 1


def test_a_case_and_its_conversation_follow_as_well(tmp_path: Path) -> None:
    """What shows a name and a story goes by the same rule as what asks."""
    fake = make(tmp_path)
    fake.ask()
    fake.once()
    [token] = fake.tokens("Salma", Door.OFFER)
    fake.happened(Door.OFFER, token, lambda who: on.Accepted(who, has_room=True))
    let_a_stranger_take(fake, "Salma", "Salma the second")
    fake.clock.forward(seconds=BOUND + 1)
    fake.once()
    assert fake.tokens("Salma", Door.CASE) == []
    assert len(fake.tokens("Salma the second", Door.CASE)) == 1


def test_the_new_name_is_kept(tmp_path: Path) -> None:
    """Who was renamed since the last mail is called by the new name from then on, everywhere."""
    fake = make(tmp_path)
    fake.ask()
    take_in(fake.network)
    offer(fake.network)
    let_a_stranger_take(fake, "Salma", "Salma the second")
    fake.clock.forward(seconds=BOUND + 1)
    deliver(fake.network)
    with fake.store.read() as tx:
        kept = {one.user_id: (one.name, one.former_names) for one in roster.everybody(tx)}
    assert kept[SALMA] == ("Salma the second", ("Salma",))
    assert kept[SVEN] == ("Sven", ())
