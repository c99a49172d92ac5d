"""Time zones by their names; one that this machine does not know is taken for UTC."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC_NAME = "UTC"


def known_name(name: str) -> str:
    """Give the name of a zone, or `UTC` where there is none of this name: it may have been once."""
    return name if is_known(name) else UTC_NAME


def zone_of(name: str) -> ZoneInfo:
    """Give a zone by its name, or UTC."""
    return ZoneInfo(known_name(name))


@cache
def is_known(name: str) -> bool:
    """Say whether this machine, or the `tzdata` that comes along, knows a zone."""
    try:
        ZoneInfo(name)
    # A folder of the database, such as Europe, is found but is no time zone.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
