"""Accounts: whether they exist, can be written to, are blocked; up to fifty in one request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from bot.wiki import farm
from bot.wiki.session import Wiki

T = TypeVar("T", str, int)

AT_ONCE = 50
MOST_CHARACTERS = 5000
"""Of names in one request, as an address writes them: in some scripts nine to a letter."""
FRESH = timedelta(minutes=1)
FRESH_FOR_MAIL = timedelta(seconds=20)
"""A name to write to is no older: the wiki takes names alone, and a name can change its owner."""


@dataclass(frozen=True)
class Person:
    """One account as the wiki knows it now.

    `blocked` means on the whole wiki: by itself, by a block of all wikis of its farm, or by a lock.
    """

    user_id: int
    name: str = field(repr=False)
    emailable: bool
    blocked: bool


class People:
    """Looks accounts up, and remembers for a while what it was told."""

    def __init__(self, wiki: Wiki, clock: Callable[[], datetime]) -> None:
        self._wiki = wiki
        self._clock = clock
        self._known: dict[int, tuple[datetime, Person | None]] = {}
        self._locks: dict[int, tuple[datetime, bool]] = {}

    def by_id(self, user_ids: Iterable[int], fresh: timedelta = FRESH) -> dict[int, Person]:
        """Give the accounts with these ids; one that does not exist is absent.

        What was told longer ago than `fresh` is asked anew; the room left in the last request is
        filled with what was told longest ago, which would be next.
        """
        wanted = sorted(set(user_ids))
        oldest = self._clock() - fresh
        stale = [i for i in wanted if i not in self._known or self._known[i][0] < oldest]
        known = sorted(set(wanted).difference(stale), key=lambda i: self._known[i][0])
        for some in _pieces(stale + known[: -len(stale) % AT_ONCE]):
            found = {person.user_id: person for person in self._ask("ususerids", some)}
            for user_id in some:
                self._known[user_id] = (self._clock(), found.get(user_id))
        people = ((user_id, self._known[user_id][1]) for user_id in wanted)
        return {user_id: person for user_id, person in people if person is not None}

    def by_name(self, names: Iterable[str]) -> dict[str, Person]:
        """Give the accounts with these names, by the name as asked; absent where there is none."""
        wanted = sorted(set(names))
        found: dict[str, Person] = {}
        for some in _short_pieces(wanted):
            people = {person.name: person for person in self._ask("ususers", some)}
            for name in some:
                person = people.get(name) or people.get(name[:1].upper() + name[1:])
                if person is not None:
                    found[name] = person
                    self._known[person.user_id] = (self._clock(), person)
        return found

    def forget(self) -> None:
        """Drop what is remembered."""
        self._known.clear()
        self._locks.clear()

    def _ask(self, parameter: str, some: Sequence[str | int]) -> list[Person]:
        answer = self._wiki.call(
            {
                "action": "query",
                "list": "users",
                parameter: "|".join(str(one) for one in some),
                "usprop": "emailable|blockinfo",
            }
        )
        # Who is not there comes back too, with no more than the number or name that was asked for.
        there = (user for user in answer["query"]["users"] if {"userid", "name"} <= user.keys())
        return self._with_farm([_person(user) for user in there])

    def _with_farm(self, people: list[Person]) -> list[Person]:
        """Note who is locked, or blocked on all wikis, where there is a farm of wikis."""
        fine = [one for one in people if not one.blocked]
        blocked = farm.globally_blocked(self._wiki, [one.name for one in fine])
        silent = [one for one in fine if not one.emailable and one.name not in blocked]
        blocked |= self._locked(silent)
        return [replace(one, blocked=one.blocked or one.name in blocked) for one in people]

    def _locked(self, silent: list[Person]) -> set[str]:
        """Ask about a few who cannot be written to; of the others counts what was told last."""
        if not silent or farm.CENTRAL_AUTH not in self._wiki.extensions():
            return set()
        never = datetime.min.replace(tzinfo=UTC)
        longest_ago = sorted(silent, key=lambda one: self._locks.get(one.user_id, (never, False)))
        for one in longest_ago[: farm.LOCKS_AT_ONCE]:
            self._locks[one.user_id] = (self._clock(), farm.is_locked(self._wiki, one.name))
        return {one.name for one in silent if self._locks.get(one.user_id, (never, False))[1]}


def _person(user: dict[str, Any]) -> Person:
    return Person(
        user_id=int(user["userid"]),
        name=str(user["name"]),
        emailable=bool(user.get("emailable", False)),
        blocked="blockid" in user and not user.get("blockpartial", False),
    )


def _short_pieces(names: Sequence[str]) -> Iterator[list[str]]:
    """Cut names into requests: a server refuses an address of more than 8,000 characters."""
    some: list[str] = []
    length = 0
    for name in names:
        own = len(quote(name)) + len("%7C")
        if some and (len(some) == AT_ONCE or length + own > MOST_CHARACTERS):
            yield some
            some, length = [], 0
        some.append(name)
        length += own
    if some:
        yield some


def _pieces(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]
