"""How a case ends: what goes, and who hears of it."""

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.case import next_due
from bot.casework.effects import (
    Bar,
    Count,
    Door,
    Effect,
    EndLinks,
    Erase,
    KeepPair,
    Mail,
    MailKind,
    Secret,
    TakenBack,
)
from bot.casework.states import OfferState, Outcome, State
from tests.unit.casework.case_walk import ANA, BORIS, HOUR, POLICY, Walk, to, to_rosa

ALL_GOES = {
    Erase(Secret.STORY),
    Erase(Secret.CONVERSATION),
    EndLinks(Door.OFFER),
    EndLinks(Door.CASE),
}
STATUS_ENDS = EndLinks(Door.STATUS)


def _mails(effects: tuple[Effect, ...]) -> list[Mail]:
    return [effect for effect in effects if isinstance(effect, Mail)]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        (on.Side.REQUESTER, [to(ANA, MailKind.ENDED_SUPPORTER)]),
        (on.Side.SUPPORTER, [to_rosa(MailKind.ENDED_REQUESTER)]),
        (
            on.Side.COORDINATOR,
            [to(ANA, MailKind.ENDED_SUPPORTER), to_rosa(MailKind.ENDED_REQUESTER)],
        ),
    ],
)
def test_supported_case_closed(by: on.Side, told: list[Mail]) -> None:
    """Rosa, Ana or a coordinator ends it: all goes, and who did not do it hears that it ended."""
    walk = Walk()
    walk.support()
    walk.now += HOUR
    effects = walk.tell(on.Closed(by))
    assert set(effects) >= ALL_GOES
    assert _mails(effects) == told
    assert walk.case.state is State.CLOSED
    assert walk.case.outcome is Outcome.HELPED
    assert walk.case.closed_at == walk.offer_of(ANA).ended_at == walk.now
    assert next_due(walk.case, POLICY) is None
    # Rosa can still say that something was wrong, and about whom is sealed.
    assert STATUS_ENDS not in effects
    assert KeepPair(ANA) in effects
    assert walk.case.pair_kept


def test_case_that_still_looks_is_closed_by_a_coordinator() -> None:
    """Nobody took it, so nobody was helped: Rosa is told, the asked supporters are not."""
    walk = Walk()
    walk.offer(ANA, BORIS)
    effects = walk.tell(on.Closed(on.Side.COORDINATOR))
    assert set(effects) >= ALL_GOES
    assert _mails(effects) == [to_rosa(MailKind.GAVE_UP)]
    assert walk.case.outcome is Outcome.UNANSWERED
    assert {offer.state for offer in walk.case.offers} == {OfferState.ENDED}
    assert not walk.case.pair_kept


@pytest.mark.parametrize("supported", [False, True])
def test_withdrawn(supported: bool) -> None:
    """Rosa takes it back: everything goes at once, her name first; Ana hears only that it ended."""
    walk = Walk()
    walk.offer(ANA, BORIS)
    if supported:
        walk.tell(on.Accepted(ANA, has_room=True))
    effects = walk.tell(on.Withdrawn())
    # Only what nobody had accepted is remembered, by a mark that goes with the name.
    first = () if supported else (TakenBack(),)
    assert effects[: len(first) + 1] == (*first, Erase(Secret.IDENTITY))
    assert effects.count(TakenBack()) == len(first)
    assert set(effects) >= ALL_GOES | {STATUS_ENDS}
    assert not walk.case.pair_kept
    assert _mails(effects) == ([to(ANA, MailKind.ENDED_SUPPORTER)] if supported else [])
    assert walk.case.outcome is Outcome.WITHDRAWN
    assert walk.case.live_offers == ()


@pytest.mark.parametrize("supported", [False, True])
def test_misuse(supported: bool) -> None:
    """A coordinator decides that it was made to do harm: all goes, both sides hear of the end."""
    walk = Walk()
    walk.offer(ANA, BORIS)
    if supported:
        walk.tell(on.Accepted(ANA, has_room=True))
    effects = walk.tell(on.Misused())
    assert set(effects) >= ALL_GOES
    assert to_rosa(MailKind.ENDED_REQUESTER) in effects
    assert (to(ANA, MailKind.ENDED_SUPPORTER) in effects) is supported
    assert walk.case.outcome is Outcome.MISUSE
    assert walk.case.live_offers == ()


def test_only_withdrawing_takes_the_name_at_once() -> None:
    """Rosa's name stays until she was told of the end; the store then lets it go."""
    for end in (on.Closed(on.Side.SUPPORTER), on.Misused()):
        walk = Walk()
        walk.support()
        assert Erase(Secret.IDENTITY) not in walk.tell(end)


def test_closed_case_does_not_tell_a_quiet_requester() -> None:
    """Rosa asked not to be mailed: her page tells her, and nothing else does."""
    walk = Walk(notify=False)
    walk.support()
    assert _mails(walk.tell(on.Closed(on.Side.SUPPORTER))) == []


def test_bar_is_told_to_the_one_barred() -> None:
    """A barred account hears of it even without a wish for mail, and of nothing else."""
    walk = Walk(notify=False)
    walk.support()
    effects = walk.tell(on.Misused(barred=True))
    assert Bar() in effects
    assert _mails(effects) == [to(ANA, MailKind.ENDED_SUPPORTER), to_rosa(MailKind.BARRED)]


def test_rated_once() -> None:
    """Whether it helped is counted once, and only where somebody supported her."""
    walk = Walk()
    walk.support()
    walk.tell(on.Closed(on.Side.REQUESTER))
    assert walk.tell(on.Rated(helped=True)) == (Count("helped"),)
    assert walk.tell(on.Rated(helped=False)) == ()
    assert walk.answer is Answer.ALREADY
    alone = Walk()
    alone.tell(on.Closed(on.Side.COORDINATOR))
    assert alone.tell(on.Rated(helped=False)) == ()
    assert alone.answer is Answer.TOO_LATE
