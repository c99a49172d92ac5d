"""Dates and times as a reader of a language writes them."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from bot.zones import known_name, zone_of


def date_text(at: date, reader: str) -> str:
    """Write a day, in UTC."""
    return format_date(at, "long", _locale(reader))


def moment_text(at: datetime, timezone: str, reader: str) -> str:
    """Write a day and a time by a clock in this zone, and name the zone: readers travel."""
    there = at.astimezone(zone_of(timezone))
    locale = _locale(reader)
    day = format_date(there, "long", locale)
    return f"{day}, {format_time(there, 'short', locale=locale)} ({known_name(timezone)})"


def _locale(reader: str) -> Locale:
    try:
        return Locale.parse(reader, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
