"""Somebody asks: what is known of the account, and the case that their request becomes.

One way for the intake page and for the desk, so that the same limits hold at both.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.casework import case as life
from bot.casework.effects import Door
from bot.casework.limits import Standing, wait_after
from bot.casework.states import CasePolicy
from bot.languages import shared_language
from bot.request.request import Request
from bot.store import cases, links, marks
from bot.store.keyring import token_digest
from bot.store.schema import cases as case_table
from bot.store.store import BANDS, Tx, get_setting

REF_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def standing_of(tx: Tx, user_id: int, *, blocked: bool, now: datetime) -> Standing:
    """Give what is known of an account that asks; whether it is blocked, the wiki knows."""
    return Standing(
        blocked=blocked,
        barred=marks.is_barred(tx, user_id, now),
        open_requests=cases.open_cases_of(tx, user_id),
        requests_this_month=marks.requests_of(tx, user_id, now),
    )


def open_case(
    tx: Tx,
    request: Request,
    who: cases.Identity,
    *,
    by_hand: bool,
    policy: CasePolicy,
    now: datetime,
) -> int:
    """Make a request into a case, with its status link, and remember that the account asked."""
    ref = request.ref
    while cases.ref_taken(tx, ref):
        ref = draw_ref()
    spoken = published_as_spoken(tx, request.languages)
    wait = wait_after(marks.withdrawn_of(tx, who.user_id, now))
    step = life.receive(ref, notify=request.notify, now=now, spoken=spoken, wait=wait)
    asked = cases.Asked(
        request.locale, request.languages, request.topics, request.channels, request.prefer
    )
    case_id = cases.take_in(
        tx,
        step,
        asked,
        who,
        cases.Story(request.message, request.contact, request.words, by_hand),
        policy=policy,
        now=now,
    )
    digest = token_digest(request.status_token)
    if not links.taken(tx, digest):
        links.put(tx, digest, Door.STATUS, case_id, supporter=None, now=now, expires_at=None)
    marks.remember_request(tx, who.user_id, now)
    return case_id


def published_as_spoken(tx: Tx, languages: Iterable[str]) -> bool:
    """Say whether the key page names one of the languages, in any variety.

    The page, and not the roster: what one requester is told is what everybody can read.
    """
    kept = get_setting(tx, BANDS)
    if kept is None:
        return True  # nothing was published yet, so nothing is said
    return shared_language(languages, json.loads(kept)["languages"]) is not None


def waits(tx: Tx) -> list[timedelta]:
    """Give how long each case that came so far waited for its first contact."""
    query = select(case_table.c.received_at, case_table.c.contacted_at).where(
        case_table.c.contacted_at.is_not(None)
    )
    return [row.contacted_at - row.received_at for row in tx.connection.execute(query)]


def draw_ref() -> str:
    """Draw a reference."""
    drawn: list[str] = [secrets.choice(REF_ALPHABET) for _ in range(8)]
    return "".join(drawn)
