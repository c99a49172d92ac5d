"""How many requests to the wiki reading takes, and a page that is too large."""

from __future__ import annotations

from typing import Any

import pytest

from stage import asking
from stage.asking import INTAKE
from stage.network import StagedNetwork
from tests.conftest import People
from tests.wiki.conftest import Worker

DECOY: dict[str, Any] = {"type": "decoy"}


def decoys(people: People, network: StagedNetwork, name: str, count: int) -> list[str]:
    """Seal some cover traffic as this account."""
    user_id = network.sandbox.user_id(name)
    return [asking.envelope_of(people[name], user_id, DECOY) for _ in range(count)]


def test_an_idle_look_is_one_request(worker: Worker, people: People) -> None:
    """Whatever has been read before."""
    people.ask("Rosa")
    worker.do("take_in")
    assert [worker.requests_of("take_in") for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("count", [49, 50])
def test_many_messages(worker: Worker, people: People, network: StagedNetwork, count: int) -> None:
    """Each in a revision of its own: 1 + n/50 requests, and one for the authors of each answer."""
    worker.do("take_in")
    header = people["Rosa"].page(INTAKE)["text"]
    for envelope in decoys(people, network, "Rosa", count):
        people["Rosa"].save(INTAKE, header + envelope)
    asked = worker.requests_of("take_in")
    assert worker.outcomes() == ["decoy"] * count
    assert asked == 1 + count // 50 + 1  # one account: looked up once
    assert worker.requests_of("take_in") == 1


def test_three_hundred_in_one_edit(worker: Worker, people: People, network: StagedNetwork) -> None:
    """Each is read once, in two requests; the page is tidied at once, since it is so large."""
    header = people["Rosa"].page(INTAKE)["text"]
    worker.do("take_in")
    people["Rosa"].append(INTAKE, "".join(decoys(people, network, "Rosa", 300)))
    before = worker.network.wiki.requests
    worker.do("take_in")
    # The page, its author, a token, the edit.
    assert worker.network.wiki.requests - before <= 4
    assert worker.outcomes() == ["decoy"] * 300
    assert worker.told("intake-trouble") == ["full"]
    assert people["Rosa"].page(INTAKE)["text"] == header
    worker.do("take_in")
    assert len(worker.outcomes()) == 300
    assert worker.told("intake-trouble") == ["full"]


def test_full_pages(worker: Worker, people: People, network: StagedNetwork) -> None:
    """Twelve revisions near the wiki's limit: one request for each 8 MiB, and nothing is lost."""
    worker.do("take_in")
    [envelope] = decoys(people, network, "Rosa", 1)
    people["Rosa"].append(INTAKE, envelope)
    for number in range(12):
        people["Ravi"].save(INTAKE, f"x{number} " * 400_000)
    people.ask("Rosa")
    asked = worker.requests_of("take_in")
    assert worker.outcomes() == ["decoy", "request"]
    assert asked <= 5 + 3  # 24 MB of text; then the author, and the tidying
    assert len(people["Rosa"].page(INTAKE)["text"]) < 5000


def test_the_shut_off_page_behind_full_pages(
    worker: Worker, people: People, network: StagedNetwork
) -> None:
    """Full pages can leave no room in the answer; then what was known of the shut-off stays."""
    people["Admin"].save("User:PeerSupportBot/stop", "Stop.")
    worker.do("take_in")
    assert worker.setting("shut-off") == "yes"
    for number in range(5):
        people["Ravi"].save(INTAKE, f"x{number} " * 500_000)
    worker.do("take_in")
    assert worker.setting("shut-off") == "yes"


def test_the_window_is_read_after_a_log_entry_and_hourly(worker: Worker, people: People) -> None:
    """One more request then, and only then."""
    worker.do("take_in")
    people["Admin"].call(action="protect", title=INTAKE, protections="move=sysop")
    assert worker.requests_of("take_in") == 2
    assert worker.requests_of("take_in") == 1
    worker.later(hours=1, minutes=1)
    assert [worker.requests_of("take_in") for _ in range(2)] == [2, 1]


def test_a_flood_is_read_in_portions(
    worker: Worker, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step reads so much and no more, goes on in the next, and no key may go in between."""
    from bot.steps import take_in

    worker.do("take_in")
    read_until = worker.setting("read-until")
    for number in range(25):
        people["Rosa"].save(INTAKE, f"{number}")
    monkeypatch.setattr(take_in, "ANSWERS_AT_ONCE", 2)
    monkeypatch.setattr("bot.wiki.intake.AT_ONCE", 5)
    assert worker.do("take_in")
    assert worker.setting("read-until") == read_until
    assert not worker.do("tidy")
    while worker.do("take_in"):
        pass
    assert worker.setting("read-until") > read_until
    assert worker.rows("select count(*) from revisions")[0][0] >= 26
