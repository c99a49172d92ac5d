"""A planned year as people read it: by language, or one line for each policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cli.tables import show_table
from bot.cli.words import say
from bot.planning.counted import Burden, Counted, Numbers

_COLUMNS = ("half in", "95% in", "none in 2d", "never", "taken back", "offers")
_EXPLAINED = (
    "half in, 95% in: the time in which so many have had first contact. none in 2d: without a "
    "supporter after two days. never: given up. taken back: while waiting. offers: for each "
    "request."
)
_WEEK = (
    " a week: offers to each supporter. full: weeks in which somebody was asked as often as they "
    "allow."
)


def show_by_language(counted: Counted) -> None:
    """Print how it went for all, and for the requests of each language."""
    every = {"all": counted.all, **counted.by_language}
    rows = [(name, str(one.requests), *_cells(one)) for name, one in every.items()]
    show_table(("language", "requests", *_COLUMNS), rows, empty="")
    say(_EXPLAINED)


def show_by_policy(tried: Mapping[str, Counted]) -> None:
    """Print one line for each policy."""
    rows = []
    for name, counted in tried.items():
        burden = counted.burden
        week = (f"{burden.offers_a_week:.2f}", _percent(burden.full_weeks))
        rows.append((name.replace(", ", "\n"), *_cells(counted.all), *week))
    show_table(("policy", *_COLUMNS, "a week", "full"), rows, empty="")
    say(_EXPLAINED + _WEEK)


def in_words(burden: Burden) -> str:
    """Say what it asked of supporters."""
    who = "1 supporter" if burden.supporters == 1 else f"{burden.supporters} supporters"
    return (
        f"{who}: {burden.offers_a_week:.2f} offers a week each, the "
        f"busiest {burden.busiest:.2f}; {burden.cases_a_year:.1f} cases a year each; in "
        f"{_percent(burden.full_weeks)} of their weeks they were asked as often as they allow."
    )


def _cells(numbers: Numbers) -> Iterator[str]:
    yield _time(numbers.median_hours)
    yield _time(numbers.hours_of_95)
    yield _percent(numbers.nobody_after_two_days)
    yield _percent(numbers.unanswered)
    yield _percent(numbers.withdrawn)
    yield f"{numbers.offers_a_request:.1f}"


def _time(hours: float | None) -> str:
    if hours is None:
        return "never"
    return (
        f"{hours:.0f}\N{NO-BREAK SPACE}h" if hours < 72 else f"{hours / 24:.1f}\N{NO-BREAK SPACE}d"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f}\N{NO-BREAK SPACE}%"
