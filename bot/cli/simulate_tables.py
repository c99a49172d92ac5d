"""A planned year as people read it: by language, or one line for each policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich import box
from rich.table import Table

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


def by_language(counted: Counted) -> Table:
    """Show how it went for all, and for the requests of each language."""
    table = Table("language", "requests", *_COLUMNS, caption=_EXPLAINED, box=box.SIMPLE)
    table.add_row("all", str(counted.all.requests), *_cells(counted.all), end_section=True)
    for language, numbers in counted.by_language.items():
        table.add_row(language, str(numbers.requests), *_cells(numbers))
    return table


def by_policy(tried: Mapping[str, Counted]) -> Table:
    """Show one line for each policy."""
    table = Table(box=box.SIMPLE, caption=_EXPLAINED + _WEEK, padding=(0, 1, 0, 0))
    table.add_column("policy", overflow="fold", min_width=22)
    for column in (*_COLUMNS, "a week", "full"):
        table.add_column(column)
    for name, counted in tried.items():
        burden = counted.burden
        week = (f"{burden.offers_a_week:.2f}", _percent(burden.full_weeks))
        table.add_row(name.replace(", ", "\n"), *_cells(counted.all), *week)
    return table


def in_words(burden: Burden) -> str:
    """Say what it asked of supporters."""
    return (
        f"{burden.supporters} supporters: {burden.offers_a_week:.2f} offers a week each, the "
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
