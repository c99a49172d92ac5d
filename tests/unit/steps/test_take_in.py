"""Reading the intake page on a fake wiki: whose each request is, and what its log tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.languages import language_name
from bot.steps.publish import publish
from bot.steps.take_in import ANSWERS_AT_ONCE, horizon, take_in
from bot.store.schema import messages, outbox
from bot.store.store import READ_UNTIL, get_setting
from bot.wiki.intake import WINDOW, Poll, Revision, ask_where_moved
from tests.fakes.network import ROSA, FakeNetwork, make
from tests.fakes.wiki import INTAKE

RAVI, RIM = 8, 9
KEYS = "User:PeerSupportBot/peer-support.json"
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

    @pytest.mark.parametrize("tag", ["mw-undo", "mw-rollback", ""])
    def test_who_undoes_a_blanking_has_asked_for_nothing(
        self, fake: FakeNetwork, tag: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ravi blanked Rosa's form, Rim put it back: by the wiki's own buttons nobody need look."""
        poll = fake.network.intake.poll

        def tagged(*asked: Any) -> Poll:
            *before, last = poll(*asked).revisions
            tags = (tag,) if tag else ()
            return replace(poll(*asked), revisions=(*before, replace(last, tags=tags)))

        read(fake, (ROSA, PLAIN), (RAVI, ""))
        monkeypatch.setattr(fake.network.intake, "poll", tagged)
        assert read(fake, (RIM, PLAIN)) == ["request request"]
        assert len(told(fake, "prose")) == (not tag)

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


class TestMovedAway:
    """A page that was moved is told as moved, with where it is, and not as deleted."""

    @pytest.mark.parametrize("redirect", [False, True], ids=["missing", "redirect"])
    def test_it_is_told_where_it_is(self, fake: FakeNetwork, redirect: bool) -> None:
        """Once, with both addresses, however much is logged meanwhile; and once when it is back."""
        read(fake)
        before = fake.wiki.revisions()
        fake.wiki.delete(INTAKE)
        fake.wiki.does.log = ["delete/delete", "delete/restore", "move/move Project:Elsewhere"]
        if redirect:
            fake.wiki.save(RAVI, "#REDIRECT [[Project:Elsewhere]]")
        with poll_says(fake, redirect=redirect):
            read(fake)
            fake.wiki.does.log += ["protect/modify"] * 30
            read(fake)
            assert told(fake, "intake-trouble") == ["moved-to"]
            publish(fake.network)
            assert '"state": "paused"' in fake.wiki.revisions(KEYS)[-1]["text"]
        for one in before:
            fake.wiki.save(one["user"], one["text"])
        read(fake)
        assert told(fake, "intake-trouble") == ["moved-to", "over"]
        fake.clock.forward(hours=2)
        fake.once()
        text = "\n".join(mail["text"] for mail in fake.wiki.mails("Coral"))
        assert f"https://wiki.example/{INTAKE}\nhttps://wiki.example/Project:Elsewhere" in text

    @pytest.mark.parametrize(
        ("log", "where"),
        [
            ([], ""),
            (["move/move A"], "A"),
            (["move/move_redir A", "protect/move_prot"], "A"),
            (["move/move A", "move/move B"], "B"),
            (["move/move A", "delete/delete"], ""),
            (["move/move A", "delete/restore"], ""),
            (["delete/delete", "move/move A"], "A"),
            (["protect/move_prot A"], ""),
            (["move/move"], ""),
        ],
    )
    def test_where_it_is_by_its_log(self, fake: FakeNetwork, log: list[str], where: str) -> None:
        """The last move counts, unless it was deleted since; a hidden entry says nothing."""
        fake.wiki.does.log = log
        assert ask_where_moved(fake.wiki, INTAKE) == where


@contextmanager
def poll_says(fake: FakeNetwork, *, redirect: bool) -> Iterator[None]:
    """Let the intake page be a redirect, which the fake wiki does not know of."""
    poll = fake.network.intake.poll
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            fake.network.intake, "poll", lambda *asked: replace(poll(*asked), redirect=redirect)
        )
        yield


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


class TestHowFarItHasRead:
    """What is recorded as read was read: whatever comes to light later is looked for from there."""

    @pytest.mark.parametrize("trouble", ["missing", "moved"])
    def test_a_page_out_of_reach_is_not_read(
        self, fake: FakeNetwork, trouble: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page that is gone or moved away counts as unread for as long, and is then read."""
        read(fake)
        start = read_until(fake)
        poll = fake.network.intake.poll

        def out_of_reach(*asked: Any) -> Poll:
            found = replace(poll(*asked), revisions=())
            is_missing = trouble == "missing"
            return replace(found, exists=not is_missing, redirect=not is_missing)

        fake.clock.forward(days=3)
        monkeypatch.setattr(fake.network.intake, "poll", out_of_reach)
        read(fake)
        assert read_until(fake) == start
        assert told(fake, "intake-trouble") == [trouble]
        monkeypatch.setattr(fake.network.intake, "poll", poll)
        assert requests_of(fake, lambda: read(fake)) == 2, "the window is listed at once"
        assert read_until(fake) == fake.clock.now
        assert told(fake, "intake-trouble") == [trouble, "over"]

    def test_in_the_middle_of_a_flood_it_has_not_caught_up(
        self, fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """More answers than one step reads: not caught up until the last of them was read."""
        read(fake)
        start = read_until(fake)
        poll, calls = fake.network.intake.poll, list[str]()

        def flood(*asked: Any) -> Poll:
            return replace(poll(*asked), rest="more")

        def go_on(rest: str) -> tuple[list[Revision], str | None]:
            calls.append(rest)
            return [], None if len(calls) == 2 * ANSWERS_AT_ONCE - 2 else "more"

        monkeypatch.setattr(fake.network.intake, "poll", flood)
        monkeypatch.setattr(fake.network.intake, "go_on", go_on)
        fake.clock.forward(minutes=5)
        assert take_in(fake.network), "there is more to do"
        assert len(calls) == ANSWERS_AT_ONCE - 1
        assert (read_until(fake), fake.network.memory.newest) == (start, None)
        take_in(fake.network)
        assert len(calls) == 2 * ANSWERS_AT_ONCE - 2
        assert read_until(fake) == fake.clock.now

    def test_after_an_outage_it_looks_back_farther(self, fake: FakeNetwork) -> None:
        """From when it had last read, and as far again as a revision can take to come to light."""
        read(fake)
        was = fake.clock.now
        with fake.store.read() as tx:
            assert horizon(tx, was) == was - WINDOW
            assert horizon(tx, was + timedelta(days=30)) == was - WINDOW
            assert horizon(tx, was - timedelta(days=1)) == was - timedelta(days=1) - WINDOW
        with fake.store.write() as tx:
            tx.connection.exec_driver_sql("delete from settings where name = 'read-until'")
            assert horizon(tx, was) == was - WINDOW

    def test_what_came_to_light_during_an_outage_is_read(
        self, fake: FakeNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Saved while nobody read, hidden, and shown again ten days later: Rosa has asked."""
        fake.clock.forward(days=10)
        read(fake)
        fake.clock.forward(hours=1)
        revid = fake.wiki.save(ROSA, PLAIN)
        fake.wiki.save(RAVI, "")
        poll = fake.network.intake.poll

        def newest_alone(*asked: Any) -> Poll:
            answer = poll(*asked)
            return replace(
                answer, revisions=tuple(one for one in answer.revisions if one.revid != revid)
            )

        monkeypatch.setattr(fake.network.intake, "poll", newest_alone)
        fake.clock.forward(days=10)
        assert read(fake) == ["request request"]


def read_until(fake: FakeNetwork) -> datetime:
    """Give the time up to which the page counts as read."""
    with fake.store.read() as tx:
        return datetime.fromisoformat(get_setting(tx, READ_UNTIL) or "")
