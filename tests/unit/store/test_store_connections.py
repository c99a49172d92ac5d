"""What each connection to SQLite is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.engine import open_engine

FULL = 2


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", FULL), ("journal_mode", "wal"), ("secure_delete", 1), ("foreign_keys", 1)],
)
def test_what_was_answered_survives_and_what_was_erased_does_not(
    file: Path, pragma: str, value: object
) -> None:
    """A power cut takes nothing back, and an erased story leaves no bytes behind."""
    file.parent.mkdir()
    engine = open_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    finally:
        engine.dispose()
