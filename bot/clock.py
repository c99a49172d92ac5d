"""The clock: wired by `app`, and alone here so that a health check need not load the rest."""

from __future__ import annotations

from datetime import UTC, datetime


def clock() -> datetime:
    """Return the time now, aware UTC."""
    return datetime.now(UTC)
