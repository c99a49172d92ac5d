"""Entered names are looked up, and only those for whom the door is get a mail, once a day."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework.effects import Door
from bot.schedule import once
from bot.steps.sign_in import sign_in
from bot.store import accounts, outbox
from bot.store.store import STATE, count_of, put_setting
from bot.wiki.errors import WikiDownError
from tests.drawn import without_tokens
from tests.fakes.network import FakeNetwork, make
from tests.fakes.wiki import FakeAccount

OPEN = "sign_up: {opens: 2026-11-01, closes: 2026-11-30}\n"
_LINK = re.compile(r"/(me|ask|join|desk|status)/([A-Za-z0-9_-]{20,})")


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network at which people can sign up."""
    return make(tmp_path, more=OPEN)


def enter(fake: FakeNetwork, door: Door, *names: str, locale: str = "en") -> None:
    """Do what the desk does when a name is entered."""
    with fake.store.write() as tx:
        for name in names:
            accounts.ask(tx, door, name, locale, fake.clock())


def change(fake: FakeNetwork, name: str, **account: bool) -> None:
    """Change an account on the wiki; what was looked up a minute ago is looked up again."""
    known = fake.wiki.accounts[name]
    fake.wiki.accounts[name] = FakeAccount(
        known.user_id,
        name,
        emailable=account.get("emailable", known.emailable),
        blocked=account.get("blocked", known.blocked),
    )
    fake.clock.forward(minutes=2)


def doors(fake: FakeNetwork, name: str) -> list[str]:
    """Give the doors that open with the links that somebody was mailed."""
    found = [_LINK.search(mail["text"]) for mail in fake.wiki.mails(name)]
    return [one[1] for one in found if one is not None]


def waiting(fake: FakeNetwork) -> int:
    """Count the names that wait."""
    with fake.store.read() as tx:
        return accounts.waiting(tx)


def dropped(fake: FakeNetwork) -> int:
    """Count the links that got no mail."""
    with fake.store.read() as tx:
        return count_of(tx, accounts.DROPPED)


def test_nothing_entered_asks_the_wiki_nothing(fake: FakeNetwork) -> None:
    """Without a name there is no work and no request."""
    before = fake.wiki.requests
    assert not sign_in(fake.network)
    assert fake.wiki.requests == before


@pytest.mark.parametrize(
    ("door", "name", "opened"),
    [
        (Door.ME, "Salma", ["me"]),
        (Door.ME, "Rosa", []),
        (Door.ASK, "Rosa", ["ask"]),
        (Door.ASK, "Salma", ["ask"]),
        (Door.JOIN, "Rosa", ["join"]),
        (Door.DESK, "Coral", ["desk"]),
        (Door.DESK, "Rosa", []),
        (Door.DESK, "Salma", []),
    ],
)
def test_a_link_comes_to_whom_the_door_is_for(
    fake: FakeNetwork, door: Door, name: str, opened: list[str]
) -> None:
    """Supporters to their own page, anybody to ask and to join, coordinators to theirs."""
    enter(fake, door, name)
    fake.once()
    assert doors(fake, name) == opened
    assert waiting(fake) == 0
    assert len(fake.wiki.mails()) == len(opened)


def test_the_link_opens_for_its_account_in_its_language(fake: FakeNetwork) -> None:
    """What the token opens is the account's, by id and name, for two days."""
    enter(fake, Door.ASK, "Rosa", locale="de")
    fake.once()
    [mail] = fake.wiki.mails("Rosa")
    found = _LINK.search(mail["text"])
    assert found is not None
    assert mail["text"].startswith("Hallo,")
    with fake.store.read() as tx:
        link = accounts.find_link(tx, found[2], Door.ASK, fake.clock())
        assert link == accounts.AccountLink(Door.ASK, 7, "Rosa", "de")
        assert accounts.find_link(tx, found[2], Door.ME, fake.clock()) is None
    fake.clock.forward(days=2)
    with fake.store.read() as tx:
        assert accounts.find_link(tx, found[2], Door.ASK, fake.clock()) is None


def test_a_lost_status_link_comes_to_who_asked(fake: FakeNetwork) -> None:
    """A requester who enters their name at /me gets the link to their open request."""
    fake.ask(notify=False)
    fake.once()
    enter(fake, Door.ME, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == ["status"]


def test_unknown_names_and_mailless_accounts_get_nothing(fake: FakeNetwork) -> None:
    """Nobody is written to, and nothing of it stays."""
    change(fake, "Ravi", emailable=False)
    enter(fake, Door.ASK, "Nobody At All", "Ravi", "Häme", "X" * 200)
    fake.once()
    assert not fake.wiki.mails()
    assert waiting(fake) == 0


def test_one_link_a_day_for_an_account_and_a_door(fake: FakeNetwork) -> None:
    """However often a name is entered: one mail, and the next a day later."""
    enter(fake, Door.ASK, *["Rosa"] * 60)
    fake.once()
    enter(fake, Door.ASK, "Rosa")
    fake.clock.forward(hours=23)
    fake.once()
    assert doors(fake, "Rosa") == ["ask"]
    enter(fake, Door.JOIN, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == ["ask", "join"]
    fake.clock.forward(hours=2)
    enter(fake, Door.ASK, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == ["ask", "join", "ask"]


def test_names_are_looked_up_fifty_at_a_time(fake: FakeNetwork) -> None:
    """A list of 500 takes ten requests, one a round, so that it keeps nobody else waiting."""
    enter(fake, Door.ASK, *(f"Account {number}" for number in range(120)))
    before = fake.wiki.requests
    left = []
    while sign_in(fake.network):
        left.append(waiting(fake))
    assert left == [70, 20, 0]
    assert fake.wiki.requests - before == 3


def _crowd(fake: FakeNetwork, size: int) -> list[str]:
    names = [f"Account {number}" for number in range(size)]
    for number, name in enumerate(names):
        fake.wiki.accounts[name] = FakeAccount(1000 + number, name)
    return names


def test_a_flood_spends_its_own_share_of_the_mails(fake: FakeNetwork) -> None:
    """Of 200 mails a day a tenth goes to /ask and /join together; the rest is counted and told."""
    names = _crowd(fake, 100)
    enter(fake, Door.ASK, *names[:50])
    enter(fake, Door.JOIN, *names[50:])
    fake.once()
    assert len(fake.wiki.mails()) == 20
    assert dropped(fake) == 80
    # Supporters have a share of their own, and coordinators need none.
    enter(fake, Door.ME, "Salma")
    enter(fake, Door.DESK, "Coral")
    fake.once()
    assert doors(fake, "Salma") == ["me"]
    assert doors(fake, "Coral") == ["desk"]


def test_who_got_nothing_in_a_flood_can_ask_again_the_next_day(fake: FakeNetwork) -> None:
    """Being dropped is not counted as the link of the day."""
    enter(fake, Door.ASK, *_crowd(fake, 30), "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == []
    fake.clock.forward(hours=24, minutes=1)
    enter(fake, Door.ASK, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == ["ask"]


def test_while_paused_nobody_can_ask(fake: FakeNetwork) -> None:
    """No link to a form that takes nothing; supporters and coordinators still get theirs."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    enter(fake, Door.ASK, "Rosa")
    enter(fake, Door.ME, "Salma")
    enter(fake, Door.DESK, "Coral")
    fake.once()
    with fake.store.write() as tx:
        queued = {row.kind.value for row in outbox.queued(tx, fake.clock(), 10)}
    assert "sign-in-ask" not in queued
    # A coordinator is the one who can end the pause.
    assert doors(fake, "Coral") == ["desk"]


def test_after_a_pause_rosa_can_ask_on_the_same_day(fake: FakeNetwork) -> None:
    """What was not answered is not counted as the link of the day."""
    with fake.store.write() as tx:
        put_setting(tx, STATE, "paused")
    enter(fake, Door.ASK, "Rosa")
    fake.once()
    with fake.store.write() as tx:
        put_setting(tx, STATE, "open")
    enter(fake, Door.ASK, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == ["ask"]


@pytest.mark.parametrize(("sign_up", "opened"), [("", []), (OPEN, ["join"])])
def test_nobody_joins_while_sign_up_is_closed(
    tmp_path: Path, sign_up: str, opened: list[str]
) -> None:
    """Outside its days no link is sent."""
    fake = make(tmp_path, more=sign_up)
    enter(fake, Door.JOIN, "Rosa")
    fake.once()
    assert doors(fake, "Rosa") == opened


def test_a_blocked_account_hears_why_behind_its_link(fake: FakeNetwork) -> None:
    """The link knows of the block, and counts in the share like any other."""
    change(fake, "Rosa", blocked=True)
    enter(fake, Door.ASK, "Rosa")
    fake.once()
    [mail] = fake.wiki.mails("Rosa")
    found = _LINK.search(mail["text"])
    assert found is not None
    with fake.store.read() as tx:
        link = accounts.find_link(tx, found[2], Door.ASK, fake.clock())
    assert link is not None
    assert link.blocked


def test_while_the_wiki_is_away_the_names_wait(fake: FakeNetwork) -> None:
    """Nothing is lost and nobody is skipped: the next round looks them up."""
    enter(fake, Door.ASK, "Rosa")
    fake.wiki.does.before["query"] = WikiDownError("readonly")
    assert not once(fake.network)
    assert waiting(fake) == 1
    fake.wiki.does.before.clear()
    fake.once()
    assert doors(fake, "Rosa") == ["ask"]


def test_an_outbox_row_holds_no_name_and_no_token(fake: FakeNetwork) -> None:
    """Until it is sent, a sign-in link is a number and a language."""
    enter(fake, Door.ASK, "Rosa")
    sign_in(fake.network)
    with fake.store.read() as tx:
        [row] = outbox.queued(tx, fake.clock(), 10)
    assert (row.recipient, row.coordinator, row.reason) == (7, None, "en")
    assert "Rosa" not in without_tokens(repr(replace(row)))
