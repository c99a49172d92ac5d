"""Where supporters are missing."""

from bot.casework.needs import Need, Needs, Wanted, needs
from bot.casework.roster import Supporter, SupporterStatus

TOPICS, CHANNELS = ("alone", "stress"), ("desk", "signal")


def _needs(waiting: list[Wanted], *supporters: Supporter) -> Needs:
    return needs(waiting, supporters, topics=TOPICS, channels=CHANNELS)


def _one(number: int, *languages: str, **profile: object) -> Supporter:
    return Supporter(user_id=number, name=f"N{number}", languages=languages, **profile)  # type: ignore[arg-type]


def test_are_none_in_an_empty_network_but_everything() -> None:
    """Nobody waits and nobody supports: every topic and channel lacks somebody."""
    found = _needs([])
    assert found.languages == ()
    assert [one.short for one in (*found.topics, *found.channels)] == [True] * 4


def test_count_each_case_for_all_that_it_names() -> None:
    """A case in Spanish or English, about being alone, at the desk."""
    case = Wanted(("es", "en"), ("alone",), ("desk",))
    found = _needs([case, case], _one(1, "en"), _one(2, "en", "es"))
    assert set(found.languages) == {Need("es", 2, 1), Need("en", 2, 2)}
    assert found.topics == (Need("alone", 2, 2), Need("stress", 0, 2))
    assert found.channels == (Need("desk", 2, 2), Need("signal", 0, 0))


def test_count_the_active_alone() -> None:
    """Who is in training, or paused, gives nothing now."""
    people = [_one(n, "es", status=status) for n, status in enumerate(SupporterStatus)]
    assert _needs([], *people).languages == (Need("es", 0, 1),)


def test_count_topics_that_somebody_takes() -> None:
    """All topics, where none were said; else those."""
    found = _needs([], _one(1, "es"), _one(2, "es", topics=frozenset({"alone"})))
    assert found.topics == (Need("stress", 0, 1), Need("alone", 0, 2))


def test_take_varieties_for_one_language() -> None:
    """Brazilian Portuguese is served by who speaks Portuguese, as in matching."""
    case = Wanted(("pt-br",), (), ())
    (found,) = _needs([case], _one(1, "pt")).languages
    assert (found.waiting, found.supporters) == (1, 1)


def test_are_short_of_few_only_while_somebody_waits() -> None:
    """Four supporters are few for who waits, and enough where nobody does; five are enough."""
    assert Need("es", 1, 4).short
    assert not Need("es", 0, 4).short
    assert not Need("es", 9, 5).short
    assert Need("es", 0, 0).short


def test_come_the_greatest_first() -> None:
    """First what is short and waited for most, at last what nobody lacks."""
    waiting = [Wanted(("bg",), (), ()), Wanted(("hi",), (), ()), Wanted(("hi",), (), ())]
    people = [_one(n, "en") for n in range(9)]
    assert [one.id for one in _needs(waiting, *people).languages] == ["hi", "bg", "en"]
