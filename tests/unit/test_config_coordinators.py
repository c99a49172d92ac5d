"""Who coordinates, by a configuration that changes while a process runs."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from bot.config import load
from bot.config.coordinators import CoordinatorsInFile

TEXT = 'wiki: {intake: "Project:Intake"}\ncoordinators: [%s]\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a configuration with two coordinators."""
    file = tmp_path / "peer-support.yaml"
    file.write_text(TEXT % "Coral, Cora", encoding="utf-8")
    return file


@pytest.fixture
def coordinators(file: Path) -> CoordinatorsInFile:
    """Return the coordinators of a process that has begun."""
    return CoordinatorsInFile(load(file, {}).coordinators, file, {})


def test_a_changed_file_says_who_coordinates_now(
    file: Path, coordinators: CoordinatorsInFile
) -> None:
    """Whoever is taken off the list is off it, and whoever is put on it is on it."""
    assert coordinators() == ("Coral", "Cora")
    file.write_text(TEXT % "Cora, Corin", encoding="utf-8")
    assert coordinators() == ("Cora", "Corin")


def test_a_file_that_took_the_place_of_the_other_counts(
    file: Path, coordinators: CoordinatorsInFile
) -> None:
    """Editors write a new file and rename it; its size and time may be those of before."""
    before = file.stat()
    other = file.with_name("new")
    other.write_text(TEXT % "Coral, Cory", encoding="utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert coordinators() == ("Coral", "Cory")


@pytest.mark.parametrize("broken", ["coordinators: [", "coordinators: []\n", "nonsense: 1\n", None])
def test_a_file_that_cannot_be_used_changes_nothing(
    file: Path,
    coordinators: CoordinatorsInFile,
    broken: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Half edited, or gone for a moment: told once, and taken up when it can be used again."""
    with caplog.at_level(logging.WARNING):
        if broken is None:
            file.unlink()
        else:
            file.write_text(broken, encoding="utf-8")
        assert coordinators() == coordinators() == ("Coral", "Cora")
    assert len(caplog.records) == 1
    assert "Coral" not in caplog.text
    file.write_text(TEXT % "Cora", encoding="utf-8")
    assert coordinators() == ("Cora",)
