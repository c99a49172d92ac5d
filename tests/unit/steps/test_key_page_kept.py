"""The key page as it is kept: keys that open, the state, and bands that tell of nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.casework.roster import Supporter, SupporterStatus
from bot.checks import machine
from bot.publishing.key_page import BANDS_STAY
from bot.steps.publish import KeyPageError, key_page_title, publish
from bot.steps.rotate import GRACE, NEW_KEY_EVERY, rotate
from bot.steps.take_in import INTAKE_TROUBLE
from bot.store import intake, roster
from bot.store.schema import page_keys
from bot.store.store import MAIL_PAGE, READ_UNTIL, STATE, get_setting, put_setting
from bot.wiki.errors import ApiError
from tests.fakes.network import SALMA, SVEN, FakeNetwork, make

SECOND = timedelta(seconds=1)


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network whose key page was published when it began."""
    return make(tmp_path)


def key_page(fake: FakeNetwork) -> dict[str, Any]:
    """Read the key page."""
    page: dict[str, Any] = json.loads(fake.wiki.revisions(key_page_title(fake.network))[-1]["text"])
    return page


def keys(fake: FakeNetwork) -> list[tuple[str, bool]]:
    """List the keys in the store, the newest first, and whether each can open something."""
    with fake.store.read() as tx:
        return [(key.id, key.private is not None) for key in intake.keys(tx)]


def set_(fake: FakeNetwork, name: str, value: str) -> None:
    """Change what is noted of the network."""
    with fake.store.write() as tx:
        put_setting(tx, name, value)


class TestPublish:
    """What it says, and when it is saved."""

    def test_no_key_lives_longer_than_three_days(self, fake: FakeNetwork) -> None:
        """None is taken into the store; one that got there is left out, told, and replaced."""
        now, longest = fake.clock(), intake.LONGEST_KEY
        with fake.store.write() as tx, pytest.raises(ValueError, match="three days"):
            intake.put_key(tx, "klong", b"p", b"s", made_at=now, expires_at=now + longest + SECOND)
        [(first, _)] = keys(fake)
        with fake.store.write() as tx:
            late = page_keys.update().values(expires_at=now + longest + SECOND)
            tx.connection.execute(late)
        assert rotate(fake.network)
        publish(fake.network)
        [published] = [key["id"] for key in key_page(fake)["keys"]]
        assert published != first
        [told] = machine.page_keys(fake.store, now)
        assert first in told.found
        assert "three days" in told.found

    def test_it_is_saved_when_something_has_changed(self, fake: FakeNetwork) -> None:
        """Nothing new is no edit and no request."""
        before = fake.wiki.requests
        assert not publish(fake.network)
        assert fake.wiki.requests == before
        set_(fake, STATE, "paused")
        assert publish(fake.network)
        assert key_page(fake)["state"] == "paused"
        assert not publish(fake.network)

    def test_it_says_paused_while_nobody_can_write(self, fake: FakeNetwork) -> None:
        """A page that is protected or gone takes nothing, though the network itself is open."""
        assert key_page(fake)["state"] == "open"
        for trouble, state in (("protected", "paused"), ("", "open")):
            set_(fake, INTAKE_TROUBLE, trouble)
            publish(fake.network)
            assert key_page(fake)["state"] == state

    def test_it_holds_the_keys_that_can_be_sealed_to(self, fake: FakeNetwork) -> None:
        """Neither one whose time is over nor one that is destroyed."""
        [(first, _)] = keys(fake)
        with fake.store.read() as tx:
            ends = intake.keys(tx)[0].expires_at
        fake.clock.forward(hours=25)
        rotate(fake.network)
        publish(fake.network)
        second = keys(fake)[0][0]
        assert {key["id"] for key in key_page(fake)["keys"]} == {first, second}
        fake.clock.now = ends - SECOND
        assert not publish(fake.network)
        fake.clock.now = ends
        assert publish(fake.network)
        assert [key["id"] for key in key_page(fake)["keys"]] == [second]
        with fake.store.write() as tx:
            intake.destroy_key(tx, second, fake.clock())
        publish(fake.network)
        assert key_page(fake)["keys"] == []

    def test_what_could_not_be_saved_is_tried_again(self, fake: FakeNetwork) -> None:
        """The wiki's code is told; nothing counts as published."""
        set_(fake, STATE, "paused")
        fake.wiki.does.before["edit"] = ApiError("protectedpage")
        with pytest.raises(KeyPageError, match="protectedpage"):
            publish(fake.network)
        fake.wiki.does.before.clear()
        assert publish(fake.network)
        assert key_page(fake)["state"] == "paused"

    def test_a_page_that_is_there_already_is_as_good(self, fake: FakeNetwork) -> None:
        """Killed after the edit and before the note of it: the wiki changes nothing."""
        set_(fake, "published", "")
        assert publish(fake.network)
        assert len(fake.wiki.revisions(key_page_title(fake.network))) == 1
        assert not publish(fake.network)

    def test_the_desk_learns_where_to_write_to_an_account(self, fake: FakeNetwork) -> None:
        """From the wiki's own addresses, in place of a name."""
        with fake.store.read() as tx:
            assert get_setting(tx, MAIL_PAGE) == "https://wiki.example/Special:EmailUser/NAME"


class TestBands:
    """A change of bands tells who came or went, so it is a week old at least."""

    @pytest.fixture
    def join(self, fake: FakeNetwork) -> Callable[[int, str], None]:
        """Give a way to put a supporter of a language on the roster."""

        def put(user_id: int, language: str) -> None:
            with fake.store.write() as tx:
                one = Supporter(user_id=user_id, name=f"S{user_id}", languages=(language,))
                roster.put(tx, one, fake.clock())

        return put

    def spoken(self, fake: FakeNetwork) -> set[str]:
        """Say which languages the key page names."""
        publish(fake.network)
        return set(key_page(fake)["languages"])

    def test_they_stay_for_a_week(
        self, fake: FakeNetwork, join: Callable[[int, str], None]
    ) -> None:
        """Who joins on the second day shows when the week is over, to the second."""
        began = fake.clock()
        fake.clock.forward(days=1)
        join(31, "pl")
        assert self.spoken(fake) == {"de", "en", "fr"}
        fake.clock.now = began + BANDS_STAY - SECOND
        assert self.spoken(fake) == {"de", "en", "fr"}
        fake.clock.now = began + BANDS_STAY
        assert self.spoken(fake) == {"de", "en", "fr", "pl"}
        fake.clock.forward(days=6)
        join(32, "it")
        assert "it" not in self.spoken(fake), "a week after each change"

    def test_without_a_change_the_next_one_shows_at_once(
        self, fake: FakeNetwork, join: Callable[[int, str], None]
    ) -> None:
        """They have stayed for longer than a week then."""
        fake.clock.forward(days=8)
        assert self.spoken(fake) == {"de", "en", "fr"}
        fake.clock.forward(days=1)
        join(31, "pl")
        assert self.spoken(fake) == {"de", "en", "fr", "pl"}

    def test_the_first_supporters_show_at_once(
        self, fake: FakeNetwork, join: Callable[[int, str], None]
    ) -> None:
        """An empty roster tells of nobody, so nobody waits a week for its end."""
        with fake.store.write() as tx:
            for user_id in (SALMA, SVEN):
                one = roster.get(tx, user_id)
                assert one is not None
                roster.put(tx, replace(one, status=SupporterStatus.PAUSED), fake.clock())
        fake.clock.now += BANDS_STAY
        assert self.spoken(fake) == set()
        fake.clock.forward(minutes=1)
        join(31, "pl")
        assert self.spoken(fake) == {"pl"}


class TestRotate:
    """A key a day; one that has had its time is destroyed once the page was read."""

    def test_a_new_one_is_made_when_the_last_is_a_day_old(self, fake: FakeNetwork) -> None:
        """Not a second before; one that is there is enough, however many are older."""
        began = fake.clock()
        fake.clock.now = began + NEW_KEY_EVERY - SECOND
        assert not rotate(fake.network)
        fake.clock.now = began + NEW_KEY_EVERY
        assert rotate(fake.network)
        assert len(keys(fake)) == 2
        assert not rotate(fake.network)

    def test_one_whose_private_half_is_gone_counts_for_nothing(self, fake: FakeNetwork) -> None:
        """Nobody could be answered by it: another one is made at once."""
        [(first, _)] = keys(fake)
        with fake.store.write() as tx:
            intake.destroy_key(tx, first, fake.clock())
        fake.clock.forward(seconds=1)
        assert rotate(fake.network)
        assert [opens for _, opens in keys(fake)] == [True, False]

    @pytest.mark.parametrize(
        ("after", "read_after", "gone"),
        [
            (GRACE, GRACE, True),
            (timedelta(days=30), timedelta(days=29), True),
            (GRACE - SECOND, GRACE - SECOND, False),
            (GRACE, GRACE - SECOND, False),
            (timedelta(days=30), timedelta(), False),
            (timedelta(days=30), None, False),
        ],
    )
    def test_an_old_one_goes_when_all_that_it_sealed_was_read(
        self, fake: FakeNetwork, after: timedelta, read_after: timedelta | None, gone: bool
    ) -> None:
        """After an outage the page is read first, however long that takes."""
        with fake.store.write() as tx:
            ends: datetime = intake.keys(tx)[0].expires_at
            if read_after is None:
                tx.connection.exec_driver_sql("delete from settings where name = 'read-until'")
            else:
                put_setting(tx, READ_UNTIL, (ends + read_after).isoformat())
        fake.clock.now = ends + after
        rotate(fake.network)
        assert [opens for _, opens in keys(fake)] == [True, not gone]
        assert rotate(fake.network) is False
