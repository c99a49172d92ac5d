"""Where supporters are missing: what waiting cases ask for, beside who could give it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.casework.roster import Supporter, SupporterStatus
from bot.languages import language_of, written_today

FEW = 4
"""Up to so many are few (PROTOCOL section 1)."""


@dataclass(frozen=True)
class Wanted:
    """What one waiting case asks for."""

    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """A language, topic or channel: how many cases wait for it, and how many could give it."""

    id: str
    waiting: int
    supporters: int

    @property
    def short(self) -> bool:
        """Whether somebody more is needed: nobody gives it, or few do and somebody waits."""
        return self.supporters == 0 or (self.waiting > 0 and self.supporters <= FEW)


@dataclass(frozen=True)
class Needs:
    """The needs of a network, the greatest first."""

    languages: tuple[Need, ...]
    topics: tuple[Need, ...]
    channels: tuple[Need, ...]


def needs(
    waiting: Sequence[Wanted],
    supporters: Iterable[Supporter],
    *,
    topics: Iterable[str],
    channels: Iterable[str],
) -> Needs:
    """Compare what is asked for with the active roster; varieties of a language are one."""
    active = [one for one in supporters if one.status is SupporterStatus.ACTIVE]
    codes: dict[str, str] = {}
    for code in [c for case in waiting for c in case.languages] + [
        c for one in active for c in one.languages
    ]:
        codes.setdefault(language_of(code), written_today(code))
    return Needs(
        languages=_greatest(
            Need(
                codes[language],
                sum(language in _languages(case.languages) for case in waiting),
                sum(language in _languages(one.languages) for one in active),
            )
            for language in codes
        ),
        topics=_greatest(
            Need(
                topic,
                sum(topic in case.topics for case in waiting),
                sum(one.topics is None or topic in one.topics for one in active),
            )
            for topic in topics
        ),
        channels=_greatest(
            Need(
                channel,
                sum(channel in case.channels for case in waiting),
                sum(channel in one.channels for one in active),
            )
            for channel in channels
        ),
    )


def _languages(codes: Iterable[str]) -> set[str]:
    return {language_of(code) for code in codes}


def _greatest(found: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(found, key=lambda one: (not one.short, -one.waiting, one.supporters)))
