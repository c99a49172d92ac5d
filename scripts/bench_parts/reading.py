"""Reading the intake page: requests to the wiki, and envelopes opened a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench_parts.figures import Figure, count, plain, requests
from bench_parts.place import Place
from bench_parts.probe import IDLE
from bot.request.envelope import (
    envelope_wikitext,
    info,
    new_private_key,
    public_bytes,
    seal,
)
from bot.request.judge import judge
from bot.request.page import read_revision
from bot.request.request import EnvelopeOutcome, Published
from stage import asking
from stage.network import ROOT, StagedNetwork

ENVELOPES = 50
"""Saved one by one; the fiftieth revision holds all of them."""
ENVELOPES_AT_ONCE = 300
OPENED = 2000
# In the address of a request; what is posted is not in the log, and only edits are posted here.
MARKS = {"reads": "rvprop=", "look-ups": "list=users", "edits": "POST"}

Say = Callable[[str], None]


def measure(place: Place, say: Say) -> Iterator[Figure]:
    """Read nothing new, then many envelopes, and tidy up after each."""
    group = "Reading the intake page"
    network = place.fresh_network("reading")
    *_, idle = _probe(place, network, IDLE, "take_in")
    yield count(group, "idle poll", len(idle["requests"]), 1)
    rosa = place.sandbox.as_account("Rosa")
    rosa_id = place.sandbox.user_id("Rosa")
    for number, each in ((ENVELOPES, 1), (ENVELOPES_AT_ONCE, ENVELOPES_AT_ONCE)):
        how = "one by one" if each == 1 else "in one edit"
        say(f"{number} envelopes, saved {how}")
        for _ in range(number // each):
            envelopes = (asking.envelope(rosa, rosa_id, type="decoy") for _ in range(each))
            rosa.append(asking.INTAKE, "".join(envelopes), asking.SUMMARY)
        read, tidied, *_, idle = _probe(place, network, "take_in", "tidy", IDLE, "take_in")
        made = read["requests"] + tidied["requests"]
        kinds = {kind: sum(mark in one for one in made) for kind, mark in MARKS.items()}
        yield count(group, f"{number} envelopes, saved {how}", kinds["reads"], 1 + number // 50)
        yield count(group, "  edits to tidy them away", kinds["edits"], 1)
        yield count(group, "  look-ups of their one author", kinds["look-ups"], 1)
        yield plain(group, "  everything else", requests(len(made) - sum(kinds.values())))
        yield plain(group, "  a second", f"{number / read['seconds']:,.0f} read and recorded")
        yield count(group, "  and then the idle poll", len(idle["requests"]), 1)
    say("opening envelopes")
    yield plain("Alone, without wiki or store", "envelopes opened", f"{_opened():,.0f} a second")


def _probe(place: Place, network: StagedNetwork, *steps: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench_parts.probe", str(place.sandbox.facts["log"]), *steps],
        env=network.environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    took: list[dict[str, Any]] = json.loads(done.stdout)
    return took


class _Keys:
    """One page key, as judging an envelope asks for it."""

    def __init__(self) -> None:
        self.key = new_private_key()

    def private(self, _key_id: str) -> Any:
        return self.key

    def was_published(self, _key_id: str) -> bool:
        return True

    def is_unreadable(self, _key_id: str) -> bool:
        return False


def _opened() -> float:
    """Find, open and check envelopes as `take_in` does; give how many a second."""
    keys = _Keys()
    public = public_bytes(keys.key)
    context = info("peerwiki", 5, "k1")
    payload = json.dumps(asking.payload(message="I would like to talk. " * 40)).encode()
    envelope = envelope_wikitext("k1", seal(payload, public, context))
    text = envelope * OPENED
    published = Published(("alone",), ("desk", "wikimail"), (), 1000, plain_requests=True)
    begun = time.perf_counter()
    for found in read_revision("", text).envelopes:
        judged = judge(
            found, wiki_id="peerwiki", author_id=5, keys=keys, seen=None, published=published
        )
        if judged.outcome is not EnvelopeOutcome.REQUEST:
            message = f"an envelope came to {judged.outcome}"
            raise RuntimeError(message)
    return OPENED / (time.perf_counter() - begun)
