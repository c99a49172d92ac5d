"""What went wrong, as one side says: what coordinators may know of it, and what they decide."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.casework.events import Side
from bot.casework.mails import shown
from bot.dates import date_text
from bot.desk.account_doors import AccountVisit
from bot.desk.context import the_desk
from bot.desk.coordinator import (
    CONFIRMED,
    Act,
    Said,
    Sure,
    are_you_sure,
    coordinator,
    door,
    go,
    press,
    show,
)
from bot.desk.doors import is_open
from bot.store import cases, complaints, decisions, roster
from bot.store.complaints import Decision, Open
from bot.store.store import MAIL_PAGE, Tx, get_setting

desk_complaint_pages = Blueprint("desk_complaint", __name__)


@desk_complaint_pages.get("/desk/<token>/complaint/<number:number>")
def complaint(token: str, number: int) -> ResponseReturnValue:
    """Show a complaint with the names that whoever complained allowed."""
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        found = complaints.get(tx, number)
        if found is None:
            return go(token, "", Said.DECIDED_BEFORE)
        return _page(tx, here, token, found)


@desk_complaint_pages.post("/desk/<token>/complaint/<number:number>")
def decide_complaint(token: str, number: int) -> ResponseReturnValue:
    """Do what the coordinator decided; the first decision counts."""
    with the_desk().store.write() as tx:
        here = coordinator(tx, token)
        found = complaints.get(tx, number)
        hand_back = request.form.get("hand-back") == "yes"

        def settle(decision: Decision) -> Act:
            def act() -> ResponseReturnValue:
                done = decisions.settle(
                    tx,
                    number,
                    decision,
                    hand_back=hand_back,
                    now=the_desk().clock(),
                    policy=the_desk().config.policy,
                )
                return go(token, "", Said.DECIDED if done else Said.DECIDED_BEFORE)

            return act

        acts: dict[str, Act] = {
            "nothing": settle(Decision.NOTHING),
            "misuse": are_you_sure(here, token, Sure.MISUSE),
            "misuse" + CONFIRMED: settle(Decision.CLOSED),
            "bar": are_you_sure(here, token, Sure.BAR),
            "bar" + CONFIRMED: settle(Decision.BARRED),
        }
        if found is None:
            acts = dict.fromkeys((*acts, "pause"), lambda: go(token, "", Said.DECIDED_BEFORE))
        elif found.by is Side.REQUESTER:
            acts["pause"] = settle(Decision.PAUSED)
        return press(here, acts)


def _page(tx: Tx, here: AccountVisit, token: str, found: Open) -> ResponseReturnValue:
    stored = cases.load_ref(tx, found.ref)
    supporter = roster.get(tx, found.supporter) if found.names_supporter else None
    mail_page = get_setting(tx, MAIL_PAGE) or ""
    named = [
        (side, name, mail_page.replace("NAME", quote(name.replace(" ", "_"), errors="replace")))
        for side, name in (
            (Side.SUPPORTER.value, None if supporter is None else supporter.name),
            (Side.REQUESTER.value, found.requester),
        )
        if name is not None
    ]
    return show(
        here,
        token,
        "coordinate_complaint.html",
        ref=shown(found.ref),
        by=found.by.value,
        since=date_text(found.made_at, here.reader),
        named=named,
        nameless=found.by is Side.REQUESTER and not found.names_supporter,
        is_open=stored is not None and stored.case.open,
        can_bar=found.requester_mark is not None,
    )
