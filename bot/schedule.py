"""The worker's rhythm: APScheduler calls the steps, one after the other, in one thread."""

from __future__ import annotations

import enum
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
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
from bot.steps.apart import NOT_ONES_OWN
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
from bot.store import aside
from bot.store.aside import Aside
from bot.store.newest import newest
from bot.store.store import (
    HEARTBEAT,
    LOG_IN,
    WIKI_AWAY_SINCE,
    DeposedError,
    Tx,
    get_setting,
    put_setting,
)
from bot.troubles import of_wiki
from bot.wiki.errors import NoAnswerError, WikiDownError, WikiError
from bot.wiki.refused import LogInError, Patience

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
_WAITING = "waiting: "


@enum.unique
class Did(enum.Enum):
    """What came of a step."""

    WORK = "work"
    NOTHING = "nothing"
    FAILED = "failed"
    STOPPED = "stopped"  # and nothing more may be done in this round
    WAITING = "waiting"  # it went wrong lately, and is tried again later


def do(step: Step, network: Network) -> Did:
    """Do one step; what it stumbles over is told by its code and tried again in the next round."""
    name = step.__name__
    try:
        worked = step(network)
    except ClockError as error:
        _tell_clock(network, name, error)
        return Did.STOPPED
    except LogInError as error:
        # The wiki has answered. Told once, by what is noted, and before this round's alarms.
        log.debug("%s: the wiki: %s", name, error.code)
        network.memory.wiki_away_since = None
        _note_log_in(network)
        return Did.FAILED
    except DeposedError:
        raise
    except Exception as error:  # noqa: BLE001 - one broken step must not stop the others
        if isinstance(error, WikiDownError | NoAnswerError):
            network.memory.wiki_away_since = network.memory.wiki_away_since or network.clock()
        _tell(network, name, error)
        if not isinstance(error, NOT_ONES_OWN):
            _set_aside(network, name, error)
        return Did.FAILED
    if (over := network.memory.repeats.well(name)) is not None:
        log.info("%s: %s", name, over)
    if step is take_in:
        network.memory.wiki_away_since = None
    if worked:
        log.info("%s: done", name)
    return Did.WORK if worked else Did.NOTHING


def _set_aside(network: Network, name: str, error: Exception) -> None:
    """Keep a step back for a while, longer each time: it is told, and done by nobody else."""
    if name not in aside.STEPS:
        return
    try:
        with network.store.write() as tx:
            number, why = aside.STEPS.index(name), kind_and_place(error)
            aside.put(tx, aside.Kind.STEP, number, why, network.clock())
    except SQLAlchemyError as trouble:
        _tell(network, f"{name}, to be set aside", trouble)


def _steps_aside(network: Network) -> dict[str, Aside]:
    """Give the steps that went wrong lately, by their names."""
    try:
        with network.store.read() as tx:
            kept = aside.everything(tx, network.clock())
    except SQLAlchemyError:
        return {}  # the steps themselves tell of it
    return {name: one for one in kept if (name := aside.step_of(one)) is not None}


def _do_in_time(step: Step, network: Network, kept: Aside | None) -> Did:
    """Do a step, unless it went wrong so lately that it waits."""
    now, name = network.clock(), step.__name__
    if kept is not None and now < kept.again_at:
        if not network.memory.repeats.knows(name):  # it went wrong in another process
            said = f"set aside: {kept.reason}"
            if (told := network.memory.repeats.again(_WAITING + name, said, now)) is not None:
                log.error("%s: %s; again at %s UTC", name, told, f"{kept.again_at:%H:%M}")
        return Did.WAITING
    did = do(step, network)
    if kept is not None and did in {Did.WORK, Did.NOTHING}:
        network.memory.repeats.well(_WAITING + name)
        try:
            with network.store.write() as tx:
                aside.done(tx, kept.kind, kept.number, now)
        except SQLAlchemyError as error:
            _tell(network, f"{name}, set aside", error)
    return did


def _tell(network: Network, name: str, error: Exception) -> None:
    """Log a failure, and the same one again less and less."""
    level, said = _words(error)
    told = network.memory.repeats.again(name, said, network.clock())
    if told is not None:
        log.log(level, "%s: %s", name, told)


def _tell_clock(network: Network, name: str, error: ClockError) -> None:
    # The seconds differ each time, and are no other failure.
    told = network.memory.repeats.again(name, "stopped", network.clock())
    if told is not None:
        said = "%s: our clock is %s seconds ahead of the wiki's: %s"
        log.error(said, name, error.seconds, told)


def _words(error: Exception) -> tuple[int, str]:
    """Return how loudly a failure is told, and as what: by its code or place, never its text."""
    match error:
        case WikiError():
            return logging.WARNING, f"the wiki: {error.code}"
        case KeyPageError():
            return logging.ERROR, f"the key page could not be saved: {error.code}"
        case SQLAlchemyError():
            return logging.ERROR, f"the store: {kind_and_place(error)}"
        case _:
            return logging.CRITICAL, f"a fault of ours: {kind_and_place(error)}"


def do_round(network: Network, steps: Sequence[Step], stopping: Callable[[], bool]) -> list[Did]:
    """Do steps one after the other, and stop after the one under way when asked to.

    Where the intake page could not be read, neither could the shut-off page, which comes with it:
    nobody is asked or mailed then, for the wiki may have said stop.
    """
    came: dict[Step, Did] = {}
    kept = _steps_aside(network)
    for step in steps:
        if stopping():
            break
        if step in _UNLESS_SHUT_OFF and came.get(take_in) in {Did.FAILED, Did.WAITING}:
            continue
        came[step] = _do_in_time(step, network, kept.get(step.__name__))
        if came[step] is Did.STOPPED:
            return list(came.values())  # without a heartbeat: /healthz tells the operator
    try:
        with network.store.write() as tx:
            put_setting(tx, HEARTBEAT, network.clock().isoformat())
            _note_wiki(network, tx, asked=came.get(take_in, Did.WAITING) is not Did.WAITING)
            note_log_in(tx, network.wiki.patience)
        network.memory.repeats.well("heartbeat")
    except SQLAlchemyError as error:
        _tell(network, "heartbeat", error)
    return list(came.values())


def _note_wiki(network: Network, tx: Tx, *, asked: bool) -> None:
    """Keep since when the wiki is away; a time of a worker before this one stays until it is not.

    `asked`: this round has read the intake page, or failed to.
    """
    away, before = network.memory.wiki_away_since, get_setting(tx, WIKI_AWAY_SINCE)
    if away is not None and not before:
        put_setting(tx, WIKI_AWAY_SINCE, away.isoformat())
    elif away is None and before and asked:
        put_setting(tx, WIKI_AWAY_SINCE, "")


def _note_log_in(network: Network) -> None:
    try:
        with network.store.write() as tx:
            note_log_in(tx, network.wiki.patience)
        network.memory.repeats.well("log-in")
    except SQLAlchemyError as error:
        _tell(network, "log-in", error)


def note_log_in(tx: Tx, patience: Patience) -> None:
    """Write down whether the wiki lets the account in; what changes is told, once."""
    kept, before = patience.kept(), get_setting(tx, LOG_IN) or ""
    if kept == before:
        return
    put_setting(tx, LOG_IN, kept)
    if patience.refusal is None:
        log.info("log-in: the wiki lets the account in again")
    elif patience.refusal is not Patience.read(before).refusal:
        said = of_wiki(LogInError(patience.refusal, patience.detail))
        log.error("log-in: %s %s It is tried again after minutes.", said.what, said.mend)


_UNLESS_SHUT_OFF: tuple[Step, ...] = (sign_in, offer, deliver, follow_up, relieve, tidy)


def once(network: Network) -> bool:
    """Do every step until none has work left; False when a step failed in the last round."""
    for _ in range(ROUNDS_AT_MOST):
        came = do_round(network, EVERY_STEP, lambda: False)
        if Did.WORK not in came:
            _empty_journal(network)
            return {Did.FAILED, Did.STOPPED, Did.WAITING}.isdisjoint(came)
    log.warning("once: there is still work after %s rounds; run it again", ROUNDS_AT_MOST)
    return False


def _empty_journal(network: Network) -> None:
    """Let nothing that was erased stay in the log beside the database, whichever process did it."""
    with suppress(SQLAlchemyError):  # the next round tries again
        network.store.empty_journal()


def _left_for_us(network: Network) -> object:
    """Look what desk and commands have left in the store, which costs the wiki nothing."""
    _empty_journal(network)
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
