"""Whether the memory of worker and desk grows in a day of a network, lived in some minutes.

The real processes, wiki and mailbox, by a clock that is hurried. The first half of the day is a
calm one, the second very busy; every request is answered, read, talked about and closed, and the
desk's public pages are looked at all the while. The clock itself takes 1 MB of each process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from bench_parts.figures import Figure, plain, ratio
from bench_parts.moving import Moving, fresh
from bench_parts.place import Place
from bench_parts.resident import megabytes, megabytes_together
from bench_parts.soon import LOOK
from stage import asking
from stage.desk import Visitor

RATE = 144
"""A day in ten minutes."""
HOUR = 3600.0
CALM_EVERY = 2 * HOUR
"""Twelve requests a day; `simulate` plans with ten a week."""
BUSY_EVERY = HOUR / 10
BY_HAND_EVERY = 5
"""One request in five is written by hand; the others are sealed."""
LOOK_AROUND_EVERY = HOUR / 6
PAGES = ("/", "/privacy", "/ask", "/join", "/me", "/healthz")
REQUESTERS = ("Rosa", "Ravi", "Rim")
POLICY = """\
  requests_per_account_per_month: 100
  supporters_one_requester_may_meet: 100
  open_requests_per_account: 20
"""
MOST_WORKER, MOST_DESK = 100, 512
MOST_GROWTH = 1.05
SETTLE_SECONDS = 3
SAMPLE_SECONDS = 0.5
MAIL_SECONDS = 90.0
MAILS_EACH = 3
"""The offer, the way to the case, and that it has ended."""

Say = Callable[[str], None]


@dataclass
class Held:
    """The memory of worker and desk in MB, from time to time."""

    worker: list[float] = field(default_factory=list)
    desk: list[float] = field(default_factory=list)
    worker_peak: float = 0.0

    def look(self, worker: int, desk: int) -> None:
        """Look how much they hold now."""
        now, self.worker_peak = megabytes(worker)
        self.worker.append(now)
        self.desk.append(megabytes_together(desk))


@dataclass
class Done:
    """What was done in the day."""

    requests: int = 0
    pages: int = 0


def measure(place: Place, hours: int, say: Say) -> Iterator[Figure]:
    """Live so many hours, and say what worker and desk held at their start, middle and end."""
    say(f"{hours} hours of a network, {RATE} times as fast")
    held, done = Held(), Done()
    start = place.log.size()
    with (
        fresh(place, "day", POLICY) as moving,
        moving.runs("run") as worker,
        moving.runs("desk", "--port", str(moving.network.desk_port)) as desk,
    ):
        _wait_for_desk(moving)
        _one_case(place, moving, REQUESTERS[0], done)
        with _looking(held, worker.pid, desk.pid):
            _live(place, moving, hours * HOUR, done, say)
    looks = sum(LOOK in one for one in place.log.since(start))
    group = f"{hours} hours with {done.requests} requests, {done.pages} pages shown, {looks} looks"
    for who, sizes, peak, most in (
        ("worker", held.worker, held.worker_peak, MOST_WORKER),
        ("desk, its three processes", held.desk, max(held.desk), MOST_DESK),
    ):
        first, middle, last = sizes[0], sizes[len(sizes) // 2], sizes[-1]
        shown = f"{first:.0f}, {middle:.0f}, {last:.0f} MB"
        yield plain(group, f"{who}: at the start, middle, end", shown)
        yield ratio(group, "  at its peak", peak / most, 1, f"{most} MB ({peak:.0f} MB)")
        yield ratio(
            group, "  at the end", last / middle, MOST_GROWTH, "the middle, before the rush"
        )


def _live(place: Place, moving: Moving, long: float, done: Done, say: Say) -> None:
    """Let requests come and pages be looked at, each at its time, until the day is over."""
    moving.move(rate=RATE)
    begun = moving.now()
    asks, looks = _asking(long), begun
    who = cycle(REQUESTERS)
    due = begun + next(asks)
    half = False
    while (now := moving.now()) < begun + long:
        if now >= due:
            _one_case(place, moving, next(who), done)
            due = begun + next(asks)
        elif now >= looks:
            _look_around(moving, done)
            looks = now + LOOK_AROUND_EVERY
        else:
            time.sleep(0.02)
        if not half and now > begun + long / 2:
            half = True
            say(f"the busy half of it begins ({done.requests} requests until now)")
    moving.move()
    time.sleep(SETTLE_SECONDS)


def _asking(long: float) -> Iterator[float]:
    """Give when requests come, in seconds from the beginning."""
    at = CALM_EVERY / 2
    while True:
        yield at
        calm = at + CALM_EVERY
        at = calm if calm < long / 2 else max(at + BUSY_EVERY, long / 2)


def _one_case(place: Place, moving: Moving, who: str, done: Done) -> None:
    """Lead one request to its end at the desk, as two people would."""
    mailbox = place.mailbox
    by_hand = done.requests % BY_HAND_EVERY == 1
    story = f"I would like to talk. {done.requests}"  # the same text again would be nobody's
    ask = _ask_by_hand if by_hand else _ask
    status = ask(place, moving, who, story)
    address, offer = mailbox.wait_for_asked("", 1, MAIL_SECONDS)
    Visitor(offer).press("accept")
    name = address.partition("@")[0]
    link = mailbox.wait_for_link(name, "case", seconds=MAIL_SECONDS)
    here = Visitor(link).press("open").press("take")
    there = Visitor(status).press("open")
    here.press("write", text="How are you?")
    there.look().press("look")
    there.press("write", text="Better, thank you.")
    here.look().press("look")
    there.press("close")
    mailbox.wait_for(name, "", MAILS_EACH, MAIL_SECONDS)
    # Not before the last has come: the mailbox stumbles over both at once.
    time.sleep(SETTLE_SECONDS if by_hand else 0)
    mailbox.empty()
    done.requests += 1
    done.pages += 12


def _ask(place: Place, moving: Moving, who: str, story: str) -> str:
    """Ask as the gadget does, and give the link to the status page."""
    account, user_id = place.sandbox.as_account(who), place.sandbox.user_id(who)
    asked = asking.ask(account, user_id, message=story, notify=False)
    return f"{moving.network.desk_url}/status/{asked['status_token']}"


def _ask_by_hand(place: Place, _moving: Moving, who: str, story: str) -> str:
    """Write a request into the page, and give the link to the status page, which comes by mail."""
    text = f"\n{{{{Peer support request\n|languages = Deutsch\n|message = {story}\n}}}}"
    place.sandbox.as_account(who).append(asking.INTAKE, text)
    return place.mailbox.wait_for_link(who, "status", seconds=MAIL_SECONDS)


def _look_around(moving: Moving, done: Done) -> None:
    for path in PAGES:
        Visitor(moving.network.desk_url + path)
        done.pages += 1


def _wait_for_desk(moving: Moving) -> None:
    end = time.monotonic() + MAIL_SECONDS
    while True:
        try:
            Visitor(moving.network.desk_url + "/livez")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def _looking(held: Held, worker: int, desk: int) -> Iterator[None]:
    """Look from time to time how much memory both hold, and once more at the end."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(SAMPLE_SECONDS):
            held.look(worker, desk)

    held.look(worker, desk)
    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    held.look(worker, desk)
