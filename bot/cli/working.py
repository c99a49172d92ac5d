"""`run`: a worker that leads, or waits to lead, until it is told to stop.

A database that fails over cuts the worker's lock off. The worker stops acting then, and stands in
line again like any other: whoever is first goes on, and nobody does the same twice.

A wiki that is away, or lets the account not in, is waited for as well, from the start on: a worker
that gave up would be started anew by whatever watches it, as often and to no avail.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import app
from bot.cli.opening import DEPOSED, WIKI_ID, be_its_wiki, open_store, say_waiting
from bot.config import Config
from bot.config.coordinators import CoordinatorsInFile
from bot.network import Memory, Posted
from bot.private import variables
from bot.problems import Problem
from bot.repeats import Repeats
from bot.store.lock import leading
from bot.store.store import (
    HEARTBEAT,
    LOG_IN,
    READ_UNTIL,
    WIKI_AWAY_SINCE,
    DeposedError,
    Store,
    get_setting,
    put_setting,
)
from bot.troubles import OutOfReachError, of_wiki
from bot.wiki.errors import NoAnswerError, WikiDownError, WikiError
from bot.wiki.refused import LogInError, Patience

if TYPE_CHECKING:
    from bot.network import Network

log = logging.getLogger("peer-support")

AGAIN_AFTER, LONGEST = timedelta(seconds=10), timedelta(minutes=2)
"""Until a worker whose store or wiki is away tries again: doubled each time, up to the longest."""


@dataclass
class _Worker:
    """What a worker's process keeps from one turn to the next; `begun` when all was in reach.

    `asks_at` is when the wiki is asked again, where it does not let the account in.
    """

    begun: bool = False
    failures: int = 0
    asks_at: datetime | None = None
    unwritten: list[Posted] = field(default_factory=list)
    repeats: Repeats = field(default_factory=Repeats)

    def waits(self) -> None:
        """Stand in line behind the worker that leads."""
        self.begun = True
        say_waiting()

    def starts(self) -> None:
        """Note that all is in reach, and tell it where it was not."""
        self.begun, self.failures = True, 0
        if (over := self.repeats.well("run")) is not None:
            log.info("run: %s", over)

    def fails(self, why: Problem) -> None:
        """Tell what is waited for, the same less and less, and wait."""
        wait = min(AGAIN_AFTER * 2 ** min(self.failures, 9), LONGEST)
        later = f"in {wait.seconds} s"
        if self.asks_at is not None:
            # What is looked for so often is a new password in the file, and not asked of the wiki.
            wait, later = AGAIN_AFTER, f"at {self.asks_at:%H:%M} UTC"
        self.failures += 1
        told = self.repeats.again("run", why.what, app.clock())
        if told is not None:
            log.error("run: %s %s Trying again %s.", told, why.mend, later)
        time.sleep(wait.total_seconds())


def work_until_stopped(config_file: str | None) -> None:
    """Work until SIGTERM or SIGINT; what is out of reach is told and waited for."""
    with _ending_at_signals():
        _work(config_file, _Worker())


@contextmanager
def _ending_at_signals() -> Iterator[None]:
    """End quietly when told to stop, whatever is waited for; `schedule.run` ends its step first."""
    before = {
        one: signal.signal(one, signal.default_int_handler)
        for one in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    except KeyboardInterrupt:
        log.info("run: ended while it waited")
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _work(config_file: str | None, worker: _Worker) -> None:
    while True:
        worker.asks_at = None
        try:
            if _take_a_turn(config_file, worker):
                return
            why = DEPOSED
        except DeposedError:
            why = DEPOSED
        except OutOfReachError as error:
            if not worker.begun:
                raise
            why = error.problem
        except WikiError as error:
            if not worker.begun and not isinstance(error, WikiDownError | NoAnswerError):
                raise
            why = of_wiki(error)
        worker.fails(why)


def _take_a_turn(config_file: str | None, worker: _Worker) -> bool:
    """Lead until told to stop (True), or until the lock is lost (False)."""
    with open_store(config_file) as (config, store), leading(store, worker.waits) as held:
        store.empty_journal(at_start=True)
        from bot.schedule import run  # noqa: PLC0415 - loads Pywikibot

        memory = Memory(unwritten=worker.unwritten, repeats=worker.repeats)
        network = replace(
            _reach_wiki(config, store, worker, memory),
            coordinators_now=CoordinatorsInFile(
                config.coordinators, app.config_path(config_file, variables()), variables()
            ),
        )
        be_its_wiki(network)
        worker.starts()
        return run(network, held)


def _reach_wiki(config: Config, store: Store, worker: _Worker, memory: Memory) -> Network:
    """Log in; where that fails, the store hears of it, and so do `status` and the webhook."""
    from bot.schedule import note_log_in  # noqa: PLC0415 - loads Pywikibot

    with store.read() as tx:
        patience = Patience.read(get_setting(tx, LOG_IN))
        # A wrong password ends the very first start only: afterwards a worker that is started
        # anew must not give up what it waits for, for nobody would hear of it then.
        worker.begun = worker.begun or get_setting(tx, READ_UNTIL) is not None
    try:
        network = app.open_network(config, store, memory=memory, patience=patience)
    except LogInError:
        with store.write() as tx:
            put_setting(tx, LOG_IN, patience.kept())
            put_setting(tx, WIKI_AWAY_SINCE, "")  # it has answered
        _tell_alarms(config, store)
        worker.asks_at = patience.until
        raise
    except (WikiDownError, NoAnswerError):
        _note_away(store)
        _tell_alarms(config, store)
        raise
    with store.write() as tx:
        note_log_in(tx, patience)
    return network


def _note_away(store: Store) -> None:
    """Keep since when the wiki is away, where a worker does not even come to its first round."""
    now = app.clock().isoformat()
    with store.write() as tx:
        if not get_setting(tx, WIKI_AWAY_SINCE):
            put_setting(tx, WIKI_AWAY_SINCE, now)
        put_setting(tx, HEARTBEAT, now)  # it is alive, and a new start would mend nothing


def _tell_alarms(config: Config, store: Store) -> None:
    from bot.steps.alarm import tell_alarms  # noqa: PLC0415 - loads requests

    with store.read() as tx:
        wiki_id = get_setting(tx, WIKI_ID) or "a wiki that was not reached yet"
    tell_alarms(config, store, app.hook_of(config, wiki_id), app.clock())
