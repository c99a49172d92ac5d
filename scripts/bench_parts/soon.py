"""How long it is from the press that saves a request to the Wikimail in a supporter's mailbox.

The real worker, looking as its `schedule` has it; saved at moments that are spread evenly between
two looks, the worst of which is right after one. What comes before (minutes or an hour without
anything) is not waited for: the clock is put forward.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bench_parts.counting import WikiLog
from bench_parts.figures import Figure, plain, ratio, seconds
from bench_parts.moving import Moving, fresh
from bench_parts.place import Place
from bot.config.model import Schedule
from bot.rhythm import QUICK_FOR, REST_AFTER, interval
from stage import asking
from stage.sandbox import Account

POLICY = """\
  requests_per_account_per_month: 100
  open_requests_per_account: 20
"""
LOOK = "curtimestamp"
"""Each look at the intake page asks for the wiki's time; nothing else does."""
WORK_SECONDS = 1.5
"""What the save, a round and a mail may take beside the waiting."""
TOGETHER_SECONDS = 2.0
PATIENCE_SECONDS = 180.0
GROUP = "From saving a request to the mail in a supporter's mailbox"

Say = Callable[[str], None]


@dataclass(frozen=True)
class State:
    """How a network is: its name, how long nothing has happened, and how often it looks then."""

    name: str
    quiet: timedelta

    @property
    def interval(self) -> float:
        """The seconds between two looks."""
        return interval(Schedule(), self.quiet).total_seconds()

    @property
    def bound(self) -> float:
        """The seconds that the schedule and the work allow.

        Whether it is time to look is asked each `quick_seconds`, and a look late by half of it.
        """
        return self.interval + Schedule().quick_seconds / 2 + WORK_SECONDS


STATES = (
    State("while something happens", timedelta()),
    State("after some quiet minutes", QUICK_FOR + timedelta(minutes=1)),
    State("at rest", REST_AFTER + timedelta(minutes=1)),
)


def measure(place: Place, moments: int, say: Say) -> Iterator[Figure]:
    """Save so many requests in each state of the network."""
    with fresh(place, "soon", POLICY) as moving, moving.runs("run"):
        _ask(place, say, "a request, so that something happens")
        for state in STATES:
            say(f"{state.name}: {moments} requests")
            took = [_one(place, moving, state, at / moments) for at in range(moments)]
            middle, worst = statistics.median(took), max(took)
            name = f"{state.name}, looking every {state.interval:.0f} s"
            yield plain(GROUP, name, f"{seconds(middle)} (middle of {moments})")
            of = f"the {state.bound:g} s of the schedule ({seconds(worst)})"
            yield ratio(GROUP, "  the worst, right after a look", worst / state.bound, 1, of)


def _ask(place: Place, say: Say, what: str) -> None:
    say(what)
    rosa, text = _sealed(place)
    _save(place, rosa, text)


def _one(place: Place, moving: Moving, state: State, moment: float) -> float:
    """Let it become so, save at this moment (0 to 1) between two looks, and give the seconds."""
    log = place.log
    _wait_for_looks(log, state)  # the round that sent the last mail has ended
    rosa, text = _sealed(place)
    moving.move(ahead=state.quiet.total_seconds())
    looked = _wait_for_looks(log, state)
    time.sleep(max(0.0, looked + moment * state.interval - time.monotonic()))
    return _save(place, rosa, text)


def _sealed(place: Place) -> tuple[Account, str]:
    rosa = place.sandbox.as_account("Rosa")
    return rosa, asking.envelope(rosa, place.sandbox.user_id("Rosa"), notify=False)


def _save(place: Place, account: Account, text: str) -> float:
    place.mailbox.empty()
    begun = time.monotonic()
    account.append(asking.INTAKE, text, asking.SUMMARY)
    _wait_until(lambda: bool(place.mailbox.everything()), "no mail came")
    return time.monotonic() - begun


def _wait_for_looks(log: WikiLog, state: State) -> float:
    """Wait until the worker has looked at the page; say when that was.

    After an hour the hourly round looks as well: the last of what comes together counts.
    """
    start, looks, looked = log.size(), 0, time.monotonic() + PATIENCE_SECONDS
    together = min(state.interval / 6, TOGETHER_SECONDS)
    while time.monotonic() < looked + together:
        seen = sum(LOOK in one for one in log.since(start))
        if seen > looks:
            looks, looked = seen, time.monotonic()
        time.sleep(0.02)
    if not looks:
        raise RuntimeError("the worker does not look")
    return looked


def _wait_until(came: Callable[[], bool], otherwise: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not came():
        if time.monotonic() > end:
            raise RuntimeError(otherwise)
        time.sleep(0.05)
