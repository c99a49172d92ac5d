"""Those who have to be written to: coordinators and supporters."""

from __future__ import annotations

from collections.abc import Iterator

from bot.casework.roster import SupporterStatus
from bot.checks.check import Cause, Check, OnWiki, Verdict, judged
from bot.store import roster
from bot.store.coordinators import known as known_coordinators
from bot.store.store import Store
from bot.wiki.people import Person
from bot.zones import is_known

_TAKEN = "is another account today than the one that was named here first"
_TAKEN_MEND = (
    "Who was meant has been renamed, and somebody took the old name: that one gets nothing. Write "
    "the new name into `coordinators`. If the other account is meant after all, take the name out, "
    "run `peer-support once`, and put it back."
)

_RENAMED = (
    ", under another name by now: all goes on as before. Write the new name into `coordinators` "
    "when you change something there"
)


def coordinators(on: OnWiki, store: Store | None) -> Iterator[Check]:
    """Look each coordinator up; a name that has gone to another account is told."""
    known: dict[str, int] = {}
    if store is not None:
        with store.read() as tx:
            known = known_coordinators(tx)
    people = on.people.by_name(on.config.coordinators)
    # Once seen they are accounts: who was renamed goes on under the new name.
    accounts = on.people.by_id(known[name] for name in on.config.coordinators if name in known)
    for name in on.config.coordinators:
        person = people.get(name)
        if person is not None and known.get(name, person.user_id) != person.user_id:
            yield Check(f"coordinator {name}", Verdict.FAILED, _TAKEN, _TAKEN_MEND)
            continue
        if name in known:
            person = accounts.get(known[name])
        wrong = _wrong(person)
        renamed = person is not None and person.name != name
        yield judged(
            f"coordinator {name}",
            wrong is None,
            wrong or ("can be written to" + (_RENAMED if renamed else "")),
            "Look at the spelling in `coordinators`, and ask them to confirm their address and "
            "allow mail on Special:Preferences; or name somebody else.",
            Cause.COORDINATORS,
        )


def supporters(on: OnWiki, store: Store) -> Iterator[Check]:
    """Look every active supporter up; each with whom something is wrong gets a line."""
    with store.read() as tx:
        read, broken = roster.read_all(tx)
    everybody = [one for one in read if one.status is SupporterStatus.ACTIVE]
    people = on.people.by_id(one.user_id for one in everybody)
    wrong = {one.user_id: _wrong(people.get(one.user_id)) for one in everybody}
    well = sum(what is None for what in wrong.values())
    yield judged(
        "supporters",
        bool(everybody),
        f"{well} of {len(everybody)} active ones can be written to",
        "Import a roster: `peer-support roster import FILE`.",
    )
    if broken:
        yield Check(
            "entries of the roster",
            Verdict.FAILED,
            f"{len(broken)} cannot be read, and are passed over: user id "
            + ", ".join(map(str, sorted(broken))),
            "Import them again from your roster file, or put the last backup of the store back.",
        )
    unknown = [one for one in everybody if not is_known(one.timezone)]
    if unknown:
        names = ", ".join(f"{one.name} ({one.timezone})" for one in unknown)
        yield Check(
            "time zones",
            Verdict.WARNED,
            f"{len(unknown)} of {len(everybody)} active ones have one that this machine does not "
            f"know, and are asked by UTC: {names}",
            "Write a zone that there is, such as America/Los_Angeles for US/Pacific, into the "
            "roster and import it again; or install `tzdata` anew.",
        )
    for one in everybody:
        what = wrong[one.user_id]
        if what is not None:
            yield judged(
                f"supporter {one.name}",
                False,
                what,
                f'Speak with them; meanwhile `peer-support roster pause "{one.name}"`.',
                Cause.SUPPORTERS,
            )


def _wrong(person: Person | None) -> str | None:
    if person is None:
        return "there is no such account"
    if person.blocked:
        return "is blocked"
    if not person.emailable:
        return "cannot be written to: no confirmed address, or mail is off"
    return None
