"""People as planning draws them: supporters with hours and languages, and those who ask."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.casework.matching import Wish
from bot.casework.roster import Hours, RosterEntry, Supporter, SupporterStatus
from bot.planning.assumptions import Assumptions, Delay, MadeRoster
from bot.planning.chance import Chance

FIRST_REQUESTER = 1_000_000_000
_ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata")
_AWAKE = Hours(time(8), time(22))
# One in ten of a standard normal distribution lies above this.
_NINE_TENTHS = 1.2815515655446004


@dataclass(frozen=True)
class Asking:
    """Somebody who asks, and when."""

    at: datetime
    wish: Wish


def made_roster(made: MadeRoster, chance: Chance, first: int = 1) -> tuple[Supporter, ...]:
    """Draw a roster, with ids from `first` on: languages by their shares, days from 8 to 22."""
    shares = list(made.speak.items())
    drawn = []
    for number in range(first, first + made.supporters):
        spoken = [language for language, share in shares if chance.random() < share]
        if not spoken:  # everybody speaks something
            spoken = chance.choices([one for one, _ in shares], [share for _, share in shares])
        drawn.append(
            Supporter(
                user_id=number,
                name=f"Supporter {number}",
                languages=tuple(spoken),
                capacity=made.capacity,
                per_week=made.per_week,
                timezone=chance.choice(_ZONES),
                hours=_AWAKE,
            )
        )
    return tuple(drawn)


def from_file(entries: Iterable[RosterEntry], first: int = 1) -> tuple[Supporter, ...]:
    """Give the active supporters of a roster file ids from `first` on; no wiki is asked."""
    active = [one for one in entries if one.status is SupporterStatus.ACTIVE]
    return tuple(
        entry.as_supporter(number, f"Supporter {number}", (), ())
        for number, entry in enumerate(active, start=first)
    )


def spoken(roster: Iterable[Supporter]) -> dict[str, float]:
    """Count who speaks what: the requests' languages where nothing else is said."""
    counted = Counter(language for one in roster for language in one.languages)
    return {language: float(count) for language, count in counted.most_common()}


def requests(
    assumed: Assumptions,
    shares: Mapping[str, float],
    begins: datetime,
    ends: datetime,
    chance: Chance,
) -> Sequence[Asking]:
    """Draw who asks between two times, each independent of the others (a Poisson process)."""
    names, weights = list(shares), list(shares.values())
    asking: list[Asking] = []
    at = begins
    while True:
        at += timedelta(days=chance.expovariate(assumed.requests_per_week / 7))
        if at >= ends:
            return asking
        languages = chance.choices(names, weights)
        if chance.random() < assumed.second_language:
            languages += chance.choices(names, weights)
        wish = Wish(
            requester_id=FIRST_REQUESTER + len(asking),
            languages=tuple(dict.fromkeys(languages)),
            channels=("desk", "wikimail"),
        )
        asking.append(Asking(at, wish))


def draw(delay: Delay, chance: Chance) -> timedelta:
    """Draw a time that somebody takes."""
    spread = math.log(delay.slow / delay.median) / _NINE_TENTHS
    return timedelta(hours=chance.lognormvariate(math.log(delay.median), spread))


def when_awake(supporter: Supporter, moment: datetime) -> datetime:
    """Give when a supporter comes to it: nobody answers in the middle of their night."""
    if supporter.hours is None:
        return moment
    return supporter.hours.next_opening(moment, supporter.timezone)
