"""Names that supporters want to avoid are looked up before anybody is matched with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.casework.roster import Supporter
from bot.schedule import OFTEN
from bot.steps.avoid_lists import avoid_lists
from bot.steps.offer import offer
from bot.store import cases, roster
from bot.wiki.errors import WikiDownError
from tests.fakes.network import ACCOUNTS, ROSA, SALMA, FakeNetwork, make
from tests.fakes.wiki import FakeAccount


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma alone speaks German."""
    return make(tmp_path)


def salma(fake: FakeNetwork) -> Supporter:
    """Read Salma's profile."""
    with fake.store.read() as tx:
        found = roster.get(tx, SALMA)
    assert found is not None
    return found


def save(fake: FakeNetwork, **changed: Any) -> None:
    """Do what her own page does when she saves it."""
    with fake.store.write() as tx:
        roster.put(tx, replace(salma(fake), **changed), fake.clock())


def offered(fake: FakeNetwork) -> list[int]:
    """Give whom the only case was offered to."""
    with fake.store.read() as tx:
        [stored] = cases.load_where(tx)
    return [offer.supporter for offer in stored.case.offers]


def test_names_become_ids_and_stay_readable(fake: FakeNetwork) -> None:
    """An account is found and kept with its name; one that nobody has is told as such."""
    save(fake, avoid_new=("Rosa", "Nobody At All", "Rosa, Rvai"))
    assert avoid_lists(fake.network)
    one = salma(fake)
    assert one.avoid == {ROSA}
    assert one.avoid_names == ((ROSA, "Rosa"),)
    assert one.avoid_new == ()
    assert one.avoid_nobody == ("Nobody At All", "Rvai")


def test_a_name_with_marks_of_its_own_is_found(tmp_path: Path) -> None:
    """Whatever stands around a name, or in it, can belong to it; its parts are looked up, too."""
    names = ["Harald K.", "(XYZ)", "*Star*", "-kestrel-", "😀", "Smith, John", "Smith"]
    more = [FakeAccount(100 + i, name[0].upper() + name[1:]) for i, name in enumerate(names)]
    fake = make(tmp_path, accounts=(*ACCOUNTS, *more))
    save(fake, avoid_new=("Harald K.", "(XYZ), *Star*", "-kestrel-", "😀", "Smith, John"))
    avoid_lists(fake.network)
    assert salma(fake).avoid == {100, 101, 102, 103, 104, 105, 106}
    assert salma(fake).avoid_nobody == ()


def test_whom_she_names_is_never_offered_to_her(fake: FakeNetwork) -> None:
    """Named a moment before Rosa asks: no round in between can match the two."""
    save(fake, avoid_new=("Rosa",))
    fake.ask(ROSA)
    fake.once()
    assert offered(fake) == []
    assert not fake.wiki.mails("Salma")


def test_while_the_wiki_does_not_answer_she_is_asked_about_nobody(fake: FakeNetwork) -> None:
    """Whoever Rosa may be called, an unread list offers nothing; the case waits, and then goes."""
    fake.ask(8)
    [take_in] = [step for step in OFTEN if step.__name__ == "take_in"]
    take_in(fake.network)
    save(fake, avoid_new=("Rosa",))
    offer(fake.network)
    assert offered(fake) == []
    fake.wiki.does.before["query"] = WikiDownError("readonly")
    with pytest.raises(WikiDownError):
        avoid_lists(fake.network)
    assert salma(fake).avoid_new == ("Rosa",)
    fake.wiki.does.before.clear()
    # It is Ravi who asks, so that she is asked as soon as the list is known.
    fake.once()
    assert offered(fake) == [SALMA]


def test_ids_without_a_name_get_one(fake: FakeNetwork) -> None:
    """Whom the operator's file named is readable on her page; an account that is gone, too."""
    save(fake, avoid=frozenset({8, 4711}))
    avoid_lists(fake.network)
    assert salma(fake).avoid_names == ((8, "Ravi"), (4711, "#4711"))
    assert salma(fake).avoid == {8, 4711}


def test_a_list_at_rest_asks_the_wiki_nothing(fake: FakeNetwork) -> None:
    """Looked up once, it is not looked up again, nor is the roster read in each round."""
    save(fake, avoid_new=("Rosa",))
    avoid_lists(fake.network)
    fake.clock.forward(minutes=5)
    before = fake.wiki.requests
    assert not avoid_lists(fake.network)
    assert fake.wiki.requests == before
    with fake.store.read() as tx:
        looked = tx.connection.exec_driver_sql("select value from settings").fetchall()
    assert not avoid_lists(fake.network)
    with fake.store.read() as tx:
        assert tx.connection.exec_driver_sql("select value from settings").fetchall() == looked


def test_what_she_changes_meanwhile_is_not_undone(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name taken out, or one more entered, while the wiki is being asked."""
    save(fake, avoid_new=("Rosa", "Ravi"), word="before")
    people = fake.network.people
    ask = people.by_name

    def meanwhile(names: set[str]) -> Any:
        found = ask(names)
        save(fake, avoid_new=("Ravi", "Sven"), word="after")
        return found

    monkeypatch.setattr(people, "by_name", meanwhile)
    avoid_lists(fake.network)
    one = salma(fake)
    assert one.avoid == {8}
    assert one.avoid_new == ("Sven",)
    assert one.word == "after"
    monkeypatch.undo()
    assert avoid_lists(fake.network)
    assert salma(fake).avoid == {8, 12}


def test_who_has_left_meanwhile_stays_erased(
    fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer of the wiki's brings nobody back."""
    save(fake, avoid_new=("Rosa",))
    people = fake.network.people
    ask = people.by_name

    def meanwhile(names: set[str]) -> Any:
        with fake.store.write() as tx:
            roster.remove(tx, SALMA)
        return ask(names)

    monkeypatch.setattr(people, "by_name", meanwhile)
    avoid_lists(fake.network)
    with fake.store.read() as tx:
        assert roster.get(tx, SALMA) is None
