"""The program as a process: how soon it answers, and how much memory the worker takes."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator

from bench_parts.counting import Cost
from bench_parts.figures import Figure, plain, ratio, requests, seconds
from bench_parts.place import Place
from bench_parts.resident import megabytes
from bench_parts.waiting import put_offered, put_waiting
from stage.network import StagedNetwork

MOST_MEGABYTES = 100
CASES = 10_000
WAITING = 50
ROUNDS = 3
START_UPS = 5
PATIENCE_SECONDS = 180.0

Say = Callable[[str], None]


def start_up(place: Place, say: Say) -> Iterator[Figure]:
    """Start what people and cron start, with nothing to do; the middle of several times counts."""
    group = "Start-up, nothing to do"
    say("start-up")
    network = place.fresh_network("starting")
    network.run("once")
    status = [_run(place, network, "status") for _ in range(START_UPS)]
    warm = [_run(place, network, "once") for _ in range(START_UPS)]
    cold = [_run(place, network, "once", cold=True) for _ in range(START_UPS)]
    yield plain(group, "peer-support status", _median(status))
    yield plain(group, "peer-support once, warm caches", f"{_median(warm)}, {_counts(warm)}")
    yield plain(group, "peer-support once, cold", f"{_median(cold)}, {_counts(cold)}")


def memory(place: Place, say: Say) -> Iterator[Figure]:
    """Let the worker do some rounds on a large store, and read what the system says of it."""
    group = f"The worker, {CASES:,} cases in the store, {WAITING} of them waiting"
    say(f"{CASES:,} cases for the worker")
    network = place.fresh_network("remembering")
    put_offered(network, CASES - WAITING, list(place.supporters))
    put_waiting(network, WAITING, first=CASES)
    say("the worker's rounds")
    before = len(place.mailbox.everything())
    worker = network.start("run")
    try:
        _wait_until(lambda: len(place.mailbox.everything()) - before >= WAITING)
        for _ in range(ROUNDS):
            _wait_for_round(network)
        now, peak = megabytes(worker.pid)
    finally:
        worker.terminate()
        code = worker.wait()
    if code != 0:
        message = f"the worker ended with {code}"
        raise RuntimeError(message)
    yield ratio(group, "memory at its peak", peak / MOST_MEGABYTES, 1, f"100 MB ({peak:.0f} MB)")
    yield plain(group, "memory after its rounds", f"{now:.0f} MB")


def _run(place: Place, network: StagedNetwork, command: str, *, cold: bool = False) -> Cost:
    if cold:
        place.forget_session()
    with place.log.cost() as cost:
        network.run(command)
    return cost


def _median(costs: list[Cost]) -> str:
    return seconds(statistics.median(cost.seconds for cost in costs))


def _counts(costs: list[Cost]) -> str:
    return requests(int(statistics.median_high(cost.count for cost in costs)))


def _wait_for_round(network: StagedNetwork) -> None:
    """Wait until the worker has ended a round: it says so in the store."""
    before = _last_round(network)
    _wait_until(lambda: _last_round(network) != before)


def _last_round(network: StagedNetwork) -> object:
    return json.loads(network.run("status", "--json").stdout)["last_round"]


def _wait_until(came: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not came():
        if time.monotonic() > end:
            raise RuntimeError("the worker did not do its work in time")
        time.sleep(0.2)
