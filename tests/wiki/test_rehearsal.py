"""A dry run says what would happen, and nothing does."""

from __future__ import annotations

from stage.asking import INTAKE
from stage.mailbox import Mailbox
from stage.network import StagedNetwork
from tests.conftest import People


def test_a_dry_run_tells_and_does_nothing(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """The mails that `once` would send are named with their rules; nothing else changes."""
    asked = people.ask("Rosa", languages=["de"], message="MARKER")
    page = people["Rosa"].page(INTAKE)
    before = network.run("status", "--json").stdout
    said = network.run("once", "--dry-run")
    assert "supporter Salma" in said.stdout
    assert "the requester" in said.stdout
    assert f"{asked['ref'][:4]}-{asked['ref'][4:]}" in said.stdout
    assert "2 mails would go now" in said.stdout
    assert "Rosa" not in said.stdout + said.stderr
    assert "MARKER" not in said.stdout + said.stderr
    assert mailbox.everything() == []
    assert people["Rosa"].page(INTAKE) == page
    assert network.run("status", "--json").stdout == before
    network.run("once")
    assert len(mailbox.everything()) == 2


def test_the_master_secret_is_changed(
    network: StagedNetwork, people: People, mailbox: Mailbox
) -> None:
    """After `keys rewrap` a request is served as before, and the old secret opens nothing."""
    people.ask("Rosa", languages=["de"])
    secret = network.config_file.parent / "secret"
    old = secret.read_bytes()
    network.run("keys", "rewrap")
    assert secret.read_bytes() != old
    assert secret.stat().st_mode & 0o777 == 0o600
    assert not secret.with_name("secret.new").exists()
    network.run("once")
    assert len(mailbox.to("Salma")) == 1
    new = secret.read_bytes()
    secret.write_bytes(old)
    refused = network.run("status", fails=True)
    assert refused.returncode == 2
    assert "not the one that this store was made with" in refused.stdout + refused.stderr
    # A rewrap that was cut off between the store and the file goes on where it was.
    fresh = secret.with_name("secret.new")
    fresh.write_bytes(new)
    fresh.chmod(0o600)
    network.run("keys", "rewrap")
    assert secret.read_bytes() == new
