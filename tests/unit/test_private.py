"""What is taken out of the environment, and where it still is."""

from __future__ import annotations

import os

import pytest

from bot import private

NAME, OTHER = "PEER_SUPPORT_TEST_ONLY", "PEER_SUPPORT_TEST_TOO"


@pytest.fixture(autouse=True)
def nothing_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing taken out, and leave nothing behind."""
    monkeypatch.setattr(private, "_taken", {})
    monkeypatch.setenv(NAME, "Schlüssel")
    monkeypatch.delenv(OTHER, raising=False)


def test_what_is_taken_is_gone_from_the_environment_alone() -> None:
    """The program still finds it."""
    private.take((NAME, OTHER))
    assert NAME not in os.environ
    assert private.variables()[NAME] == "Schlüssel"
    assert private.variables().get(OTHER) is None


def test_what_is_set_later_goes_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pywikibot finds the name of its folder there, and nowhere else."""
    monkeypatch.setenv(OTHER, "before")
    private.take((NAME,))
    private.variables()[OTHER] = "after"
    assert os.environ[OTHER] == "after"
