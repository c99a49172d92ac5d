"""Accounts that are blocked, here or on a whole farm of wikis, in few requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.wiki import farm
from bot.wiki.errors import ApiError
from bot.wiki.people import People
from tests.fakes.wiki import FakeAccount, FakeWiki

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MANY = [FakeAccount(100 + number, f"Account {number}") for number in range(50)]


def wiki_of(folder: Path, *accounts: FakeAccount, extensions: tuple[str, ...] = ()) -> FakeWiki:
    """Give a wiki that has been asked something before, as every session has."""
    wiki = FakeWiki(folder, list(accounts), lambda: NOW)
    wiki.does.extensions = ("Gadgets", *extensions)
    wiki.token()
    wiki.extensions()
    wiki.requests = 0
    return wiki


def people_of(wiki: FakeWiki) -> People:
    """Look accounts up on a wiki."""
    return People(wiki, lambda: NOW)


FARM = (farm.CENTRAL_AUTH, farm.GLOBAL_BLOCKING)


@pytest.mark.parametrize("extensions", [(farm.CENTRAL_AUTH,), FARM])
def test_a_locked_account_is_blocked(tmp_path: Path, extensions: tuple[str, ...]) -> None:
    """The wiki's own list only says that no mail reaches it."""
    wiki = wiki_of(tmp_path, FakeAccount(7, "Rosa", locked=True), extensions=extensions)
    assert people_of(wiki).by_id([7])[7].blocked
    assert people_of(wiki).by_name(["Rosa"])["Rosa"].blocked


def test_who_has_no_mail_is_not_locked_by_that(tmp_path: Path) -> None:
    """Nor is an account that the farm does not know."""
    accounts = [
        FakeAccount(7, "Rosa", emailable=False),
        FakeAccount(8, "Ravi", emailable=False, central=False),
    ]
    wiki = wiki_of(tmp_path, *accounts, extensions=FARM)
    assert not any(person.blocked for person in people_of(wiki).by_id([7, 8]).values())


@pytest.mark.parametrize("extensions", [(farm.GLOBAL_BLOCKING,), FARM])
def test_a_global_block_is_a_block(tmp_path: Path, extensions: tuple[str, ...]) -> None:
    """The wiki's own list says nothing of it."""
    rosa = FakeAccount(7, "Rosa", globally_blocked=True)
    wiki = wiki_of(tmp_path, rosa, FakeAccount(8, "Ravi"), extensions=extensions)
    found = people_of(wiki).by_id([7, 8])
    assert (found[7].blocked, found[8].blocked) == (True, False)


def test_without_a_farm_nothing_more_is_asked(tmp_path: Path) -> None:
    """One request for fifty accounts, as ever."""
    wiki = wiki_of(tmp_path, *(replace(one, emailable=False) for one in MANY))
    people_of(wiki).by_id(one.user_id for one in MANY)
    assert wiki.requests == 1


def test_of_a_farm_it_is_one_request_more_for_fifty(tmp_path: Path) -> None:
    """Who can be written to is not locked: nobody is asked about one by one."""
    wiki = wiki_of(tmp_path, *MANY, extensions=FARM)
    people_of(wiki).by_id(one.user_id for one in MANY)
    assert wiki.requests == 2


def test_of_many_without_mail_few_are_asked_about(tmp_path: Path) -> None:
    """A flood of accounts without an address does not become a flood of requests."""
    wiki = wiki_of(tmp_path, *(replace(one, emailable=False) for one in MANY), extensions=FARM)
    people_of(wiki).by_id(one.user_id for one in MANY)
    assert wiki.requests == 2 + farm.LOCKS_AT_ONCE


def test_of_many_without_mail_each_has_its_turn(tmp_path: Path) -> None:
    """And who was found locked stays so while others are asked about."""
    accounts = [replace(one, emailable=False, locked=True) for one in MANY]
    wiki = wiki_of(tmp_path, *accounts, extensions=FARM)
    now = [NOW]
    people = People(wiki, lambda: now[0])
    ids = [one.user_id for one in MANY]
    for rounds in range(1, 6):
        found = people.by_id(ids)
        assert sum(person.blocked for person in found.values()) == rounds * farm.LOCKS_AT_ONCE
        now[0] += timedelta(minutes=2)


def test_long_names_are_asked_about_in_short_requests(tmp_path: Path) -> None:
    """A server refuses an address that is too long, and everybody would wait for it."""
    accounts = [FakeAccount(100 + n, f"{n:02}" + "\N{BLACK HEART SUIT}" * 80) for n in range(50)]
    wiki = wiki_of(tmp_path, *accounts)
    assert len(people_of(wiki).by_name(one.name for one in accounts)) == 50
    assert 50 * 720 / 5000 <= wiki.requests <= 10


@pytest.mark.parametrize("strangers", [1, 2, 50])
def test_a_name_that_the_farm_does_not_know_hides_no_block(tmp_path: Path, strangers: int) -> None:
    """One unknown name makes it refuse all of them; those that are left are found in few more."""
    accounts = [replace(one, central=number >= strangers) for number, one in enumerate(MANY)]
    accounts[-1] = replace(accounts[-1], globally_blocked=True)
    wiki = wiki_of(tmp_path, *accounts, extensions=FARM)
    found = people_of(wiki).by_id(one.user_id for one in accounts)
    assert found[accounts[-1].user_id].blocked == (strangers < 50)
    assert wiki.requests <= 2 + farm.SPLITS_AT_MOST


def test_what_else_goes_wrong_is_told(tmp_path: Path) -> None:
    """Nobody passes for fine because the question failed."""
    wiki = wiki_of(tmp_path, FakeAccount(7, "Rosa"), extensions=FARM)
    wiki.does.before["query"] = ApiError("internal_api_error_DBQueryError")
    with pytest.raises(ApiError):
        people_of(wiki).by_id([7])
