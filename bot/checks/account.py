"""The bot's own account: what its log-in may do, and whether it can send mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.checks import rights
from bot.checks.check import Check, OnWiki, judged, listed
from bot.wiki.session import moment

CLOCKS_MAY_DIFFER = timedelta(seconds=60)


def look(on: OnWiki) -> Iterator[Check]:
    """Ask the wiki once about the account, and judge what it says."""
    before = on.clock()
    answer = on.wiki.call(
        {
            "action": "query",
            "curtimestamp": True,
            "meta": "userinfo",
            "uiprop": "rights|ratelimits|groups|blockinfo",
            "titles": f"User:{on.wiki.user}/peer-support.json|{on.intake.title}",
            "prop": "info",
            "intestactions": "edit",
        }
    )
    query, user = answer["query"], answer["query"]["userinfo"]
    to_make = any(page.get("missing") for page in query["pages"])
    yield judged(
        "own account",
        "blockid" not in user,
        "blocked" if "blockid" in user else "not blocked",
        "Ask the wiki's administrators.",
    )
    yield _grants(user["rights"], must_create=to_make)
    yield _needless(user["rights"])
    shut = [page["title"] for page in query["pages"] if not page["actions"]["edit"]]
    yield judged(
        "saving its pages",
        not shut,
        "allowed" if not shut else f"not allowed: {listed(shut)}",
        "Look at the grants above, and ask an administrator whether these pages are protected.",
    )
    flag = "bot" in user["groups"]
    yield judged(
        "bot flag",
        flag,
        "set" if flag else "not set",
        "Ask the wiki's bureaucrats for the bot flag.",
    )
    yield _address(on)
    yield mail_limit(user.get("ratelimits", {}), on.config.policy.mails_per_day)
    yield clock(before, on.clock(), moment(answer["curtimestamp"]))


def _grants(held: list[str], *, must_create: bool) -> Check:
    lacking = rights.missing(held, must_create=must_create)
    return judged(
        "needed grants",
        not lacking,
        "all there" if not lacking else f"missing: {listed(lacking)}",
        "Tick them for the bot password on Special:BotPasswords; an OAuth consumer is asked for "
        "anew. If they are ticked, the account itself lacks the right.",
    )


def _needless(held: list[str]) -> Check:
    found = rights.needless(held)
    more = rights.unknown(held)
    fine = "none" + (f" that this release knows; besides: {listed(more)}" if more else "")
    return judged(
        "needless grants",
        not found,
        fine if not found else f"the log-in could also: {listed(found)}",
        "Use a bot password (Special:BotPasswords), never the account's own password: whoever took "
        f"the log-in could do all that. These grants do: {'; '.join(rights.GRANTS.values())}.",
    )


def _address(on: OnWiki) -> Check:
    # `emailable` tells it without the grant to read private information.
    confirmed = on.people.by_name([on.wiki.user])[on.wiki.user].emailable
    return judged(
        "own mail address",
        confirmed,
        "confirmed" if confirmed else "not confirmed, or mail from others is off",
        "On Special:Preferences, confirm a role mailbox and allow mail from others: without one "
        "the wiki lets the bot send no mail.",
    )


def mail_limit(limits: Mapping[str, Any], wanted: int) -> Check:
    """Compare the wiki's limit on mails with what the configuration means to send."""
    day = timedelta(days=1).total_seconds()
    rates = [
        one["hits"] * day / one["seconds"]
        for one in limits.get("sendemail", limits.get("emailuser", {})).values()
    ]
    limit = int(min(rates)) if rates else None
    return judged(
        "mail limit",
        limit is None or limit >= wanted,
        "none" if limit is None else f"{limit} mails a day; policy.mails_per_day is {wanted}",
        "Give the bot password the grant “High-volume (bot) access” (highvolume), and the "
        "account the right noratelimit, or set policy.mails_per_day to the limit.",
    )


def clock(before: datetime, after: datetime, wiki: datetime) -> Check:
    """Hold our clock, before and after asking, against the wiki's."""
    apart = abs(wiki - (before + (after - before) / 2))
    return judged(
        "clock",
        apart <= CLOCKS_MAY_DIFFER,
        f"{int(apart.total_seconds())} s from the wiki's",
        "Let this machine keep the time (NTP): deadlines and keys depend on it.",
    )
