"""People on their way into the network: applications, cohorts, and supporters who are paused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.casework.roster import Supporter, SupporterStatus
from bot.casework.roster_values import WrongValueError, read_cohort, read_date
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
    numbers,
    press,
    show,
)
from bot.desk.doors import is_open
from bot.languages import language_name
from bot.store import cohorts, roster
from bot.store.store import Tx

desk_people_pages = Blueprint("desk_people", __name__)


@dataclass(frozen=True)
class Person:
    """Somebody whom coordinators know by name, because they train them."""

    id: int
    name: str = field(repr=False)
    languages: list[str]


@dataclass(frozen=True)
class Cohort:
    """Those who are trained together on one day; `over` says that they can be active now."""

    name: str
    on: str
    until: str
    people: list[Person]
    over: bool


@desk_people_pages.get("/desk/<token>/people")
def people(token: str) -> ResponseReturnValue:
    """Show who applied, who is in training and who is paused."""
    with the_desk().store.read() as tx:
        here = coordinator(tx, token)
        if not is_open(here):
            return door(here)
        return _page(tx, here, token)


@desk_people_pages.post("/desk/<token>/people")
def act_on_people(token: str) -> ResponseReturnValue:
    """Train, let in, decline, or end a pause."""
    now, policy = the_desk().clock(), the_desk().config.policy
    with the_desk().store.write() as tx:
        here = coordinator(tx, token)
        chosen = numbers("person")

        def told(count: int, said: Said) -> ResponseReturnValue:
            return go(token, "people", said if count else Said.PEOPLE_CHANGED)

        acts: dict[str, Act] = {
            "train": lambda: _train(tx, here, token, chosen),
            "active": lambda: told(cohorts.activate(tx, chosen, now), Said.ACTIVE),
            "decline": are_you_sure(
                here, token, Sure.DECLINE, person=[str(number) for number in chosen]
            ),
            "decline" + CONFIRMED: lambda: told(
                cohorts.decline(tx, chosen, now=now, policy=policy), Said.DECLINED
            ),
            "ask-again": lambda: told(cohorts.ask_again(tx, chosen, now), Said.ASKED_AGAIN),
        }
        if not chosen:
            nobody: Act = lambda: go(token, "people", Said.NOBODY_CHOSEN)  # noqa: E731
            acts = dict.fromkeys(acts, nobody)
            # Here something was typed, which stays.
            acts["train"] = lambda: _page(tx, here, token, 400, told=Said.NOBODY_CHOSEN)
        return press(here, acts)


def _train(tx: Tx, here: AccountVisit, token: str, chosen: list[int]) -> ResponseReturnValue:
    try:
        cohort = read_cohort(request.form.get("cohort", ""))
        on, until = _day("training-on"), _day("trained-until")
    except WrongValueError:
        return _page(tx, here, token, 400, told=Said.WRONG_COHORT, ticked=chosen)
    count = cohorts.into_training(
        tx,
        chosen,
        cohort=cohort,
        training_on=on,
        trained_until=until,
        now=the_desk().clock(),
    )
    return go(token, "people", Said.TRAINING if count else Said.PEOPLE_CHANGED)


def _day(name: str) -> date | None:
    given = request.form.get(name, "").strip()
    return read_date(given) if given else None


def _page(
    tx: Tx,
    here: AccountVisit,
    token: str,
    status: int = 200,
    told: Said | None = None,
    ticked: list[int] | None = None,
) -> ResponseReturnValue:
    everybody = sorted(roster.everybody(tx), key=lambda one: one.name.casefold())
    reader = here.reader
    return show(
        here,
        token,
        "coordinate_people.html",
        status,
        told=told,
        ticked=ticked or [],
        typed={name: request.form.get(name, "") for name in _FIELDS},
        applied=_those(everybody, SupporterStatus.APPLIED, reader),
        cohorts=_cohorts(everybody, reader),
        paused=_those(everybody, SupporterStatus.PAUSED, reader),
    )


_FIELDS = ("cohort", "training-on", "trained-until")


def _those(everybody: list[Supporter], status: SupporterStatus, reader: str) -> list[Person]:
    return [_person(one, reader) for one in everybody if one.status is status]


def _person(one: Supporter, reader: str) -> Person:
    return Person(one.user_id, one.name, [language_name(code, reader) for code in one.languages])


def _cohorts(everybody: list[Supporter], reader: str) -> list[Cohort]:
    trained = [one for one in everybody if one.status is SupporterStatus.TRAINING]
    groups: dict[tuple[date, str, date], list[Supporter]] = {}
    for one in trained:
        key = (one.training_on or date.max, one.cohort or "", one.trained_until or date.max)
        groups.setdefault(key, []).append(one)
    now = the_desk().clock()
    return [
        Cohort(
            name,
            _written(on, reader),
            _written(until, reader),
            [_person(one, reader) for one in groups[on, name, until]],
            cohorts.training_is_over(groups[on, name, until][0], now),
        )
        for on, name, until in sorted(groups)
    ]


def _written(day: date, reader: str) -> str:
    return "" if day == date.max else date_text(datetime.combine(day, time()), reader)
