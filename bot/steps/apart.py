"""One thing of many goes wrong: it is set aside and told, and the others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.faults import kind_and_place
from bot.logs import OURS
from bot.network import Network
from bot.store import aside
from bot.store.aside import ALL, Aside, Kind
from bot.store.store import DeposedError, Tx
from bot.wiki.errors import WikiError

log = logging.getLogger(OURS)

NOT_ONES_OWN = (OperationalError, InterfaceError, PoolTimeoutError, DeposedError, WikiError)
"""The store or the wiki is away, or another worker leads: that is nobody's own fault."""

Also = Callable[[Tx, Aside], None]


class Apart:
    """One loop over things of a kind, each on its own."""

    def __init__(self, network: Network, kind: Kind, now: datetime) -> None:
        self._network = network
        self._kind = kind
        self._now = now
        with network.store.read() as tx:
            kept = [one for one in aside.everything(tx, now) if one.kind is kind]
        self._known = {one.number for one in kept}
        self.held = frozenset(one.number for one in kept if now < one.again_at)
        """What is not to be tried yet."""

    def waits(self, number: int) -> bool:
        """Say whether this one is not to be tried yet."""
        return number in self.held or (ALL in self.held and number not in self._known)

    @contextmanager
    def one(self, number: int, also: Also | None = None) -> Iterator[None]:
        """Do something about one; what it raises ends here, and `also` is done in its place."""
        try:
            yield
        except NOT_ONES_OWN:
            raise
        except Exception as error:  # noqa: BLE001 - one must not stop the others
            self.set_aside(number, error, also)
        else:
            if number in self._known or ALL in self._known:
                with self._network.store.write() as tx:
                    aside.done(tx, self._kind, number, self._now)

    def well(self, numbers: set[int]) -> None:
        """Note of those that were tried again that all is well with them."""
        for number in self._known & numbers:
            with self._network.store.write() as tx:
                aside.done(tx, self._kind, number, self._now)
        self._known -= numbers

    def set_aside(self, number: int, error: Exception, also: Also | None = None) -> None:
        """Keep one back for a while, longer each time, and tell the operator why."""
        why = kind_and_place(error)
        log.critical("a %s was set aside: %s", self._kind.value, why)
        with self._network.store.write() as tx:
            kept = aside.put(tx, self._kind, number, why, self._now)
            if also is not None:
                also(tx, kept)
