"""Reading the intake page on a fake wiki: whose each request is, and what its log tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.languages import language_name
from bot.steps.take_in import take_in
from bot.store.schema import messages, outbox
from tests.fakes.network import ROSA, FakeNetwork, make

RAVI, RIM = 8, 9
PLAIN = "\n{{Peer support request\n|languages = German\n|message = I need help with harrassment\n}}"
MENDED = PLAIN.replace("harra", "hara")
NO_LANGUAGE = PLAIN.replace("German", "Germn")


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


def read(fake: FakeNetwork, *saved: tuple[int, str]) -> list[str]:
    """Let people save the page, read it, and give what was recorded of all messages so far."""
    for user_id, text in saved:
        fake.wiki.save(user_id, text)
    take_in(fake.network)
    with fake.store.read() as tx:
        query = select(messages.c.outcome, messages.c.reason).order_by(messages.c.id)
        return [f"{row.outcome} {row.reason}" for row in tx.connection.execute(query)]


def told(fake: FakeNetwork, kind: str) -> list[str]:
    """Give the reasons of the mails of this kind that were queued."""
    with fake.store.read() as tx:
        query = select(outbox.c.reason).where(outbox.c.kind == kind).order_by(outbox.c.id)
        return list(tx.connection.scalars(query))


class TestWhoAsked:
    """A plain request is of whoever wrote it, not of whoever touched it last."""

    def test_who_mends_anothers_request_has_asked_for_nothing(self, fake: FakeNetwork) -> None:
        """Rosa's request is taken from her own edit; Ravi's is seen, and nothing comes of it."""
        assert read(fake, (ROSA, PLAIN), (RAVI, MENDED)) == ["request request", "duplicate mended"]
        assert told(fake, "prose") == [str(fake.wiki.revisions()[-1]["revid"])]

    def test_one_that_was_read_already(self, fake: FakeNetwork) -> None:
        """It makes no difference whether a round came in between."""
        read(fake, (ROSA, PLAIN))
        assert read(fake, (RAVI, MENDED)) == ["request request", "duplicate mended"]

    def test_who_mends_ones_own_may_do_so(self, fake: FakeNetwork) -> None:
        """Rosa's change is a duplicate while hers is open, and nobody is troubled with it."""
        outcomes = read(fake, (ROSA, PLAIN), (ROSA, MENDED), (ROSA, PLAIN.replace("need", "want")))
        assert outcomes == ["request request", "duplicate changed", "duplicate changed"]
        assert told(fake, "prose") == []

    def test_who_puts_right_what_could_not_be_read_has_asked(self, fake: FakeNetwork) -> None:
        """Rosa's first form named no language; the second does, though Ravi had mended a word."""
        between = NO_LANGUAGE.replace("harra", "hara")
        outcomes = read(fake, (ROSA, NO_LANGUAGE), (RAVI, between), (ROSA, MENDED))
        assert outcomes == ["invalid no-language", "duplicate mended", "request request"]

    def test_mending_the_language_makes_nobody_a_requester(self, fake: FakeNetwork) -> None:
        """Rosa heard that hers named none; Ravi put it right, and is no requester."""
        outcomes = read(fake, (ROSA, NO_LANGUAGE), (RAVI, PLAIN))
        assert outcomes == ["invalid no-language", "duplicate mended"]
        assert len(told(fake, "not-taken")) == len(told(fake, "prose")) == 1

    @pytest.mark.parametrize(
        "own",
        [
            PLAIN.replace("German", "French"),
            PLAIN.replace("I need help with harrassment", "Somebody writes to my employer"),
        ],
    )
    def test_who_writes_over_anothers_has_asked(self, fake: FakeNetwork, own: str) -> None:
        """Ravi overwrote Rosa's form with his own language, or his own words: both count."""
        assert read(fake, (ROSA, PLAIN), (RAVI, own)) == ["request request"] * 2

    @pytest.mark.parametrize("own_first", [False, True])
    def test_mending_and_asking_in_one_edit(self, fake: FakeNetwork, own_first: bool) -> None:
        """Ravi mends a letter of Rosa's and adds his own form above or below it."""
        own = PLAIN.replace("I need help with harrassment", "Me too, since yesterday")
        both = [own, MENDED] if own_first else [MENDED, own]
        found = ["request request", "duplicate mended"]
        assert read(fake, (ROSA, PLAIN), (RAVI, "".join(both))) == [
            "request request",
            *(found if own_first else found[::-1]),
        ]

    def test_nearly_the_same_form_beside_anothers(self, fake: FakeNetwork) -> None:
        """While Rosa's stands as it was, nobody has mended it: Ravi and Rim have asked."""
        outcomes = read(fake, (ROSA, PLAIN), (RAVI, MENDED + PLAIN), (RIM, MENDED + PLAIN + PLAIN))
        assert outcomes == ["request request"] * 3


class TestTheLog:
    """What the page's log says is never hidden by what came after it."""

    def test_a_deletion_behind_many_entries(self, fake: FakeNetwork) -> None:
        """Eleven other entries between two looks: the coordinators hear of the deletion."""
        read(fake)
        fake.wiki.does.log = ["delete/delete", *["protect/modify"] * 11]
        read(fake)
        read(fake)
        assert told(fake, "intake-trouble") == ["deleted"]

    def test_a_deletion_that_was_taken_back(self, fake: FakeNetwork) -> None:
        """Restored since, there is nothing to tell, however much else was done."""
        read(fake)
        fake.wiki.does.log = ["delete/delete", "delete/restore", *["protect/modify"] * 600]
        read(fake)
        assert told(fake, "intake-trouble") == []

    def test_what_was_there_before_us_is_not_read_on(self, fake: FakeNetwork) -> None:
        """A long log costs one request, at the first look and at each that finds nothing new."""
        fake.wiki.does.log = ["delete/delete", *["patrol/patrol"] * 600]
        with fake.store.write() as tx:
            tx.connection.exec_driver_sql("delete from settings where name = 'read-until'")
        read(fake)
        assert requests_of(fake, lambda: read(fake)) == 1
        assert told(fake, "intake-trouble") == []

    def test_many_entries_cost_one_request_more(self, fake: FakeNetwork) -> None:
        """Eleven patrolled edits are one answer more, once, and no reason to look back."""
        read(fake)
        fake.wiki.does.log = ["patrol/patrol"] * 11
        assert requests_of(fake, lambda: read(fake)) == 2
        assert requests_of(fake, lambda: read(fake)) == 1

    def test_old_revisions_are_looked_for(self, fake: FakeNetwork) -> None:
        """After an entry that can bring them back the window is listed, once."""
        read(fake)
        fake.wiki.does.log = ["delete/restore"]
        assert requests_of(fake, lambda: read(fake)) == 2
        assert requests_of(fake, lambda: read(fake)) == 1


def requests_of(fake: FakeNetwork, work: Callable[[], object]) -> int:
    """Count the requests that something makes to the wiki."""
    before = fake.wiki.requests
    work()
    return fake.wiki.requests - before


def test_a_variety_is_named_as_it_was_asked_for(fake: FakeNetwork) -> None:
    """Salma, who speaks German, learns that somebody would like to be written to as in Austria."""
    fake.ask(languages=["de-at"])
    fake.once()
    [mail] = fake.wiki.mails("Salma")
    assert language_name("de-at", "de") in mail["text"]
