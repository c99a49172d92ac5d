"""Coordinators are accounts: a name that changes hands takes nothing along."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.casework.effects import Door, MailKind
from bot.steps.know_coordinators import know_coordinators
from bot.store import accounts, coordinators, outbox
from tests.fakes.network import CORAL, FakeNetwork, make
from tests.fakes.wiki import FakeAccount

STRANGER = 66


@pytest.fixture
def fake(tmp_path: Path) -> FakeNetwork:
    """Give a network whose coordinator is Coral, who was looked up when it was made."""
    return make(tmp_path)


def rename_and_take(fake: FakeNetwork) -> None:
    """Rename Coral, and let a stranger register the old name."""
    coral = fake.wiki.accounts.pop("Coral")
    fake.wiki.accounts["Coralie"] = replace(coral, name="Coralie")
    fake.wiki.accounts["Coral"] = FakeAccount(STRANGER, "Coral")
    fake.clock.forward(minutes=2)


def something_to_tell(fake: FakeNetwork) -> None:
    """Queue a word to the coordinators."""
    with fake.store.write() as tx:
        outbox.tell_coordinators(tx, MailKind.PROSE, "11", fake.clock())
    fake.once()


def sign_in_as(fake: FakeNetwork, name: str) -> list[str]:
    """Enter a name at /desk, and give who got a link."""
    before = len(fake.wiki.mails())
    with fake.store.write() as tx:
        accounts.ask(tx, Door.DESK, name, "en", fake.clock())
    fake.once()
    return [mail["target"] for mail in fake.wiki.mails()[before:]]


def test_the_mail_follows_the_account(fake: FakeNetwork) -> None:
    """What is for Coral goes to Coralie now, and the stranger hears nothing."""
    rename_and_take(fake)
    something_to_tell(fake)
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Coralie"]


def test_the_link_to_the_desk_follows_the_account(fake: FakeNetwork) -> None:
    """Coralie may come in under her new name; under the old one nobody may."""
    rename_and_take(fake)
    assert sign_in_as(fake, "Coral") == []
    assert sign_in_as(fake, "Coralie") == ["Coralie"]


def test_a_new_name_is_looked_up_once(fake: FakeNetwork) -> None:
    """Known, it costs nothing any more; taken out of the configuration, it is forgotten."""
    before = fake.wiki.requests
    assert not know_coordinators(fake.network)
    assert fake.wiki.requests == before
    config = fake.network.config.model_copy(update={"coordinators": ("Ravi",)})
    fake.network = replace(fake.network, config=config)
    assert know_coordinators(fake.network)
    with fake.store.read() as tx:
        assert coordinators.known(tx) == {"Ravi": 8}
        assert not coordinators.coordinates(tx, CORAL, "Coral", config.coordinators)


def test_a_misspelt_one_is_nobody_until_there_is_such_an_account(fake: FakeNetwork) -> None:
    """It stands in nobody's way, and counts from the moment that it is somebody's."""
    config = fake.network.config.model_copy(update={"coordinators": ("Corall", "Coral")})
    fake.network = replace(fake.network, config=config)
    something_to_tell(fake)
    assert [mail["target"] for mail in fake.wiki.mails()] == ["Coral"]
    fake.wiki.accounts["Corall"] = FakeAccount(77, "Corall")
    fake.clock.forward(hours=2)
    something_to_tell(fake)
    assert {mail["target"] for mail in fake.wiki.mails()[1:]} == {"Coral", "Corall"}
