"""Tidying: one edit, over nothing that was not read."""

from __future__ import annotations

from stage.asking import INTAKE
from tests.conftest import People
from tests.wiki.conftest import Worker


def edits(people: People) -> int:
    """Count the bot's edits to the intake page."""
    found = people["Rosa"].get(
        action="query",
        titles=INTAKE,
        prop="revisions",
        rvprop="ids",
        rvuser="PeerSupportBot",
        rvlimit=50,
    )["query"]["pages"][0]
    return len(found.get("revisions", []))


def test_one_edit(worker: Worker, people: People) -> None:
    """Many messages are taken off in one edit, and then there is nothing to tidy."""
    header = people["Rosa"].page(INTAKE)["text"]
    people.ask("Rosa")
    people.ask("Ravi")
    worker.do("take_in")
    asked = worker.requests_of("tidy")
    assert asked <= 2  # the first one gets a token as well
    for _ in range(2):
        worker.do("take_in")
        assert worker.requests_of("tidy") == 0
    assert (edits(people), people["Rosa"].page(INTAKE)["text"]) == (1, header)


def test_saved_between_look_and_tidying(worker: Worker, people: People) -> None:
    """Ravi asks after the last look: his request is not tidied over, and read next time."""
    people.ask("Rosa")
    worker.do("take_in")
    people.ask("Ravi")
    with_both = people["Ravi"].page(INTAKE)["text"]
    assert not worker.do("tidy")
    assert people["Ravi"].page(INTAKE)["text"] == with_both
    worker.do("take_in")
    assert worker.cases() == 2
    assert worker.do("tidy")


def test_nothing_is_tidied_before_it_was_looked_at(worker: Worker, people: People) -> None:
    """A worker that has just started has read nothing, and leaves the page alone."""
    people.ask("Rosa")
    assert worker.requests_of("tidy") == 0


def test_a_page_that_we_may_not_edit(worker: Worker, people: People) -> None:
    """Protected against the bot as well: it reads on, and tries once an hour."""
    people.ask("Rosa")
    people["Admin"].call(action="protect", title=INTAKE, protections="edit=sysop")
    worker.do("take_in")
    assert not worker.do("tidy")
    worker.do("take_in")
    assert worker.requests_of("tidy") == 0
    people["Admin"].call(action="protect", title=INTAKE, protections="edit=all")
    worker.later(hours=1, minutes=1)
    worker.do("take_in")
    assert worker.do("tidy")
    assert worker.cases() == 1
