"""Avoid lists that supporters keep at the desk: names become user ids before anybody is matched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.casework.roster import Supporter
from bot.network import Network
from bot.request.avoided import names_in, read_line
from bot.steps.apart import Apart
from bot.store import roster
from bot.store.aside import Kind
from bot.store.store import Tx, get_setting, put_setting
from bot.wiki.people import Person

LOOKED_AT = "avoid-lists-at"


def avoid_lists(network: Network) -> bool:
    """Look up whom supporters want to avoid: names as they entered them, and names of known ids.

    Who has entered a name is asked about nothing until it is looked up.
    """
    now = network.clock()
    with network.store.read() as tx:
        if not _is_news(tx):
            return False
        wanting = [one for one in roster.everybody(tx) if _wants(one)]
    by_name = network.people.by_name(names_in(line for one in wanting for line in one.avoid_new))
    by_id = network.people.by_id({i for one in wanting for i in _nameless(one)})
    apart = Apart(network, Kind.SUPPORTER, now)
    for one in wanting:
        with apart.one(one.user_id), network.store.write() as tx:
            _write_down(tx, one, by_name, by_id, now)
    with network.store.write() as tx:
        if wanting:
            roster.look_again(tx, now)
        put_setting(tx, LOOKED_AT, now.isoformat())
    return bool(wanting)


def _is_news(tx: Tx) -> bool:
    changed, looked = roster.changed_at(tx), get_setting(tx, LOOKED_AT)
    if changed is None:
        return False
    # In the same second something may have changed after the look.
    return looked is None or changed >= datetime.fromisoformat(looked).replace(microsecond=0)


def _wants(one: Supporter) -> bool:
    return bool(one.avoid_new or _nameless(one))


def _nameless(one: Supporter) -> set[int]:
    return set(one.avoid) - {user_id for user_id, _ in one.avoid_names}


def _write_down(
    tx: Tx,
    asked: Supporter,
    by_name: dict[str, Person],
    by_id: dict[int, Person],
    now: datetime,
) -> None:
    one = roster.get(tx, asked.user_id)
    if one is None:
        return
    # They may have changed the list meanwhile: what was not asked about is asked in the next round.
    answered = [line for line in one.avoid_new if line in asked.avoid_new]
    found = [by_name[name] for name in names_in(answered) if name in by_name]
    nobody = [part for line in answered for part in read_line(line).left_over(by_name.keys())]
    names = dict(one.avoid_names) | {person.user_id: person.name for person in found}
    for user_id in _nameless(one) & _nameless(asked):
        # An account that is no more keeps its place in the list, under its number.
        names[user_id] = by_id[user_id].name if user_id in by_id else f"#{user_id}"
    changed = replace(
        one,
        avoid=one.avoid | {person.user_id for person in found},
        avoid_names=tuple(sorted(names.items())),
        avoid_new=tuple(line for line in one.avoid_new if line not in answered),
        avoid_nobody=tuple(dict.fromkeys((*one.avoid_nobody, *nobody))),
    )
    roster.put(tx, changed, now)
