"""The worker's rhythm: APScheduler calls the steps, one after the other, in one thread."""

from __future__ import annotations

import enum
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.faults import kind_and_place
from bot.logs import OURS
from bot.network import Network
from bot.rhythm import Rhythm, interval
from bot.steps.alarm import alarm
from bot.steps.avoid_lists import avoid_lists
from bot.steps.deliver import deliver
from bot.steps.follow_up import follow_up
from bot.steps.forget_copies import forget_copies
from bot.steps.know_coordinators import know_coordinators
from bot.steps.offer import offer
from bot.steps.publish import KeyPageError, publish
from bot.steps.purge import purge
from bot.steps.relieve import relieve
from bot.steps.rotate import rotate
from bot.steps.sign_in import sign_in
from bot.steps.take_in import ClockError, take_in
from bot.steps.tidy import tidy
from bot.steps.watch import watch
from bot.store.newest import newest
from bot.store.store import HEARTBEAT, DeposedError, put_setting
from bot.wiki.errors import WikiError

log = logging.getLogger(OURS)

Step = Callable[[Network], bool]

OFTEN: tuple[Step, ...] = (
    take_in,
    sign_in,
    avoid_lists,
    offer,
    deliver,
    follow_up,
    relieve,
    tidy,
    rotate,
    watch,
    alarm,
    publish,
)
"""In each round: what came in goes out in the same round, and a key past its time is destroyed."""
RARELY: tuple[Step, ...] = (take_in, rotate, publish, know_coordinators, purge, forget_copies)
"""Each hour, and at the start: a key must be published before anybody can write."""
EVERY_STEP: tuple[Step, ...] = (
    take_in,
    rotate,
    publish,
    know_coordinators,
    *OFTEN[1:-1],
    purge,
    forget_copies,
)
"""Reading comes first: it says whether our clock can be trusted, and keys go only after it."""

ROUNDS_AT_MOST = 1000


@enum.unique
class Did(enum.Enum):
    """What came of a step."""

    WORK = "work"
    NOTHING = "nothing"
    FAILED = "failed"
    STOPPED = "stopped"  # and nothing more may be done in this round


def do(step: Step, network: Network) -> Did:
    """Do one step; what it stumbles over is told by its code and tried again in the next round."""
    name = step.__name__
    try:
        worked = step(network)
    except ClockError as error:
        log.error("%s: our clock is %s seconds ahead of the wiki's: stopped", name, error.seconds)
        return Did.STOPPED
    except WikiError as error:
        log.warning("%s: the wiki: %s", name, error.code)
    except DeposedError:
        raise
    except KeyPageError as error:
        log.error("%s: the key page could not be saved: %s", name, error.code)
    except SQLAlchemyError as error:
        log.error("%s: the store: %s", name, kind_and_place(error))
    except Exception as error:  # noqa: BLE001 - one broken step must not stop the others
        log.critical("%s: a fault of ours: %s", name, kind_and_place(error))
    else:
        if worked:
            log.info("%s: done", name)
        return Did.WORK if worked else Did.NOTHING
    return Did.FAILED


def do_round(network: Network, steps: Sequence[Step], stopping: Callable[[], bool]) -> list[Did]:
    """Do steps one after the other, and stop after the one under way when asked to.

    Where the intake page could not be read, neither could the shut-off page, which comes with it:
    nobody is asked or mailed then, for the wiki may have said stop.
    """
    came: dict[Step, Did] = {}
    for step in steps:
        if stopping():
            break
        if step in _UNLESS_SHUT_OFF and came.get(take_in) is Did.FAILED:
            continue
        came[step] = do(step, network)
        if came[step] is Did.STOPPED:
            return list(came.values())  # without a heartbeat: /healthz tells the operator
    try:
        with network.store.write() as tx:
            put_setting(tx, HEARTBEAT, network.clock().isoformat())
    except SQLAlchemyError as error:
        log.error("heartbeat: the store: %s", kind_and_place(error))
    return list(came.values())


_UNLESS_SHUT_OFF: tuple[Step, ...] = (sign_in, offer, deliver, follow_up, relieve, tidy)


def once(network: Network) -> bool:
    """Do every step until none has work left; False when a step failed in the last round."""
    for _ in range(ROUNDS_AT_MOST):
        came = do_round(network, EVERY_STEP, lambda: False)
        if Did.WORK not in came:
            return {Did.FAILED, Did.STOPPED}.isdisjoint(came)
    log.warning("once: there is still work after %s rounds; run it again", ROUNDS_AT_MOST)
    return False


def _left_for_us(network: Network) -> object:
    """Look what desk and commands have left in the store, which costs the wiki nothing."""
    try:
        with network.store.read() as tx:
            return newest(tx)
    except SQLAlchemyError:
        return None  # the round itself tells of it


def run(network: Network, leads: Callable[[], bool]) -> bool:
    """Work until SIGTERM or SIGINT (True), or until another worker leads (False).

    Either way the step that is under way is ended first.
    """
    told, stopping = threading.Event(), threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()
        stopping.set()

    def round_of(steps: tuple[Step, ...]) -> list[Did]:
        came: list[Did] = []
        try:
            if leads():
                came = do_round(network, steps, lambda: stopping.is_set() or not leads())
        except DeposedError:
            stopping.set()
        if not leads():
            stopping.set()
        return came

    rhythm = Rhythm(network.config.schedule, active_at=network.clock())

    def look() -> None:
        now, left = network.clock(), _left_for_us(network)
        if rhythm.is_due(now, left):
            rhythm.looked(now, left, worked=Did.WORK in round_of(OFTEN))

    # It warns at each interval that a long delivery outlasts; the next round simply comes later.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},  # one thread does all the wiki's work
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    now = network.clock()
    scheduler.add_job(round_of, "interval", (RARELY,), hours=1, next_run_time=now)
    scheduler.add_job(
        look,
        "interval",
        seconds=interval(network.config.schedule, timedelta()).total_seconds(),
        next_run_time=now + timedelta(seconds=1),
    )
    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        log.info("run: started")
        scheduler.start()
        stopping.wait()
        scheduler.shutdown(wait=True)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    log.info("run: ended")
    return told.is_set()
