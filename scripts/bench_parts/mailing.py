"""One, a hundred and a thousand waiting requests: what each mail costs, and what it could cost."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator

from bench_parts.bare import BarePosts
from bench_parts.counting import Cost
from bench_parts.figures import Figure, count, plain, ratio, requests, seconds
from bench_parts.place import FOLDER, LANGUAGE, Place
from bench_parts.waiting import put_waiting
from stage.network import ROOT

MOST_REQUESTS = 1.05
MOST_SECONDS = 1.1
MOST_WARM, MOST_COLD = 5, 12
IDS_IN_A_LOOK_UP = 50
# With cookies at hand Pywikibot asks once, by a post, whether it is still logged in.
LOG_IN_POSTS = 1
PAGE = "Project:Naive requests"

Say = Callable[[str], None]


def measure(place: Place, numbers: tuple[int, ...], say: Say) -> Iterator[Figure]:
    """Mail each number of waiting requests, by the bot, by bare posts and by the naive script."""
    # One mail, so that all the others are as long, and nothing is cold but what should be.
    say("one mail, to warm up")
    _ours(place, 1)
    text = place.mailbox.everything()[-1].text
    bare = BarePosts(place.sandbox)
    yield from _one(place, say)
    for number in numbers:
        yield from _many(place, bare, number, text, say)


def _one(place: Place, say: Say) -> Iterator[Figure]:
    group = "One waiting request, a fresh process"
    for warmth, most in (("warm caches", MOST_WARM), ("cold", MOST_COLD)):
        cold = warmth == "cold"
        say(f"one waiting request, {warmth}")
        ours = [_ours(place, 1, cold=cold) for _ in range(3)]
        naive = [_naive(place, 1, cold=cold) for _ in range(3)]
        yield count(group, f"once, {warmth}", _median_count(ours), most)
        yield plain(group, f"naive script, {warmth}", requests(_median_count(naive)))
        yield plain(group, f"once, {warmth}, seconds", _median_seconds(ours))
        yield plain(group, f"naive script, {warmth}, seconds", _median_seconds(naive))


def _many(place: Place, bare: BarePosts, number: int, text: str, say: Say) -> Iterator[Figure]:
    group = f"{number:,} waiting requests, whole processes"
    names = list(place.supporters.values())
    place.mailbox.empty()
    half = number // 2
    # Half before and half after: what else the machine does meanwhile falls on both alike.
    say(f"{number:,} waiting: bare posts, first half")
    with place.log.cost() as first:
        bare.send(half, names, text)
    say(f"{number:,} waiting: peer-support once")
    ours = _ours(place, number)
    say(f"{number:,} waiting: bare posts, second half")
    with place.log.cost() as second:
        bare.send(number - half, names, text)
    place.mailbox.empty()
    say(f"{number:,} waiting: the naive script")
    naive = _naive(place, number)
    floor = (first.seconds + second.seconds) / number
    look_ups = ours.with_parameter("list=users")
    most = MOST_REQUESTS * number if number >= 1000 else None
    yield Figure(
        group,
        "API requests a mail",
        f"{ours.count / number:.3f} ({ours.count:,} in all)",
        ours.count,
        most,
        f"at most {MOST_REQUESTS}" if most else "",
    )
    yield count(group, "posts, log-in apart", ours.posts - LOG_IN_POSTS, number)
    yield count(group, "look-ups of recipients", look_ups, -(-number // IDS_IN_A_LOOK_UP))
    took = ours.seconds / number
    if most:
        yield ratio(group, "seconds a mail", took / floor, MOST_SECONDS, "bare posts")
    else:
        yield plain(group, "seconds a mail", f"{took / floor:.3f} × bare posts")
    yield plain(group, "  that is", f"{seconds(took)}, bare {seconds(floor)}")
    shown = (
        f"{naive.seconds / number / floor:.3f} × bare posts, {naive.count / number:.3f} requests"
    )
    yield plain(group, "naive script a mail", shown)


def _ours(place: Place, number: int, *, cold: bool = False) -> Cost:
    network = place.fresh_network("mailing")
    put_waiting(network, number)
    before = len(place.mailbox.everything())
    if cold:
        place.forget_session()
    with place.log.cost() as cost:
        network.run("once")
    _all_came(place, before, number, "the bot")
    return cost


def _naive(place: Place, number: int, *, cold: bool = False) -> Cost:
    request = "{{Peer support request|languages=de|topics=alone|notify=no}}\n"
    place.sandbox.as_account("Rosa").save(PAGE, request * number)
    roster = FOLDER / "naive.json"
    roster.write_text(json.dumps({LANGUAGE: list(place.supporters.values())}), encoding="utf-8")
    text = FOLDER / "naive.txt"
    text.write_text("Somebody would like support. " * 40, encoding="utf-8")
    before = len(place.mailbox.everything())
    if cold:
        place.forget_session()
    with place.log.cost() as cost:
        subprocess.run(
            [sys.executable, "-m", "bench_parts.naive", PAGE, str(roster), str(text)],
            env=os.environ | {"PYWIKIBOT_DIR": str(place.sandbox.pywikibot_dir)},
            cwd=ROOT,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    _all_came(place, before, number, "the naive script")
    return cost


def _all_came(place: Place, before: int, number: int, who: str) -> None:
    came = len(place.mailbox.everything()) - before
    if came != number:
        message = f"{who} should have sent {number} mails, and {came} came"
        raise RuntimeError(message)


def _median_count(costs: list[Cost]) -> int:
    return int(statistics.median_high(cost.count for cost in costs))


def _median_seconds(costs: list[Cost]) -> str:
    return seconds(statistics.median(cost.seconds for cost in costs))
