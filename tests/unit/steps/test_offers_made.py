"""Looking for supporters: few look-ups, and nobody is given more than they have room for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework import case as life
from bot.casework.roster import Supporter, SupporterStatus
from bot.steps.offer import offer
from bot.store import cases, roster
from bot.store.schema import cases as case_table
from tests.fakes.network import FakeNetwork, make
from tests.fakes.wiki import FakeAccount

FIRST = 1000
# With mails enough for all to be begun on one day.
ONE_AT_ONCE = "policy: {offers_at_once: 1, mails_per_day: 1000}\n"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network with nobody on its roster yet."""
    fake = make(tmp_path, more=ONE_AT_ONCE)
    with fake.store.write() as tx:
        for supporter in roster.everybody(tx):
            roster.remove(tx, supporter.user_id)
    return fake


def _supporters(fake: FakeNetwork, number: int, *, emailable: bool = True) -> list[Supporter]:
    """Put so many supporters on the roster, all of them equally good."""
    found = []
    with fake.store.write() as tx:
        for user_id in range(FIRST, FIRST + number):
            name = f"Supporter {user_id}"
            fake.wiki.accounts[name] = FakeAccount(user_id, name, emailable=emailable)
            found.append(Supporter(user_id=user_id, name=name, languages=("de",), capacity=1))
            roster.put(tx, found[-1], fake.clock())
    return found


def _waiting(fake: FakeNetwork, number: int) -> None:
    """Let so many requests wait."""
    with fake.store.write() as tx:
        for place in range(number):
            cases.take_in(
                tx,
                life.receive(f"{place:08}", notify=False, now=fake.clock()),
                cases.Asked("de", ("de",), (), ("desk",), ()),
                cases.Identity(9000 + place, "Rosa", ()),
                cases.Story("", (), ()),
                policy=fake.network.config.policy,
                now=fake.clock(),
            )


def _asked(fake: FakeNetwork) -> list[int]:
    """Give the supporters with an offer, one for each offer."""
    with fake.store.read() as tx:
        everything = cases.load_where(tx, case_table.c.id > 0)
    return [offered.supporter for stored in everything for offered in stored.case.offers]


def _requests(fake: FakeNetwork) -> int:
    """Do the step once, and give how many requests it made."""
    before = fake.wiki.requests
    offer(fake.network)
    return fake.wiki.requests - before


def test_one_of_many_is_looked_up_and_asked(fake: FakeNetwork) -> None:
    """Those who are not going to be asked cost nothing, however many they are."""
    _supporters(fake, 120)
    _waiting(fake, 1)
    assert _requests(fake) == 1
    assert len(_asked(fake)) == 1


def test_fifty_are_looked_up_in_one_request(fake: FakeNetwork) -> None:
    """The chosen of all cases are looked up together; who asked was, when they were read."""
    _supporters(fake, 120)
    _waiting(fake, 50)
    fake.network.people.by_id(range(9000, 9050))
    assert _requests(fake) == 1
    assert len(_asked(fake)) == 50


def test_cases_of_one_round_do_not_compete_for_the_same_room(fake: FakeNetwork) -> None:
    """Each case gets somebody who has room, as long as there is anybody."""
    supporters = _supporters(fake, 5)
    _waiting(fake, 7)
    offer(fake.network)
    assert Counter(_asked(fake)) == {one.user_id: 1 for one in supporters}


def test_the_next_best_are_looked_up_until_somebody_can_be_reached(fake: FakeNetwork) -> None:
    """Who turns out not to be emailable makes room, in the same round."""
    supporters = _supporters(fake, 4, emailable=False)
    last = supporters[-1]
    fake.wiki.accounts[last.name] = FakeAccount(last.user_id, last.name)
    _waiting(fake, 1)
    offer(fake.network)
    assert _asked(fake) == [last.user_id]


def test_who_pauses_while_they_are_looked_up_is_not_asked(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The roster is read again before the offer is made; the next round asks somebody else."""
    supporters = {one.user_id: one for one in _supporters(fake, 2)}
    _waiting(fake, 1)
    people = fake.network.people
    paused: list[int] = []

    def pause_first(user_ids: set[int]) -> object:
        if not paused:
            paused.extend(supporters.keys() & user_ids)
            with fake.store.write() as tx:
                for user_id in paused:
                    now_paused = replace(supporters[user_id], status=SupporterStatus.PAUSED)
                    roster.put(tx, now_paused, fake.clock())
        return by_id(user_ids)

    by_id = people.by_id
    monkeypatch.setattr(people, "by_id", pause_first)
    offer(fake.network)
    assert _asked(fake) == []
    offer(fake.network)
    assert set(_asked(fake)) == supporters.keys() - set(paused)
