"""The roster laid out for matching: who speaks what, who was ever called what, who shares hours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.languages import language_of, written_today
from bot.request.usernames import normalise

Clock = tuple[str, Hours]


class RosterIndex:
    """A roster as it stands, built once and asked for each case until the roster changes."""

    def __init__(self, supporters: Iterable[Supporter]) -> None:
        self.supporters = tuple({one.user_id: one for one in supporters}.values())
        # By each of `_ways` to name a language; with the codes that the roster has for it.
        self._speaking: dict[str, list[Supporter]] = {}
        self._codes: dict[str, set[str]] = {}
        self._clock_of: dict[int, Clock] = {}
        clocks: dict[Clock, Clock] = {}
        named: dict[tuple[str, ...], tuple[str, ...]] = {}
        for supporter in self.supporters:
            if supporter.hours is not None:
                clock = (supporter.timezone, supporter.hours)
                self._clock_of[supporter.user_id] = clocks.setdefault(clock, clock)
            if supporter.status is SupporterStatus.ACTIVE:
                languages = supporter.languages
                # Many share the same few lists of languages.
                if languages not in named:
                    named[languages] = self._named(languages)
                for way in named[languages]:
                    self._speaking.setdefault(way, []).append(supporter)

    @property
    def clocks(self) -> Mapping[int, Clock]:
        """User id → time zone and hours of those who have hours; equal ones are one object."""
        return self._clock_of

    def tiers(self, languages: Iterable[str]) -> Iterator[tuple[str, Sequence[Supporter]]]:
        """Yield each language with the active supporters whose best match in the list it is.

        Each comes twice: with those who speak it as asked, then with those of another variety.
        """
        earlier: set[str] = set()
        for language in dict.fromkeys(languages):
            for way in _ways(language):
                codes = self._codes.get(way, set())
                if not codes <= earlier:
                    speaking = self._speaking[way]
                    if earlier:
                        speaking = [one for one in speaking if earlier.isdisjoint(one.languages)]
                    earlier |= codes
                    yield language, speaking

    def _named(self, languages: Iterable[str]) -> tuple[str, ...]:
        ways: dict[str, None] = {}
        for language in languages:
            for way in _ways(language):
                self._codes.setdefault(way, set()).add(language)
                ways[way] = None
        return tuple(ways)

    @cached_property
    def ids_by_name(self) -> Mapping[str, frozenset[int]]:
        """Every name on the roster, current and former and without its case → user ids."""
        found: dict[str, set[int]] = {}
        for supporter in self.supporters:
            # They came from the wiki, so they are in its form already.
            for name in (supporter.name, *supporter.former_names):
                found.setdefault(name.casefold(), set()).add(supporter.user_id)
        return {name: frozenset(ids) for name, ids in found.items()}


def _ways(language: str) -> tuple[str, str]:
    """Name a language as it was asked for, and in any variety: pt-br and pt-*."""
    return written_today(language), f"{language_of(language)}-*"


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
