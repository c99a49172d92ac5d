"""The intake page goes back to its header: messages at once, others' words once an hour at most."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.publishing.release import intake_header
from bot.steps.take_in import take_in
from bot.steps.tidy import LARGE, NOT_AGAIN_FOR, tidy
from bot.store import intake
from bot.wiki.errors import ApiError
from tests.fakes.network import FakeNetwork, make
from tests.fakes.wiki import BOT_ID

RAVI = 8
HEADER = intake_header()
WORDS = f"{HEADER}\n\nIs anybody here?"
ALMOST = timedelta(seconds=1)


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network whose intake page was put back to its header an hour ago."""
    fake = make(tmp_path)
    take_in(fake.network)
    fake.clock.now += NOT_AGAIN_FOR
    return fake


def page(fake: FakeNetwork) -> str:
    """Give the page as it stands."""
    text: str = fake.wiki.revisions()[-1]["text"]
    return text


def tidied(fake: FakeNetwork, text: str | None = None) -> bool:
    """Let Ravi save the page, read it, and say whether it is put back to its header."""
    if text is not None:
        fake.wiki.save(RAVI, text)
    take_in(fake.network)
    done = tidy(fake.network)
    assert done == (fake.wiki.revisions()[-1]["user"] == BOT_ID)
    return done


def test_a_page_as_it_should_be_is_left_alone(fake: FakeNetwork) -> None:
    """Other white space around the header is none of our business, and costs no request."""
    assert not tidy(fake.network)
    fake.wiki.save(RAVI, f"\n{HEADER}\n\n")
    take_in(fake.network)
    before = fake.wiki.requests
    assert not tidy(fake.network)
    assert fake.wiki.requests == before


def test_what_was_read_is_taken_off(fake: FakeNetwork) -> None:
    """In one edit; after it there is nothing more to do."""
    fake.ask()
    take_in(fake.network)
    assert tidy(fake.network)
    assert page(fake) == HEADER
    assert not tidy(fake.network)


def test_messages_go_at_once_however_often(fake: FakeNetwork) -> None:
    """The next one within a minute, also where others' words went just before."""
    assert tidied(fake, WORDS)
    for _ in range(3):
        fake.clock.forward(seconds=30)
        fake.ask(RAVI)
        assert tidied(fake)


def test_others_words_go_once_an_hour(fake: FakeNetwork) -> None:
    """Nobody is fought over what they put back; an hour later it goes again."""
    assert tidied(fake, WORDS)
    assert not tidied(fake, WORDS)
    fake.clock.now += NOT_AGAIN_FOR - ALMOST
    assert not tidied(fake, WORDS)
    fake.clock.now += ALMOST
    assert tidied(fake, WORDS)


def test_messages_taken_off_do_not_put_off_others_words(fake: FakeNetwork) -> None:
    """Only what was done about words counts for the hour of words."""
    fake.ask(RAVI)
    assert tidied(fake)
    assert tidied(fake, WORDS)


@pytest.mark.parametrize("code", ["protectedpage", "abusefilter-disallowed"])
def test_what_the_wiki_does_not_let_is_tried_again_an_hour_later(
    fake: FakeNetwork, code: str
) -> None:
    """Messages as well: they were read, and the page is told of as full when it gets so."""
    fake.ask(RAVI)
    take_in(fake.network)
    fake.wiki.does.before["edit"] = ApiError(code)
    assert not tidy(fake.network)
    fake.wiki.does.before.clear()
    fake.clock.now += NOT_AGAIN_FOR - ALMOST
    assert not tidied(fake, page(fake) + "\n")
    fake.clock.now += ALMOST
    assert tidied(fake, page(fake) + "\n")


def test_nothing_newer_is_written_over(fake: FakeNetwork) -> None:
    """Saved while the bot was about to: it stays, and the next look reads it first."""
    fake.ask(RAVI)
    take_in(fake.network)
    fake.ask()
    assert not tidy(fake.network)
    assert page(fake).count("Peer support envelope") == 2
    assert fake.network.memory.newest is None
    assert not tidy(fake.network), "nothing is known of the page until it is read"
    assert tidied(fake), "a conflict is no refusal"


def test_what_was_not_recorded_stays(fake: FakeNetwork) -> None:
    """A revision that the store does not know was not read, whatever a look has shown."""
    fake.ask(RAVI)
    take_in(fake.network)
    with fake.store.write() as tx:
        intake.forget_revisions(tx, fake.clock() + timedelta(days=1), 0)
    assert not tidy(fake.network)


def test_a_page_that_takes_no_messages_does_not_wait(fake: FakeNetwork) -> None:
    """As JSON it keeps everybody out: it is put back at once, with the header's own text too."""
    assert tidied(fake, WORDS)
    fake.wiki.save(RAVI, HEADER + "\n")
    take_in(fake.network)
    fake.network.memory.page_is_wikitext = False
    assert tidy(fake.network)


def test_a_page_that_is_full_does_not_wait(fake: FakeNetwork) -> None:
    """Beyond a mebibyte nobody can save: words go at once, however lately others went."""
    assert tidied(fake, WORDS)
    fake.wiki.save(RAVI, WORDS)
    take_in(fake.network)
    fake.network.memory.page_length = LARGE
    assert not tidy(fake.network)
    fake.network.memory.page_length = LARGE + 1
    assert tidy(fake.network)
