"""`run`: a worker that leads, or waits to lead, until it is told to stop.

A database that fails over cuts the worker's lock off. The worker stops acting then, and stands in
line again like any other: whoever is first goes on, and nobody does the same twice.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from bot import app
from bot.cli.opening import DEPOSED, be_its_wiki, open_store, say_waiting
from bot.network import Memory, Posted
from bot.store.lock import leading
from bot.store.store import DeposedError
from bot.troubles import OutOfReachError, of_wiki
from bot.wiki.errors import WikiError

log = logging.getLogger("peer-support")

AGAIN_AFTER = 10
"""Seconds until a worker whose store or wiki went away tries again."""


@dataclass
class _Worker:
    """What a worker's process keeps from one turn to the next; `begun` when all was in reach."""

    begun: bool = False
    unwritten: list[Posted] = field(default_factory=list)

    def waits(self) -> None:
        """Stand in line behind the worker that leads."""
        self.begun = True
        say_waiting()


def work_until_stopped(config_file: str | None) -> None:
    """Work until SIGTERM; what is out of reach at the start is told, and later waited for."""
    worker = _Worker()
    while True:
        try:
            if _take_a_turn(config_file, worker):
                return
            why = DEPOSED
        except DeposedError:
            why = DEPOSED
        except OutOfReachError as error:
            why = error.problem
        except WikiError as error:
            why = of_wiki(error)
            if not worker.begun:
                raise
        if not worker.begun:
            raise OutOfReachError(why)
        log.error("run: %s Trying again in %s s.", why.what, AGAIN_AFTER)
        time.sleep(AGAIN_AFTER)


def _take_a_turn(config_file: str | None, worker: _Worker) -> bool:
    """Lead until told to stop (True), or until the lock is lost (False)."""
    with open_store(config_file) as (config, store), leading(store, worker.waits) as held:
        from bot.schedule import run  # noqa: PLC0415 - loads Pywikibot

        network = app.open_network(config, store, memory=Memory(unwritten=worker.unwritten))
        be_its_wiki(network)
        worker.begun = True
        return run(network, held)
