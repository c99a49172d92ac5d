"""Ranking rosters of a hundred to a hundred thousand supporters, every one of whom could match."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from bench_parts.figures import Figure, plain, ratio, seconds
from bot.casework.matching import Candidates, Load, RosterIndex, Wish, rank
from bot.casework.roster import Hours, Supporter

MOST_SECONDS = 0.1
HELD_TO_IT = 100_000
RUNS = 9
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
TOPICS = ("alone", "conflict", "where-to-report", "watching")
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Lima", "Africa/Lagos")
HOURS = (None, None, Hours(clock_time(8), clock_time(22)), Hours(clock_time(17), clock_time(23)))
ASKED_ENOUGH = Load(offers_this_week=2, last_offer_at=NOW)
WISH = Wish(
    requester_id=1,
    languages=("ar", "de"),
    channels=("desk",),
    topics=TOPICS[:2],
    avoid=frozenset({5, 6, 7}),
)


@dataclass(frozen=True)
class _Policy:
    cool_down_days: int = 7


def measure(sizes: tuple[int, ...], say: Callable[[str], None]) -> Iterator[Figure]:
    """Rank each size of roster several times; the middle one counts."""
    group = "Ranking supporters for one request (all speak its language)"
    for size in sizes:
        say(f"ranking {size:,} supporters")
        chance = random.Random(size)  # noqa: S311 - the same roster in each run
        roster = [_supporter(user_id, chance) for user_id in range(2, size + 2)]
        loads = {
            one.user_id: Load(
                offers_this_week=1, last_offer_at=NOW - timedelta(hours=chance.random())
            )
            for one in chance.sample(roster, size // 3)
        }
        begun = time.perf_counter()
        index = RosterIndex(roster)
        indexed = time.perf_counter() - begun
        took = statistics.median(_times(Candidates(index, loads)))
        name = f"{size:,} supporters"
        if size == HELD_TO_IT:
            yield ratio(group, name, took / MOST_SECONDS, 1, f"100 ms ({seconds(took)})")
            taken = dict.fromkeys((one.user_id for one in roster), ASKED_ENOUGH)
            took = statistics.median(_times(Candidates(index, taken)))
            yield plain(group, f"{name}, none of them free", seconds(took))
        else:
            yield plain(group, name, seconds(took))
    yield plain(group, f"  laying out {size:,}, once", seconds(indexed))


def _times(candidates: Candidates) -> Iterator[float]:
    for _ in range(RUNS):
        begun = time.perf_counter()
        ranking = rank(WISH, candidates, NOW, _Policy(), random.SystemRandom().random)
        yield time.perf_counter() - begun
        if not ranking.possible:
            raise RuntimeError("nobody was found")


def _supporter(user_id: int, chance: random.Random) -> Supporter:
    return Supporter(
        user_id=user_id,
        name=f"Supporter {user_id}",
        languages=chance.choice((("de",), ("en", "de"), ("ar", "de"), ("ar", "fr", "de"))),
        topics=chance.choice((None, frozenset(chance.sample(TOPICS, 2)))),
        capacity=chance.randint(1, 4),
        timezone=chance.choice(ZONES),
        hours=chance.choice(HOURS),
    )
