"""The worker's rhythm: APScheduler calls the steps, one after the other, in one thread."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.network import Network
from bot.steps.deliver import deliver
from bot.steps.follow_up import follow_up
from bot.steps.offer import offer
from bot.steps.publish import KeyPageError, publish
from bot.steps.purge import purge
from bot.steps.rotate import rotate
from bot.steps.take_in import take_in
from bot.steps.tidy import tidy
from bot.store.store import HEARTBEAT, put_setting
from bot.wiki.session import WikiError

log = logging.getLogger("peer-support")

Step = Callable[[Network], bool]

OFTEN: tuple[Step, ...] = (take_in, offer, deliver, follow_up, tidy, publish)
"""In each round: what came in goes out in the same round."""
RARELY: tuple[Step, ...] = (rotate, publish, purge)
"""Each hour, and at the start: a key must be published before anybody can write."""
EVERY_STEP: tuple[Step, ...] = (rotate, publish, *OFTEN[:-1], purge)

ROUNDS_AT_MOST = 1000


def do(step: Step, network: Network) -> bool:
    """Do one step; what it stumbles over is told by its code and tried again in the next round."""
    name = step.__name__
    try:
        worked = step(network)
    except WikiError as error:
        log.warning("%s: the wiki: %s", name, error.code)
        return False
    except KeyPageError as error:
        log.error("%s: the key page could not be saved: %s", name, error.code)
        return False
    except SQLAlchemyError as error:
        # Only its kind: the text of such an error holds the values of the statement.
        log.error("%s: the store: %s", name, type(error).__name__)
        return False
    if worked:
        log.info("%s: done", name)
    return worked


def once(network: Network) -> None:
    """Do every step until none has work left."""
    for _ in range(ROUNDS_AT_MOST):
        worked = [do(step, network) for step in EVERY_STEP]
        if not any(worked):
            return
    log.warning("once: there is still work after %s rounds; run it again", ROUNDS_AT_MOST)


def run(network: Network) -> None:
    """Work until SIGTERM or SIGINT, and end after the step that is under way."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def round_of(steps: tuple[Step, ...]) -> None:
        for step in steps:
            if stopping.is_set():
                return
            do(step, network)
        with network.store.write() as tx:
            put_setting(tx, HEARTBEAT, network.clock().isoformat())

    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},  # one thread does all the wiki's work
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    now = network.clock()
    scheduler.add_job(round_of, "interval", (RARELY,), hours=1, next_run_time=now)
    scheduler.add_job(
        round_of,
        "interval",
        (OFTEN,),
        seconds=network.config.schedule.intake_seconds,
        next_run_time=now + timedelta(seconds=1),
    )
    log.info("run: started")
    scheduler.start()
    stopping.wait()
    scheduler.shutdown(wait=True)
    log.info("run: ended")
