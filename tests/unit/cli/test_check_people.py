"""What `check` says of coordinators who were renamed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.checks.check import OnWiki, Verdict
from bot.checks.people import coordinators
from bot.store.coordinators import coordinates
from tests.fakes.network import CORAL, FakeNetwork, make
from tests.fakes.wiki import FakeAccount


def told(fake: FakeNetwork) -> tuple[Verdict, str]:
    """Check the only coordinator."""
    network = fake.network
    on = OnWiki(network.config, network.wiki, network.people, network.intake, network.clock)
    fake.clock.forward(minutes=2)
    [check] = coordinators(on, network.store)
    return check.verdict, check.found


def rename(fake: FakeNetwork) -> None:
    """Rename Coral on all wikis."""
    accounts = fake.wiki.accounts
    accounts["Coral anew"] = replace(accounts.pop("Coral"), name="Coral anew")


def test_who_was_renamed_passes_and_keeps_access(tmp_path: Path) -> None:
    """Known by their account since the first look; the configuration still has the old name."""
    fake = make(tmp_path)
    fake.once()
    assert told(fake) == (Verdict.PASSED, "can be written to")
    rename(fake)
    verdict, found = told(fake)
    assert verdict is Verdict.PASSED
    assert "under another name" in found
    with fake.store.read() as tx:
        assert coordinates(tx, CORAL, "Coral anew", fake.network.config.coordinators)


def test_a_renamed_one_without_mail_is_told(tmp_path: Path) -> None:
    """The account counts, not what is left of the name."""
    fake = make(tmp_path)
    fake.once()
    rename(fake)
    accounts = fake.wiki.accounts
    accounts["Coral anew"] = replace(accounts["Coral anew"], emailable=False)
    assert told(fake)[0] is Verdict.FAILED


def test_a_stranger_under_the_old_name_is_told(tmp_path: Path) -> None:
    """Nothing goes to them, and the operator learns of it."""
    fake = make(tmp_path)
    fake.once()
    rename(fake)
    fake.wiki.accounts["Coral"] = FakeAccount(99, "Coral")
    assert told(fake)[0] is Verdict.FAILED
