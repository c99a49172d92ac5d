"""Inputs by the hundred thousand to everything that reads what people write: none breaks it."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bot.casework.effects import Door
from bot.casework.roster_file import read_roster
from bot.config import load
from bot.network import published
from bot.problems import InputError
from bot.request.envelope import envelope_wikitext, info, private_key_from, public_bytes, seal
from bot.request.judge import Judged, judge
from bot.request.page import read_revision
from bot.request.payload import Invalid, Malformed, read_payload
from bot.request.plain import PlainProblem, PlainRequest, read_plain
from bot.request.request import Decoy, EnvelopeOutcome, Published, Request
from bot.store import links
from bot.store.keyring import Keyring, token_digest
from bot.store.store import Store, Tx, create_store, open_store
from stage.asking import payload
from tests.faults.fuzzing import mutated, with_other_values
from tests.unit.store.samples import new_case

WHOLE = os.environ.get("PEER_SUPPORT_FAULTS") == "whole"
SHARE = 1 if WHOLE else 100
"""The whole is a million inputs; otherwise one in so many."""
COUNTS = {
    "page": 163_000,
    "payload": 600_000,
    "plain request": 10_000,
    "token": 212_000,
    "configuration": 10_000,
    "roster": 5_000,
}
SEED = 20261125
SLOW = 20.0
"""Seconds that no input may take, on a machine that others use as well."""
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "config"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "q83vASNFZ4mrze8BI0VniQ"


@dataclass
class Keys:
    """One page key; one that is gone."""

    key: EllipticCurvePrivateKey = field(
        default_factory=lambda: private_key_from((7).to_bytes(32, "big"))
    )

    def private(self, key_id: str) -> EllipticCurvePrivateKey | None:
        """Give the key."""
        return self.key if key_id == "k1" else None

    def was_published(self, key_id: str) -> bool:
        """Know the two."""
        return key_id in {"k0", "k1"}

    def is_unreadable(self, key_id: str) -> bool:
        """Tell of none."""
        return False


Reader = Callable[[str], str]
"""Reads one input and gives the name of the outcome."""


def examples() -> Published:
    """Give what the example configuration publishes."""
    return published(load(EXAMPLES / "peer-support.example.yaml", {}))


def cases_of(file: str) -> list[str]:
    """Give the texts of requests written by hand that other tests read."""
    found = yaml.safe_load((ROOT / "tests" / "data" / "plain" / file).read_text("utf-8"))
    return [str(one["input"]) for one in _dicts(found) if "input" in one]


def _dicts(found: object) -> list[dict[str, object]]:
    if isinstance(found, dict):
        return [found, *(one for value in found.values() for one in _dicts(value))]
    return [one for value in found for one in _dicts(value)] if isinstance(found, list) else []


def page_reader() -> tuple[list[str], Reader]:
    """Read a page, and judge every envelope on it."""
    keys, offers = Keys(), examples()
    about = info("w", 1, "k1")
    sealed = seal(json.dumps(payload()).encode(), public_bytes(keys.key), about)
    plain = plain_seeds()[0]
    seeds = [envelope_wikitext("k1", sealed), envelope_wikitext("k0", sealed), *plain_seeds()]
    seeds += [seeds[0] + seeds[2], "<nowiki>" + seeds[0] + "</nowiki>", *seeds[:2] * 40]

    def read(text: str) -> str:
        added = read_revision(plain, text)
        for one in added.envelopes:
            judged: Judged = judge(
                one, wiki_id="w", author_id=1, keys=keys, seen=None, published=offers
            )
            assert isinstance(judged.outcome, EnvelopeOutcome)
            assert (judged.request is not None) == (judged.outcome is EnvelopeOutcome.REQUEST)
        return f"{len(added.envelopes)} envelopes" if len(added.envelopes) < 3 else "more"

    return seeds, read


def plain_seeds() -> list[str]:
    """Give requests written by hand, as the README and the other tests have them."""
    text = "{{Peer support request\n|languages = German, en\n|topics = harassment\n"
    text += "|channels = Wikimail\n|message = I would like to talk.\n|avoid = A; B\n}}"
    return [text, text.replace("\n", ""), *cases_of("requests.yaml")]


def payload_reader() -> tuple[list[str], Reader]:
    """Read what was in an envelope."""
    offers = examples()
    seeds = [json.dumps(payload(message="a" * n, avoid=["A", "B"])) for n in (0, 20, 900)]
    seeds += [json.dumps({"type": "decoy"}), json.dumps(payload(contact={"email": "a@b.example"}))]

    def read(text: str) -> str:
        found = read_payload(text.encode("utf-8", "surrogatepass"), offers)
        assert isinstance(found, Request | Decoy | Malformed | Invalid)
        return type(found).__name__

    return seeds, read


def plain_reader() -> tuple[list[str], Reader]:
    """Read a request written by hand."""
    offers = examples()

    def read(text: str) -> str:
        found = read_plain(text, offers)
        assert isinstance(found, PlainRequest | PlainProblem)
        return type(found).__name__

    return plain_seeds(), read


def token_reader(store: Store, tx: Tx) -> tuple[list[str], Reader]:
    """Look a link up by a token; only the right one opens, at its own door."""
    with store.write() as writing:
        case_id = new_case(writing)
        digest = token_digest(TOKEN)
        links.put(writing, digest, Door.CASE, case_id, supporter=11, now=NOW, expires_at=None)

    def read(text: str) -> str:
        found = links.find(tx, text.encode("utf-8", "replace").decode(), Door.CASE, NOW)
        assert (found is not None) == (text == TOKEN)
        return "opens" if found else "nothing"

    return [TOKEN, TOKEN * 2, TOKEN + "=", "..", "%2e", "a/b"], read


def config_reader(folder: Path) -> tuple[list[str], Reader]:
    """Read a configuration: it is taken, or every problem told with its place and mend."""
    (folder / "config").mkdir()
    for file in EXAMPLES.glob("*.yaml"):
        (folder / "config" / file.name).write_bytes(file.read_bytes())
    path = folder / "config" / "peer-support.yaml"
    whole = (EXAMPLES / "peer-support.example.yaml").read_text("utf-8")
    bare = "\n".join(line for line in whole.splitlines() if not line.strip().startswith("#"))

    def read(text: str) -> str:
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        return _or_told(lambda: load(path, {}))

    return [bare, 'wiki: {intake: "A:B"}\ncoordinators: [C]\n'], read


def roster_reader() -> tuple[list[str], Reader]:
    """Read a roster: it is taken, or every problem told with its place and mend."""
    offers = examples()
    whole = (EXAMPLES / "roster.example.yaml").read_text("utf-8")
    bare = "\n".join(line for line in whole.splitlines() if not line.strip().startswith("#"))

    def read(text: str) -> str:
        return _or_told(
            lambda: read_roster(
                text,
                "roster.yaml",
                topics=offers.topics,
                channels=offers.channels,
                backgrounds=offers.backgrounds,
            )
        )

    return [bare, "- {user: A, languages: [de], hours: '08:00-22:00'}\n"], read


def _or_told(read: Callable[[], object]) -> str:
    try:
        read()
    except InputError as error:
        assert error.problems
        assert all(one.place and one.what and one.mend for one in error.problems)
        return "told"
    return "taken"


@pytest.mark.timeout(0 if WHOLE else 300)
@pytest.mark.parametrize("name", COUNTS)
def test_nothing_breaks(name: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Each input comes to one of the outcomes there are, in a bounded time."""
    url, keyring = f"sqlite:///{tmp_path}/store.db", Keyring(bytes(range(32)))
    create_store(url, keyring)
    store = open_store(url, keyring)
    number, begin = COUNTS[name] // SHARE, time.monotonic()
    with store.read() as tx:
        seeds, read = {
            "page": page_reader,
            "payload": payload_reader,
            "plain request": plain_reader,
            "token": lambda: token_reader(store, tx),
            "configuration": lambda: config_reader(tmp_path),
            "roster": roster_reader,
        }[name]()
        came = fuzz(name, seeds, read, number)
    store.close()
    assert sum(came.values()) == number
    assert len(came) > 1 or name == "token", "the inputs are all alike"
    outcomes = ", ".join(f"{count} {what}" for what, count in came.most_common())
    took = time.monotonic() - begin
    tell(f"fuzzed {name}: run {number}, crashed 0, unrecorded 0 ({outcomes}; {took:.0f} s)")


def fuzz(name: str, seeds: list[str], read: Reader, number: int) -> Counter[str]:
    """Read so many inputs and count what each came to; one that breaks the reader is shown."""
    chance = random.Random(f"{SEED} {name}")
    came = Counter[str]()
    for _ in range(number):
        inside = name == "payload" and chance.random() < 0.5
        text = (with_other_values if inside else mutated)(seeds, chance)
        begin = time.monotonic()
        try:
            came[read(text)] += 1
        except Exception as error:
            error.add_note(f"the input was {text!r}")
            raise
        assert time.monotonic() - begin < SLOW, f"the input was {text!r}"
    return came
