"""Supporters in the store, and what each has on their hands."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.casework import events as on
from bot.casework.matching import Load, has_room
from bot.casework.roster import Hours, Supporter, SupporterStatus
from bot.store import roster
from bot.store.store import Store
from tests.unit.store.samples import (
    ANA,
    BORIS,
    CHIDI,
    DAY,
    HOUR,
    NOW,
    SOFIA,
    YES,
    new_case,
    offered,
    stored,
    tell,
)

PLAIN = Supporter(user_id=ANA, name="Ana", languages=("es",))
FULL = Supporter(
    user_id=BORIS,
    name="Борис",
    former_names=("Boris", "Boris the Bold"),
    avoid=frozenset({81723, 5}),
    avoid_names=((5, "Ева"), (81723, "Georgi")),
    avoid_new=("Somebody new",),
    avoid_nobody=("No such account",),
    languages=("bg", "en", "zh-hans"),
    topics=frozenset({"alone", "2024"}),
    channels=frozenset({"desk", "signal"}),
    capacity=3,
    per_week=7,
    timezone="Europe/Sofia",
    hours=Hours(time(20, 30), time(2)),
    background=frozenset({"women"}),
    word="чапла",
    status=SupporterStatus.PAUSED,
    away_until=datetime(2026, 12, 1, 18, 30, tzinfo=UTC),
    trained_until=date(2027, 1, 31),
    cohort="Spring 2026",
    training_on=date(2026, 6, 30),
)


class TestKept:
    """Put and got back."""

    def test_comes_back_with_every_field(self, store: Store) -> None:
        """Whatever a supporter said of themselves is there again; nothing said stays nothing."""
        unlike = {f.name for f in fields(FULL) if getattr(FULL, f.name) != getattr(PLAIN, f.name)}
        assert unlike == {field.name for field in fields(Supporter)}, "each field is tried"
        with store.write() as tx:
            assert roster.put(tx, FULL, NOW)
            assert roster.put(tx, PLAIN, NOW)
            assert roster.everybody(tx) == [PLAIN, FULL]
            assert roster.get(tx, BORIS) == FULL
            assert roster.get(tx, CHIDI) is None

    def test_is_changed_in_place(self, store: Store) -> None:
        """A changed supporter is no second one; an empty set of topics is not "all topics"."""
        nothing = replace(PLAIN, topics=frozenset(), channels=frozenset())
        with store.write() as tx:
            roster.put(tx, PLAIN, NOW)
            assert not roster.put(tx, nothing, NOW)
            assert roster.everybody(tx) == [nothing]

    def test_is_erased(self, store: Store) -> None:
        """Who is removed is gone, once."""
        with store.write() as tx:
            roster.put(tx, PLAIN, NOW)
            assert roster.remove(tx, ANA)
            assert not roster.remove(tx, ANA)
            assert roster.everybody(tx) == []


class TestRenamed:
    """An account with another name is the same person."""

    def test_keeps_former_names(self, store: Store) -> None:
        """Ana was Anita and became Ana M.: whoever avoids one of the three avoids her."""
        with store.write() as tx:
            roster.put(tx, replace(PLAIN, former_names=("Anita",)), NOW)
            roster.rename(tx, ANA, "Ana M.", NOW)
            roster.rename(tx, ANA, "Ana M.", NOW)
            renamed = roster.get(tx, ANA)
        assert renamed == replace(PLAIN, name="Ana M.", former_names=("Anita", "Ana"))

    def test_may_go_back(self, store: Store) -> None:
        """Ana takes her old name again: it is her name, and no former one."""
        with store.write() as tx:
            roster.put(tx, PLAIN, NOW)
            roster.rename(tx, ANA, "Ana M.", NOW)
            roster.rename(tx, ANA, "Ana", NOW)
            assert roster.get(tx, ANA) == replace(PLAIN, former_names=("Ana M.",))

    def test_is_nobody_where_there_is_nobody(self, store: Store) -> None:
        """A name for somebody who is not on the roster puts nobody on it."""
        with store.write() as tx:
            roster.rename(tx, ANA, "Ana", NOW)
            assert roster.everybody(tx) == []


class TestLoads:
    """What matching has to know of each supporter."""

    def test_is_nothing_at_first(self, store: Store) -> None:
        """Who was never asked is not listed."""
        with store.write() as tx:
            new_case(tx)
            assert roster.loads(tx, NOW) == {}
            assert roster.open_cases(tx) == {}

    def test_counts_offers_and_cases(self, store: Store) -> None:
        """Ana has a case and an offer, Boris gave one back, Chidi declined: each number fits."""
        with store.write() as tx:
            first = new_case(tx, "AAAAAAAA")
            tell(tx, first, *offered(ANA, BORIS), on.Accepted(BORIS, has_room=True))
            tell(tx, first, on.HandedBack(BORIS), now=NOW + HOUR)
            second = new_case(tx, "BBBBBBBB", SOFIA)
            tell(tx, second, *offered(ANA, CHIDI), now=NOW + DAY)
            tell(tx, second, on.Declined(CHIDI), YES, now=NOW + DAY)
            third = new_case(tx, "CCCCCCCC", SOFIA)
            tell(tx, third, *offered(ANA), now=NOW + 2 * DAY)
            loads = roster.loads(tx, NOW + 2 * DAY, second)
            assert roster.open_cases(tx) == {ANA: 1}
            assert roster.open_cases(tx, [BORIS, CHIDI]) == {}
        assert loads == {
            ANA: Load(
                open_cases=1,
                live_offers=1,
                offers_this_week=3,
                last_offer_at=NOW + 2 * DAY,
                offered_this_case=True,
            ),
            BORIS: Load(offers_this_week=1, last_offer_at=NOW, last_case_ended_at=NOW + HOUR),
            CHIDI: Load(offers_this_week=1, last_offer_at=NOW + DAY, offered_this_case=True),
        }

    def test_remembers_the_last_case(self, store: Store) -> None:
        """A case that was closed counts for the rest after it, and as a case no more."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES)
            busy = roster.loads(tx, NOW)[ANA]
            assert not has_room(replace(PLAIN, capacity=1), busy)
            assert busy.last_case_ended_at is None
            tell(tx, case_id, on.Closed(on.Side.SUPPORTER), now=NOW + DAY)
            rested = roster.loads(tx, NOW + DAY)[ANA]
        assert rested.open_cases == 0
        assert rested.last_case_ended_at == NOW + DAY

    def test_forgets_the_offers_of_another_week(self, store: Store) -> None:
        """Seven days later an offer is not of this week, but still the last one."""
        with store.write() as tx:
            tell(tx, new_case(tx), *offered(ANA))
            almost = roster.loads(tx, NOW + 7 * DAY - timedelta(seconds=1))[ANA]
            over = roster.loads(tx, NOW + 7 * DAY)[ANA]
        assert (almost.offers_this_week, over.offers_this_week) == (1, 0)
        assert over.last_offer_at == NOW

    def test_knows_who_was_asked_about_which_case(self, store: Store) -> None:
        """Ana was asked about one case; for the other she is free."""
        with store.write() as tx:
            first = new_case(tx, "AAAAAAAA")
            second = new_case(tx, "BBBBBBBB", SOFIA)
            tell(tx, first, *offered(ANA))
            assert roster.loads(tx, NOW, first)[ANA].offered_this_case
            assert not roster.loads(tx, NOW, second)[ANA].offered_this_case


def test_new_supporters_are_looked_at_at_once(store: Store) -> None:
    """A changed roster wakes the cases that want somebody, and no others."""
    with store.write() as tx:
        waiting = new_case(tx, "AAAAAAAA")
        tell(tx, waiting, on.Looked((), possible=True, again_at=NOW + HOUR))
        enough = new_case(tx, "BBBBBBBB", SOFIA)
        tell(tx, enough, *offered(ANA, BORIS, CHIDI))
        taken = new_case(tx, "CCCCCCCC", SOFIA)
        tell(tx, taken, *offered(ANA), YES)
        roster.look_again(tx, NOW + timedelta(minutes=5))
        looks = [stored(tx, case_id).case.look_at for case_id in (waiting, enough, taken)]
    assert looks == [NOW + timedelta(minutes=5), None, None]
