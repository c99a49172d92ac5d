"""The preconditions of a running network: what was found, and how to mend what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.casework.roster import SupporterStatus
from bot.network import Network
from bot.steps.publish import key_page_title
from bot.store import intake, roster
from bot.wiki import pages
from bot.wiki.session import ApiError

CLOCKS_MAY_DIFFER = timedelta(seconds=60)
NEEDED_RIGHTS = {
    "edit": "the grant “Edit existing pages”",
    "createpage": "the grant “Create, edit, and move pages”",
    "sendemail": "the grant “Send email to other users”",
    "editmyuserjson": "the grant “Edit your own user CSS/JSON/JavaScript”",
}


@dataclass(frozen=True)
class Check:
    """One precondition: its name, whether it holds, what was found, and the mend."""

    name: str
    passed: bool
    found: str
    mend: str = ""


def run_checks(network: Network) -> Iterator[Check]:
    """Look at each precondition in turn."""
    yield Check("configuration, secret and store", True, "read")
    for check in (_account, _clock, _intake, _key_page, _coordinators, _supporters):
        try:
            yield from check(network)
        except ApiError as error:
            name = check.__name__.strip("_").replace("_", " ")
            yield Check(name, False, f"the wiki said: {error.code}", "Mend that, then check again.")


def _account(network: Network) -> Iterator[Check]:
    answer = network.wiki.call(
        {"action": "query", "meta": "userinfo", "uiprop": "rights|ratelimits|groups"}
    )["query"]["userinfo"]
    rights, groups = set(answer["rights"]), set(answer["groups"])
    yield Check("log-in", True, f"as {answer['name']}")
    missing = [what for right, what in NEEDED_RIGHTS.items() if right not in rights]
    yield Check(
        "rights",
        not missing,
        "all that are needed" if not missing else "missing: " + ", ".join(missing),
        "Give the bot password these grants on Special:BotPasswords.",
    )
    yield Check(
        "bot flag",
        "bot" in groups,
        "set" if "bot" in groups else "not set",
        "Ask the wiki's bureaucrats for the bot flag.",
    )
    # `emailable` tells it without the grant to read private information.
    address = network.people.by_name([network.wiki.user])[network.wiki.user].emailable
    yield Check(
        "the account's own address",
        address,
        "confirmed" if address else "not confirmed",
        "Confirm a role mailbox on Special:Preferences, and allow mail from others; without one "
        "the bot can not send mail.",
    )
    wanted = network.config.policy.mails_per_day
    limit = _mails_per_day(answer.get("ratelimits", {}))
    yield Check(
        "mail limit",
        limit is None or limit >= wanted,
        "none" if limit is None else f"{limit} mails a day",
        f"Ask for the right `noratelimit` and give the bot password the grant “High-volume "
        f"access”, or set policy.mails_per_day (now {wanted}) to the limit.",
    )


def _mails_per_day(limits: dict[str, dict[str, dict[str, int]]]) -> int | None:
    rates = [
        one["hits"] * timedelta(days=1).total_seconds() / one["seconds"]
        for one in limits.get("sendemail", limits.get("emailuser", {})).values()
    ]
    return int(min(rates)) if rates else None


def _clock(network: Network) -> Iterator[Check]:
    before = network.clock()
    poll = network.intake.poll(None, before)
    apart = abs(poll.server_time - before)
    yield Check(
        "clock",
        apart <= CLOCKS_MAY_DIFFER,
        f"{int(apart.total_seconds())} s from the wiki's",
        "Let this machine keep the time (NTP): deadlines and keys depend on it.",
    )


def _intake(network: Network) -> Iterator[Check]:
    answer = network.wiki.call(
        {
            "action": "query",
            "titles": network.intake.title,
            "prop": "info",
            "inprop": "protection",
        }
    )["query"]["pages"][0]
    title = network.intake.title
    if answer.get("missing"):
        yield Check(
            "intake page",
            False,
            f"{title} does not exist",
            "Let `peer-support publish` make it, or an account that may create pages there.",
        )
        return
    if answer.get("redirect"):
        yield Check("intake page", False, f"{title} is a redirect", "Move the page back.")
        return
    locked = [one for one in answer.get("protection", ()) if one["type"] == "edit"]
    yield Check(
        "intake page",
        not locked,
        f"{title}, " + ("protected" if locked else "open to everybody with an account"),
        "Take the protection off: somebody new must be able to write there.",
    )


def _key_page(network: Network) -> Iterator[Check]:
    title = key_page_title(network)
    mend = "Run `peer-support publish`, or let the worker run."
    page = pages.read(network.wiki, [title]).get(title)
    if page is None:
        yield Check("key page", False, f"{title} does not exist", mend)
        return
    bot = network.people.by_name([network.wiki.user])[network.wiki.user].user_id
    if page.user_id != bot:
        yield Check("key page", False, f"{title} was last saved by somebody else", mend)
        return
    with network.store.read() as tx:
        keys = intake.keys(tx)
    now = network.clock()
    sealing = [key for key in keys if key.private and key.expires_at > now]
    on_page = [key for key in sealing if key.id in page.text]
    yield Check(
        "key page",
        bool(on_page),
        f"{len(on_page)} of {len(sealing)} keys in use are on {title}",
        mend,
    )


def _coordinators(network: Network) -> Iterator[Check]:
    people = network.people.by_name(network.config.coordinators)
    for name in network.config.coordinators:
        person = people.get(name)
        fine = person is not None and person.emailable
        found = "there is no such account" if person is None else "can not be written to"
        yield Check(
            f"coordinator {name}",
            fine,
            "can be written to" if fine else found,
            "Look at the spelling in `coordinators`; the account needs a confirmed address.",
        )


def _supporters(network: Network) -> Iterator[Check]:
    with network.store.read() as tx:
        everybody = [one for one in roster.everybody(tx) if one.status is SupporterStatus.ACTIVE]
    yield Check(
        "supporters",
        bool(everybody),
        f"{len(everybody)} active",
        "Import a roster: `peer-support roster import FILE`.",
    )
    people = network.people.by_id(one.user_id for one in everybody)
    tests: tuple[tuple[Callable[[int], bool], str], ...] = (
        (lambda i: i not in people, "the account no longer exists"),
        (lambda i: people[i].blocked, "is blocked"),
        (lambda i: not people[i].emailable, "can not be written to"),
    )
    for one in everybody:
        wrong = next((what for test, what in tests if test(one.user_id)), None)
        if wrong is not None:
            yield Check(
                f"supporter {one.name}",
                False,
                wrong,
                "Speak with them, or `peer-support roster pause` them meanwhile.",
            )
