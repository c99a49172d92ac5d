"""Supporters: what they offer, in the store (by user id) and in a roster file (by name)."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from bot.casework.roster_hours import Hours

__all__ = ["USUAL_CHANNELS", "Hours", "Profile", "RosterEntry", "Supporter", "SupporterStatus"]

# The two that need no address of anybody's.
USUAL_CHANNELS = frozenset({"desk", "wikimail"})


@enum.unique
class SupporterStatus(enum.StrEnum):
    """Where somebody stands between signing up and leaving; only the active are asked."""

    APPLIED = "applied"
    TRAINING = "training"
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a supporter says of themselves, without naming anybody.

    `languages` are best first; `topics` None means all; `hours` None means the whole day, else
    they are read on a clock in `timezone`; `capacity` counts open cases, `per_week` offers;
    `word` is the supporter's own, by which they know a real mail; `away_until` is aware UTC;
    `trained_until` is the last day on which training counts, None without an end; `cohort` names
    those with whom they are trained, and `training_on` is the day of it.
    """

    languages: tuple[str, ...]
    topics: frozenset[str] | None = None
    channels: frozenset[str] = USUAL_CHANNELS
    capacity: int = 2
    per_week: int = 2
    timezone: str = "UTC"
    hours: Hours | None = None
    background: frozenset[str] = frozenset()
    word: str = field(default="", repr=False)
    status: SupporterStatus = SupporterStatus.ACTIVE
    away_until: datetime | None = None
    trained_until: date | None = None
    cohort: str | None = None
    training_on: date | None = None

    def __post_init__(self) -> None:
        if self.away_until is not None and self.away_until.utcoffset() is None:
            raise ValueError("away_until needs a time zone.")
        # Whoever takes none at all is paused; matching trusts that a full load gets lighter.
        if self.capacity < 1 or self.per_week < 1:
            raise ValueError("capacity and per_week are 1 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter(Profile):
    """Somebody on the roster; `avoid` holds the user ids of whom they will not be matched with.

    `avoid_names` are those accounts by name, for the supporter's own page; `avoid_new` are lines
    typed there that nobody has looked up yet, and `avoid_nobody` what of them no account is called.
    """

    user_id: int
    name: str = field(repr=False)
    former_names: tuple[str, ...] = field(default=(), repr=False)
    avoid: frozenset[int] = field(default=frozenset(), repr=False)
    avoid_names: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    avoid_new: tuple[str, ...] = field(default=(), repr=False)
    avoid_nobody: tuple[str, ...] = field(default=(), repr=False)

    def renamed(self, name: str) -> "Supporter":
        """Return them under the name that their account has now, the old one kept as a former."""
        if name == self.name:
            return self
        kept = tuple(former for former in self.former_names if former != name)
        return replace(self, name=name, former_names=(*kept, self.name))

    def is_absent(self, now: datetime) -> bool:
        """Say whether they are asked nothing now, whatever comes."""
        away = self.away_until is not None and self.away_until > now
        return away or self.status is not SupporterStatus.ACTIVE

    def as_entry(self, avoid: Iterable[str]) -> "RosterEntry":
        """Return the line of a roster file, given the names of whom they avoid."""
        return RosterEntry(user=self.name, avoid=tuple(avoid), **_profile(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry(Profile):
    """One supporter as a roster file has them: by name, before the wiki was asked for the ids.

    `avoid` are names as they were written, each with every reading that it has.
    """

    user: str = field(repr=False)
    avoid: tuple[str, ...] = field(default=(), repr=False)

    def as_supporter(
        self, user_id: int, name: str, former_names: tuple[str, ...], avoid: Iterable[int]
    ) -> Supporter:
        """Return the supporter, given what the wiki answered to the names."""
        return Supporter(
            user_id=user_id,
            name=name,
            former_names=former_names,
            avoid=frozenset(avoid),
            **_profile(self),
        )


def _profile(of: Profile) -> dict[str, Any]:
    return {part.name: getattr(of, part.name) for part in fields(Profile)}
