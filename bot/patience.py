"""How long to wait before something that went wrong is tried again: longer each time. Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
GIVE_UP_AFTER = 10
"""So often one letter is refused, while others go out, before it counts as undeliverable."""
OTHERS_SENT = 3
"""So many other mails have to have gone meanwhile: then it is not the wiki's mailer."""

ENOUGH_IN_A_ROW = 3
"""After so many refusals one after the other the mailer itself is taken to be away."""
MAILER_FIRST = timedelta(seconds=30)
MAILER_LONGEST = timedelta(minutes=15)


def before_again(times: int) -> timedelta:
    """Give the wait after something went wrong so many times: a minute, then doubled, an hour."""
    return _doubled(FIRST, times, LONGEST)


def before_mailer_again(times: int) -> timedelta:
    """Give the wait before one letter is tried, after so many refusals in a row; none at first."""
    if times < ENOUGH_IN_A_ROW:
        return timedelta()
    return _doubled(MAILER_FIRST, times - ENOUGH_IN_A_ROW + 1, MAILER_LONGEST)


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    # Bounded before it is computed: a number with very many digits helps nobody.
    doubled: int = 2 ** min(max(times - 1, 0), 16)
    return min(longest, first * doubled)
