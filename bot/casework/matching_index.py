"""The roster laid out for matching: who speaks what, who was ever called what, who shares hours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.request.usernames import normalise

Clock = tuple[str, Hours]


class RosterIndex:
    """A roster as it stands, built once and asked for each case until the roster changes."""

    def __init__(self, supporters: Iterable[Supporter]) -> None:
        self.supporters = tuple({one.user_id: one for one in supporters}.values())
        self._speaking: dict[str, list[Supporter]] = {}
        self._clock_of: dict[int, Clock] = {}
        clocks: dict[Clock, Clock] = {}
        for supporter in self.supporters:
            if supporter.hours is not None:
                clock = (supporter.timezone, supporter.hours)
                self._clock_of[supporter.user_id] = clocks.setdefault(clock, clock)
            if supporter.status is SupporterStatus.ACTIVE:
                for language in dict.fromkeys(supporter.languages):
                    self._speaking.setdefault(language, []).append(supporter)

    @property
    def clocks(self) -> Mapping[int, Clock]:
        """User id → time zone and hours of those who have hours; equal ones are one object."""
        return self._clock_of

    def tiers(self, languages: Iterable[str]) -> Iterator[tuple[str, Sequence[Supporter]]]:
        """Yield each language with the active supporters whose best match in the list it is."""
        earlier: set[str] = set()
        for language in dict.fromkeys(languages):
            speaking = self._speaking.get(language, [])
            if earlier:
                speaking = [one for one in speaking if earlier.isdisjoint(one.languages)]
            earlier.add(language)
            yield language, speaking

    @cached_property
    def ids_by_name(self) -> Mapping[str, frozenset[int]]:
        """Every name on the roster, current and former and without its case → user ids."""
        found: dict[str, set[int]] = {}
        for supporter in self.supporters:
            # They came from the wiki, so they are in its form already.
            for name in (supporter.name, *supporter.former_names):
                found.setdefault(name.casefold(), set()).add(supporter.user_id)
        return {name: frozenset(ids) for name, ids in found.items()}


def resolve_avoid(names: Iterable[str], roster: RosterIndex) -> frozenset[int]:
    """Return the user ids of all supporters who are, or ever were, called one of these names."""
    known = roster.ids_by_name
    return frozenset(
        user_id
        for name in names
        for form in (name.strip(), normalise(name) or "")
        # Without letter case: one supporter too few is better than the very one to be avoided.
        for user_id in known.get(form.casefold(), ())
    )
