"""What a case asks of its supporter, put together from what is kept of it."""

from __future__ import annotations

from datetime import datetime

from bot.casework import matching
from bot.casework.matching import RosterIndex, Wish
from bot.store import marks
from bot.store.cases import Identity, StoredCase
from bot.store.store import Tx


def wish_of(
    tx: Tx, stored: StoredCase, who: Identity, index: RosterIndex, now: datetime, most_met: int
) -> Wish:
    """Put together what a case asks of its supporter.

    Whom nothing reaches yet is still looked for by what they chose: somebody can read it.
    """
    chosen = stored.asked.channels
    return Wish(
        requester_id=who.user_id,
        languages=stored.asked.languages,
        channels=who.reached_by(chosen) or chosen,
        topics=stored.asked.topics,
        prefer=stored.asked.prefer,
        avoid=matching.resolve_avoid(who.avoid, index),
        first=marks.requests_of(tx, who.user_id, now) <= 1,
        may_meet_another=marks.has_met(tx, who.user_id, now) < most_met,
    )
