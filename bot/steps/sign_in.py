"""Links that prove an account: names entered at the desk are looked up, and rung once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.casework.effects import Door, Mail, MailKind, Role
from bot.network import Network, sign_up_is_open
from bot.network_state import network_state
from bot.steps.apart import Apart
from bot.steps.budget import share
from bot.store import accounts, cases, coordinators, marks, outbox, roster
from bot.store.accounts import SignIn
from bot.store.aside import Kind
from bot.store.schema import cases as case_table
from bot.store.store import Tx, add_to_count
from bot.wiki.people import Person

AT_ONCE = 50
"""One look-up of the wiki's."""
DAY = timedelta(days=1)
SHARES = {
    Door.ME: frozenset({MailKind.SIGN_IN_ME, MailKind.STATUS_LINK}),
    Door.ASK: frozenset({MailKind.SIGN_IN_ASK, MailKind.SIGN_IN_JOIN}),
    Door.JOIN: frozenset({MailKind.SIGN_IN_ASK, MailKind.SIGN_IN_JOIN}),
}
"""What each share is spent on; a coordinator's link is not counted in one."""


def sign_in(network: Network) -> bool:
    """Look up who asked for a link, and queue it for those whom it is for.

    The answer on the page was the same for everybody, so nothing is told of the others. One with
    whom it goes wrong is set aside, until its name is let go of as any other's.
    """
    now = network.clock()
    with network.store.read() as tx:
        if not accounts.waiting(tx):
            return False
    apart = Apart(network, Kind.SIGN_IN, now)
    with network.store.read() as tx:
        asked, broken = accounts.asked_apart(tx, AT_ONCE, apart.held)
    for number, error in broken.items():
        apart.set_aside(number, error)
    people = network.people.by_name({one.name for one in asked}) if asked else {}
    for one in asked:
        with apart.one(one.id), network.store.write() as tx:
            person = people.get(one.name)
            if person is not None and person.emailable:
                _answer(network, tx, one, person, now)
            accounts.answered(tx, [one.id])
    return bool(asked)


def _answer(network: Network, tx: Tx, asked: SignIn, person: Person, now: datetime) -> None:
    if not _is_for(network, tx, asked.door, person, now):
        return
    # First, so that who gets nothing today because of others can ask again tomorrow.
    if asked.door is not Door.DESK and not _share_left(network, tx, asked.door, now):
        add_to_count(tx, accounts.DROPPED)
        return
    if not marks.first_today(tx, f"in-{asked.door.value}", person.user_id, now):
        return
    if asked.door is Door.DESK:
        kind, who = MailKind.SIGN_IN_DESK, Role.COORDINATOR
        outbox.put_to_account(tx, kind, who, person.user_id, now, locale=asked.locale)
        return
    if asked.door is Door.ME:
        _give_back(tx, person, asked, now)
        return
    kind = MailKind.SIGN_IN_ASK if asked.door is Door.ASK else MailKind.SIGN_IN_JOIN
    outbox.put_to_account(tx, kind, Role.ACCOUNT, person.user_id, now, locale=asked.locale)


def _is_for(network: Network, tx: Tx, door: Door, person: Person, now: datetime) -> bool:
    match door:
        case Door.ME:
            supporter = roster.get(tx, person.user_id) is not None
            return supporter or bool(_open_cases(tx, person.user_id))
        case Door.JOIN:
            return sign_up_is_open(network.config, now)
        case Door.ASK:
            return network_state(tx).acts
        case Door.DESK:
            ours = network.coordinators
            return coordinators.coordinates(tx, person.user_id, person.name, ours)
    return False


def _give_back(tx: Tx, person: Person, asked: SignIn, now: datetime) -> None:
    if roster.get(tx, person.user_id) is not None:
        outbox.put_to_account(
            tx, MailKind.SIGN_IN_ME, Role.ACCOUNT, person.user_id, now, locale=asked.locale
        )
    for case_id in _open_cases(tx, person.user_id):
        outbox.put(tx, case_id, Mail(MailKind.STATUS_LINK, Role.REQUESTER), now)


def _open_cases(tx: Tx, user_id: int) -> list[int]:
    mark = tx.keyring.mark("requester", user_id)
    open_ones = case_table.c.state.in_(cases.OPEN_STATES)
    return cases.ids_where(tx, case_table.c.requester_mark == mark, open_ones)


def _share_left(network: Network, tx: Tx, door: Door, now: datetime) -> bool:
    return outbox.made_since(tx, SHARES[door], now - DAY) < share(network, tx)
