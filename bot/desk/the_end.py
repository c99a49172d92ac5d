"""What the desk says when the network ends: on every page that is left, and to every link."""

from __future__ import annotations

from bot.desk.context import page, the_desk
from bot.desk.turns import turns
from bot.network_state import is_ending


def has_it_ended() -> bool:
    """Return whether the network ends: nothing is taken from then on, and there is no way back."""
    with the_desk().store.read() as tx:
        return is_ending(tx)


def ended_page(reader: str, status: int = 200) -> tuple[str, int]:
    """Say that it has ended, and where else to turn.

    For this nothing has to be known of whoever comes, so it can be said when all is erased.
    """
    return page("network_ended.html", reader, status, turns=turns(reader))
