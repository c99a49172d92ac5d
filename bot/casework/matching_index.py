"""The roster laid out for matching: who speaks what, who is alike, who was ever called what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.languages import language_of, written_today
from bot.request.avoided import names_in

Clock = tuple[str, Hours]


class Traits(NamedTuple):
    """What of a supporter decides how well a request suits them; `clock` None is all day.

    Many have the same, which are then held against a request once for all of them.
    """

    languages: tuple[str, ...]
    channels: frozenset[str]
    topics: frozenset[str] | None
    background: frozenset[str]
    clock: Clock | None


class Alike(NamedTuple):
    """Active supporters with the same traits, in the order of the roster."""

    traits: Traits
    supporters: Sequence[Supporter]


class RosterIndex:
    """A roster as it stands, built once and asked for each case until the roster changes."""

    def __init__(self, supporters: Iterable[Supporter]) -> None:
        self.supporters = tuple({one.user_id: one for one in supporters}.values())
        # By each of `_ways` to name a language; with the codes that the roster has for it.
        self._speaking: dict[str, list[Alike]] = {}
        self._codes: dict[str, set[str]] = {}
        alike: dict[Traits, list[Supporter]] = {}
        for one in self.supporters:
            if one.status is SupporterStatus.ACTIVE:
                clock = None if one.hours is None else (one.timezone, one.hours)
                traits = Traits(one.languages, one.channels, one.topics, one.background, clock)
                alike.setdefault(traits, []).append(one)
        for traits, ones in alike.items():
            for way in self._named(traits.languages):
                self._speaking.setdefault(way, []).append(Alike(traits, ones))

    def tiers(
        self, languages: Iterable[str], channels: Iterable[str]
    ) -> Iterator[tuple[str, Sequence[Alike]]]:
        """Yield each language with the active supporters whose best match in the list it is.

        Each comes twice: with those who speak it as asked, then with those of another variety.
        All of them share one of the channels.
        """
        earlier: set[str] = set()
        channels = frozenset(channels)
        for language in dict.fromkeys(languages):
            for way in _ways(language):
                codes = self._codes.get(way, set())
                if not codes <= earlier:
                    yield (
                        language,
                        [
                            alike
                            for alike in self._speaking[way]
                            if earlier.isdisjoint(alike.traits.languages)
                            and not channels.isdisjoint(alike.traits.channels)
                        ],
                    )
                    earlier |= codes

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


def resolve_avoid(typed: Iterable[str], roster: RosterIndex) -> frozenset[int]:
    """Return the user ids of all supporters who are, or ever were, called what these lines name."""
    known = roster.ids_by_name
    return frozenset(
        user_id
        for name in names_in(typed)
        # Without letter case: one supporter too few is better than the very one to be avoided.
        for user_id in known.get(name.casefold(), ())
    )
