"""`requirements.txt` is what `setup.cfg` asks for, and what these tests run on."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from packaging.markers import Marker

from stage.lock import LOCK, SETUP, disagreements, pins

SETUP_TEXT = SETUP.read_text(encoding="utf-8")
LOCK_TEXT = LOCK.read_text(encoding="utf-8")
HASH = "0" * 64
ONE_MORE = f"left-pad==1.0 \\\n    --hash=sha256:{HASH}\n    # via "


def test_they_agree() -> None:
    """Each dependency is locked at a version in its range, and nothing else is."""
    assert disagreements(SETUP_TEXT, LOCK_TEXT) == []


@pytest.mark.parametrize(
    ("setup", "lock", "said"),
    [
        (("    Flask >=3.1, <4", "    Flask >=4, <5"), None, "setup.cfg asks for Flask"),
        (("    rich >=", "    left-pad\n    rich >="), None, "left-pad is in setup.cfg, and not"),
        (("    pygal >=3.0.5, <4\n", ""), None, "pygal is locked for setup.cfg, which does not"),
        (("    rich >=", "    idna\n    rich >="), None, "idna is locked for others alone"),
        (None, ("", f"{ONE_MORE}rich\n    # with a note\n"), "requirements.txt:"),
        (None, ("", f"{ONE_MORE}right-pad\n"), "nothing that is locked wants left-pad"),
        (None, ("", f"left-pad==1.0 \\\n    # via rich\n{ONE_MORE}rich\n"), "left-pad has no hash"),
        (None, ("", "--index-url https://index.example/simple\n"), "requirements.txt:"),
        (None, ("", "<<<<<<< HEAD\n"), "requirements.txt:"),
    ],
)
def test_each_disagreement_is_told(
    setup: tuple[str, str] | None, lock: tuple[str, str] | None, said: str
) -> None:
    """Whatever is changed in one of the two alone."""
    changed = SETUP_TEXT
    if setup:
        assert changed.count(setup[0]) == 1
        changed = changed.replace(*setup)
    [found] = disagreements(changed, LOCK_TEXT + (lock[1] if lock else ""))
    assert said in found


def test_an_empty_lock_agrees_with_nothing() -> None:
    """Each of our dependencies is missed."""
    assert "flask is in setup.cfg, and not locked" in disagreements(SETUP_TEXT, "")


def test_it_names_no_place_to_fetch_from() -> None:
    """Whoever installs chooses the index; the hashes say that it is the same."""
    assert "://" not in LOCK_TEXT
    assert "--index" not in LOCK_TEXT


def test_what_is_tested_is_what_is_locked() -> None:
    """This environment has each package at its locked version."""
    here = [pin for pin in pins(LOCK_TEXT) if not pin.marker or Marker(pin.marker).evaluate()]
    assert {pin.name: version(pin.name) for pin in here} == {pin.name: pin.version for pin in here}
