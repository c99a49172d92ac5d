"""Between bot and wiki a real proxy does to one request what networks and wikis do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.store.store import put_setting
from stage import proxy as proxies
from stage.proxy import Fault, through
from tests.faults.checking import Tally
from tests.wiki.attacks.conftest import WHOLE, Scene

# A word that stands in the parameters of the request that is hit.
PLACES = {
    "posting a mail": "emailuser",
    "looking at the page": "logevents",
    "looking people up": "users",
    "tidying the page": "edit",
}
BOT_GIVES_UP_AFTER = 4
A_WHILE = 6  # minutes: longer than the wait before a mail of unknown fate is sent once more


def forget_the_hour(scene: Scene) -> None:
    """Let the page be tidied again at once, also after the wiki has refused it."""
    from bot.steps.tidy import REFUSED

    with scene.worker.network.store.write() as tx:
        put_setting(tx, REFUSED, "")


def run_of(scene: Scene, proxy: proxies.Proxy, fault: Fault, word: str) -> None:
    """Let somebody be helped while this happens to one request, and let it settle."""
    ref = scene.ask()
    forget_the_hour(scene)
    scene.worker.network.people.forget()  # so that everybody is looked up
    proxy.plan(fault, word)
    with through(proxy):
        scene.rounds(2)
    assert proxy.happened == 1, f"{fault.value}: no request was hit"
    scene.later(A_WHILE)
    scene.rounds(3)
    scene.withdraw(ref)
    scene.rounds(1)


@pytest.mark.parametrize("place", PLACES)
def test_whatever_happens_to_a_request(
    scene: Scene, place: str, tell: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and a mail comes twice only where nobody could know that it had come."""
    import pywikibot

    monkeypatch.setattr(pywikibot.config, "socket_timeout", BOT_GIVES_UP_AFTER)
    every = list(Fault)
    if not WHOLE and place != "posting a mail":
        every = [Fault.TIMED_OUT_AFTER, Fault.HALF_JSON_AFTER, Fault.SESSION_ENDED, Fault.READONLY]
    total = Tally()
    with proxies.running() as proxy:
        for fault in every:
            before = scene.tally().doubled
            run_of(scene, proxy, fault, PLACES[place])
            after = scene.tally()
            assert after.wrong == [], f"{fault.value}, {place}"
            assert (after.lost, after.leaked) == (0, 0), f"{fault.value}, {place}"
            most = 1 if place == "posting a mail" and fault.after else 0
            assert after.doubled - before <= most, f"{fault.value}, {place}"
            total = after
    assert total.cases == len(every)
    tell(total.line(f"network faults, {place}", len(every)))


def test_a_wiki_out_of_reach(scene: Scene, tell: Callable[[str], None]) -> None:
    """No connection at all, for a while: everything waits, and goes on by itself."""
    ref = scene.ask()
    with proxies.running() as proxy:
        gone = proxy
    with through(gone):
        scene.rounds(2)
    assert scene.mailbox.everything() == []
    scene.rounds(3)
    scene.withdraw(ref)
    scene.rounds(1)
    tally = scene.tally()
    assert (tally.wrong, tally.lost, tally.doubled, tally.leaked) == ([], 0, 0, 0)
    assert len(scene.mailbox.to("Salma")) == 1
    tell(tally.line("network faults, no connection", 1))
