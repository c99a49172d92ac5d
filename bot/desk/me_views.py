"""A supporter's own page: their profile, their pauses, their open cases, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from bot.casework.effects import Door, Mail, MailKind, Role
from bot.casework.mails import shown
from bot.casework.profile_form import ProfileForm, read_return, with_said
from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.states import Case
from bot.dates import date_text
from bot.desk import choices, new_links, profiles
from bot.desk.account_doors import AccountVisit, visit_account, was_inside
from bot.desk.context import page, said, the_desk
from bot.desk.doors import check_form, form_token, is_open, open_session, to_opened
from bot.request.typed import Trouble
from bot.store import accounts, cases, outbox, roster
from bot.store.schema import cases as case_table
from bot.store.store import Tx
from bot.zones import zone_of

me_pages = Blueprint("me", __name__)

A_LINK_EVERY = timedelta(hours=1)
DID = ("saved", "paused", "back", "link", "link-soon")
"""What a page says was done, after it was sent to itself again."""


@dataclass(frozen=True)
class OpenCase:
    """A case of theirs: its reference, how far it is, and since when it is theirs."""

    ref: str
    stage: str
    since: str


@me_pages.get("/me/<token>")
def me(token: str) -> ResponseReturnValue:
    """Show one button; in an open session, their own page."""
    with the_desk().store.read() as tx:
        here = visit_account(tx, token, Door.ME)
        if not is_open(here):
            return page("door.html", here.reader, form=form_token(here))
        one = roster.get(tx, here.link.account)
        if one is None:
            return said("me-nobody", here.reader)
        return _own_page(tx, here, one, profiles.filled_in(one, here.reader))


@me_pages.post("/me/<token>")
def act_on_me(token: str) -> ResponseReturnValue:
    """Do what they pressed."""
    do = request.form.get("do", "")
    with the_desk().store.write() as tx:
        here = visit_account(tx, token, Door.ME)
        if do == "save" and was_inside():
            return _on_roster(tx, here, _save)
        check_form(here, do)
        if do == "open" and not is_open(here):
            open_session(here)
        if do == "open":
            return to_opened()
        if not is_open(here):
            return redirect(request.path, 303)
        if do not in _ACTS:
            abort(400)
        return _on_roster(tx, here, _ACTS[do])


_Act = Callable[[Tx, AccountVisit, Supporter], ResponseReturnValue]


def _on_roster(tx: Tx, here: AccountVisit, act: _Act) -> ResponseReturnValue:
    one = roster.get(tx, here.link.account)
    return said("me-nobody", here.reader) if one is None else act(tx, here, one)


def _save(tx: Tx, here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    if one.status is SupporterStatus.RETIRED:
        abort(400)
    form = profiles.typed()
    read = profiles.read(form, one, here.reader)
    if isinstance(read, tuple):
        return _own_page(tx, here, one, form, read)
    _put(tx, with_said(one, read))
    return _did("saved")


def _pause(tx: Tx, here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    if one.status is not SupporterStatus.ACTIVE:
        abort(400)
    now, policy = the_desk().clock(), the_desk().config.policy
    back = read_return(request.form.get("until", ""), one.timezone, now)
    if isinstance(back, str):
        form = profiles.filled_in(one, here.reader)
        return _own_page(tx, here, one, form, (Trouble("until", back),))
    _put(tx, replace(one, away_until=back))
    # In peace means from what they were asked already, too.
    cases.decline_all(tx, one.user_id, now=now, policy=policy)
    return _did("paused")


def _back(tx: Tx, _here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    _put(tx, replace(one, away_until=None))
    return _did("back")


def _link(tx: Tx, _here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    now = the_desk().clock()
    wanted = request.form.get("ref", "")
    for stored in _cases_of(tx, one):
        if shown(stored.case.ref) != wanted:
            continue
        since = now - A_LINK_EVERY
        if outbox.made_for(tx, MailKind.CASE_LINK, stored.id, one.user_id, since):
            return _did("link-soon")
        outbox.put(tx, stored.id, Mail(MailKind.CASE_LINK, Role.SUPPORTER, one.user_id), now)
        return _did("link")
    return redirect(request.path, 303)  # it has ended meanwhile


def _new_link(tx: Tx, here: AccountVisit, _one: Supporter) -> ResponseReturnValue:
    return new_links.for_account(tx, here).shown(here.reader)


def _leave(tx: Tx, here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    count = len(_cases_of(tx, one))
    return page("me_leave.html", here.reader, form=form_token(here), count=count)


def _stay(_tx: Tx, _here: AccountVisit, _one: Supporter) -> ResponseReturnValue:
    return redirect(request.path, 303)


def _leave_for_good(tx: Tx, here: AccountVisit, one: Supporter) -> ResponseReturnValue:
    now, policy = the_desk().clock(), the_desk().config.policy
    cases.leave(tx, one.user_id, now=now, policy=policy)
    roster.remove(tx, one.user_id)
    for door in (Door.ME, Door.JOIN):
        accounts.end_links(tx, door, one.user_id)
    session.pop(here.link_id, None)
    return said("me-left", here.reader)


_ACTS: dict[str, _Act] = {
    "pause": _pause,
    "back": _back,
    "link": _link,
    "new-link": _new_link,
    "leave": _leave,
    "stay": _stay,
    "leave-for-good": _leave_for_good,
}


def _put(tx: Tx, one: Supporter) -> None:
    now = the_desk().clock()
    roster.put(tx, one, now)
    roster.look_again(tx, now)  # somebody may be waiting for just this


def _did(what: str) -> ResponseReturnValue:
    return redirect(f"{request.path}?did={what}", 303)


def _cases_of(tx: Tx, one: Supporter) -> list[cases.StoredCase]:
    return cases.list_where(
        tx, case_table.c.supporter == one.user_id, case_table.c.state.in_(cases.OPEN_STATES)
    )


def _own_page(
    tx: Tx,
    here: AccountVisit,
    one: Supporter,
    form: ProfileForm,
    troubles: tuple[Trouble, ...] = (),
) -> tuple[str, int]:
    now, reader = the_desk().clock(), here.reader
    if not is_open(here):
        open_session(here)  # they were inside, and go on with what they wrote
    did = request.args.get("did", "")
    until = one.trained_until
    return page(
        "me.html",
        reader,
        422 if troubles else 200,
        form=form_token(here),
        account=one.name,
        did=did if did in DID and not troubles else "",
        standing=one.status.value,
        away_until=_away(one, now, reader),
        training_over=date_text(until, reader) if until and until < now.date() else "",
        looked_up_next=bool(one.avoid_new),
        nobody=[choices.isolated(name) for name in one.avoid_nobody],
        cases=[_open_case(stored.case, reader) for stored in _cases_of(tx, one)],
        until=request.form.get("until", ""),
        **profiles.on_the_page(form, troubles, reader),
    )


def _away(one: Supporter, now: datetime, reader: str) -> str:
    """Give the day on which they are back, on their own calendar; empty where they are not away."""
    if one.status is not SupporterStatus.ACTIVE or one.away_until is None or one.away_until <= now:
        return ""
    return date_text(one.away_until.astimezone(zone_of(one.timezone)), reader)


def _open_case(case: Case, reader: str) -> OpenCase:
    stage = "contacted" if case.contacted_at else "taken" if case.taken else "new"
    since = case.accepted_at or case.received_at
    return OpenCase(shown(case.ref), stage, date_text(since, reader))
