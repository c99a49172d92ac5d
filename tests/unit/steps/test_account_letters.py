"""Letters that are about no case: each reaches who it is for, and leads to what it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.casework.effects import MailKind, Role
from bot.steps.account_letters import ABOUT_SUPPORTER
from bot.store import outbox, roster
from bot.store.outbox import RowState
from tests.fakes.network import ROSA, SALMA, FakeNetwork, make

LANDING = "https://wiki.example/Project:Peer support"


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network in which Salma speaks German and English, and Sven French."""
    return make(tmp_path)


@pytest.mark.parametrize("kind", sorted(ABOUT_SUPPORTER, key=str))
def test_what_is_about_a_supporter_reaches_them(fake: FakeNetwork, kind: MailKind) -> None:
    """In their best language, with the word by which they know a real mail."""
    with fake.store.write() as tx:
        outbox.put_to_account(tx, kind, Role.SUPPORTER, SALMA, fake.clock())
    fake.once()
    [mail] = fake.wiki.mails()
    assert mail["target"] == "Salma"
    assert mail["text"].startswith("Hallo")
    assert "lighthouse" in mail["text"]


@pytest.mark.parametrize("kind", sorted(ABOUT_SUPPORTER, key=str))
def test_who_is_on_the_roster_no_more_gets_none_of_it(fake: FakeNetwork, kind: MailKind) -> None:
    """It is over for them: the row ends, and is not tried again."""
    with fake.store.write() as tx:
        assert roster.get(tx, ROSA) is None
        outbox.put_to_account(tx, kind, Role.SUPPORTER, ROSA, fake.clock())
    fake.once()
    assert fake.wiki.mails() == []
    with fake.store.read() as tx:
        assert outbox.counts(tx) == {RowState.NEEDLESS.value: 1}


def test_what_was_not_taken_leads_back_to_where_one_asks(fake: FakeNetwork) -> None:
    """To the landing page, whatever the reason."""
    with fake.store.write() as tx:
        outbox.put_not_taken(tx, ROSA, "invalid", fake.clock())
    fake.once()
    [mail] = fake.wiki.mails("Rosa")
    assert LANDING in mail["text"].splitlines()


@pytest.mark.parametrize(
    ("kind", "reason", "link"),
    [
        (MailKind.SURGE, "held", "/desk"),
        (MailKind.INTAKE_TROUBLE, "protected", "https://wiki.example/Project:Peer support/Intake"),
        (MailKind.PROSE, "11", "https://wiki.example/Special:Diff/11"),
        (MailKind.UNREADABLE, "12", "https://wiki.example/Special:Diff/12"),
    ],
)
def test_what_coordinators_are_told_leads_to_what_it_is_about(
    fake: FakeNetwork, kind: MailKind, reason: str, link: str
) -> None:
    """To their page at the desk, the intake page, or the revision."""
    with fake.store.write() as tx:
        outbox.tell_coordinators(tx, kind, reason, fake.clock())
    fake.once()
    [mail] = fake.wiki.mails("Coral")
    assert any(line.endswith(link) for line in mail["text"].splitlines())
