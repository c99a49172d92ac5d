"""The table of a case's life as a whole, and its beginning: looked for, and offered."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.case import TABLE, advance, diagram, next_due, receive
from bot.casework.effects import Door, EndLinks, MailKind
from bot.casework.states import Case, OfferState, Outcome, State
from bot.config.model import Policy
from tests.unit.casework.case_walk import (
    ANA,
    BORIS,
    CHIDI,
    DANA,
    HOUR,
    NEED,
    POLICY,
    START,
    Walk,
    to,
    to_rosa,
)

EVERY_EVENT = (
    on.Looked((on.Chosen(DANA),), possible=True, again_at=START + HOUR),
    on.OfferSent(ANA),
    on.OfferUndeliverable(ANA),
    on.Accepted(ANA, has_room=True),
    on.Declined(ANA),
    on.LinkUndeliverable(ANA),
    on.LinkSent(ANA),
    on.LinkWaits(ANA),
    on.HandedBack(ANA),
    on.SomebodyElse(),
    on.Taken(ANA),
    on.Contacted(),
    on.MoreTime(ANA),
    on.SignOfLife(),
    on.NotContacted(),
    on.Wrote(on.Side.SUPPORTER),
    on.ReadAll(on.Side.REQUESTER),
    on.ToldAgain(),
    on.OfferedTo(DANA),
    on.Complained(on.Side.REQUESTER),
    on.Rated(helped=True),
    on.Closed(on.Side.REQUESTER),
    on.Withdrawn(),
    on.Misused(),
    on.TimePassed(),
)

_LINES = {(row.state, row.event) for row in TABLE}
_PAIRS = [(state, event) for state in State for event in EVERY_EVENT]
LAWFUL = [(state, event) for state, event in _PAIRS if (state, type(event)) in _LINES]
UNLAWFUL = [pair for pair in _PAIRS if pair not in LAWFUL]


def _in(state: State) -> Case:
    walk = Walk()
    if state is State.OFFERED:
        walk.offer(ANA)
    elif state is not State.WAITING:
        walk.support(ANA)
    if state is State.CLOSED:
        walk.tell(on.Closed(on.Side.REQUESTER))
    assert walk.case.state is state
    return walk.case


class TestTable:
    """What holds of the table itself."""

    def test_has_one_line_at_most_for_a_state_and_an_event(self) -> None:
        """Nothing has two answers."""
        pairs = [(row.state, row.event) for row in TABLE]
        assert len(set(pairs)) == len(pairs)

    def test_knows_every_event(self) -> None:
        """An event that no state has a line for would be lost, and these tests use them all."""
        known = set(on.Event.__subclasses__())
        assert {row.event for row in TABLE} == known == {type(event) for event in EVERY_EVENT}

    def test_never_leaves_closed(self) -> None:
        """A closed case stays closed, whatever happens."""
        to = {state for row in TABLE if row.state is State.CLOSED for state in row.to}
        assert to == {State.CLOSED}

    def test_lets_time_pass_in_every_open_state(self) -> None:
        """A state without deadlines would let somebody wait for ever."""
        timed = {row.state for row in TABLE if row.event is on.TimePassed}
        assert timed == set(State) - {State.CLOSED}

    def test_is_drawn_with_every_state(self) -> None:
        """The diagram of the README leaves no state out, and begins and ends."""
        drawn = diagram()
        assert drawn.startswith("stateDiagram-v2\n    [*] --> waiting: Received\n")
        assert drawn.endswith("closed --> [*]")
        for state in State:
            assert f"--> {state.value}: " in drawn
            assert f"\n    {state.value} --> " in drawn

    @pytest.mark.parametrize(
        ("state", "event"),
        UNLAWFUL,
        ids=[f"{state.value}-{type(event).__name__}" for state, event in UNLAWFUL],
    )
    def test_lets_an_unlawful_event_change_nothing(self, state: State, event: on.Event) -> None:
        """What has no line in the table comes too late, and has no effect."""
        case = _in(state)
        step = advance(case, event, START + HOUR, POLICY)
        assert step.case is case
        assert step.effects == ()
        assert step.answer is Answer.TOO_LATE

    @pytest.mark.parametrize(
        ("state", "event"),
        LAWFUL,
        ids=[f"{state.value}-{type(event).__name__}" for state, event in LAWFUL],
    )
    def test_leads_where_its_line_says(self, state: State, event: on.Event) -> None:
        """What has a line in the table leads to one of the states that the line names."""
        step = advance(_in(state), event, START + HOUR, POLICY)
        [row] = [row for row in TABLE if (row.state, row.event) == (state, type(event))]
        assert step.case.state in row.to

    def test_lets_no_act_leave_it(self) -> None:
        """A case that is in no lawful state stops loudly instead of going on."""
        broken = replace(_in(State.SUPPORTED), supporter=None)
        with pytest.raises(AssertionError):
            advance(broken, on.SomebodyElse(), START, POLICY)

    def test_says_nothing_of_who_asked(self) -> None:
        """A case holds no requester, no message and no language: nothing in it has to be hidden."""
        held = {field.name for field in fields(Case)}
        assert held.isdisjoint({"name", "requester", "message", "words", "avoid", "languages"})


class TestReceived:
    """A request was taken in."""

    def test_waits_and_is_confirmed(self) -> None:
        """Rosa asked to be told, so a receipt goes out and looking begins now."""
        walk = Walk()
        assert walk.case.state is State.WAITING
        assert walk.case.look_at == walk.case.waiting_since == walk.case.received_at == START
        assert walk.effects == (to_rosa(MailKind.RECEIPT),)

    def test_is_quiet_when_asked_to_be(self) -> None:
        """Rosa did not ask to be told, so nothing is mailed to her, to the very end."""
        walk = Walk(notify=False)
        told = list(walk.effects)
        told += walk.look(possible=False)
        told += walk.wait(timedelta(hours=48))
        told += walk.wait(timedelta(days=14))
        assert walk.case.outcome is Outcome.UNANSWERED
        assert not {MailKind.GAVE_UP, MailKind.RECEIPT} & {getattr(e, "kind", None) for e in told}
        assert told[:2] == [NEED, NEED]

    def test_hears_at_once_that_nobody_speaks_it(self) -> None:
        """Nobody does, as the key page says: Rosa reads that at once, whatever a search finds."""
        step = receive("K7QF9M2D", notify=True, now=START, spoken=False)
        assert step.effects == (to_rosa(MailKind.RECEIPT), to_rosa(MailKind.NOBODY_COULD))
        assert receive("K7QF9M2D", notify=False, now=START, spoken=False).effects == ()

    def test_who_could_be_asked_is_for_the_coordinators(self) -> None:
        """They are told, once, when a search finds nobody who could match; Rosa never is."""
        walk = Walk()
        assert walk.look(possible=False) == (NEED,)
        assert walk.case.state is State.WAITING
        assert walk.case.look_at == START + HOUR
        assert walk.look(possible=False) == ()

    def test_is_not_told_so_when_somebody_could_later(self) -> None:
        """Nobody has time now, but somebody will: that is no reason to take hope."""
        walk = Walk()
        assert walk.look(possible=True) == ()
        assert walk.case.look_at == START + HOUR


class TestOffered:
    """Supporters are asked."""

    def test_asks_as_many_at_once_as_the_policy_says(self) -> None:
        """Of three who match, the two best are asked; looking rests while they have time."""
        walk = Walk(policy=Policy(offers_at_once=2))
        opening = START + 3 * HOUR
        effects = walk.look(ANA, BORIS, CHIDI, not_before=opening)
        assert effects == (
            replace(to(ANA, MailKind.OFFER), not_before=opening),
            replace(to(BORIS, MailKind.OFFER), not_before=opening),
        )
        assert walk.case.state is State.OFFERED
        assert walk.case.look_at is None
        assert [offer.state for offer in walk.case.offers] == [OfferState.QUEUED] * 2

    def test_asks_nobody_twice(self) -> None:
        """Whoever is named twice, or was asked before, gets one offer."""
        walk = Walk()
        assert walk.look(ANA, ANA) == (to(ANA, MailKind.OFFER),)
        assert walk.look(ANA) == ()
        walk.tell(on.Declined(ANA))
        assert walk.look(ANA) == ()
        assert walk.case.state is State.WAITING

    def test_looks_again_for_a_second_one(self) -> None:
        """One was found where two may be asked, so looking goes on while Ana thinks."""
        walk = Walk()
        walk.offer(ANA)
        assert walk.case.look_at == START + HOUR
        assert walk.look(possible=False) == (), "Ana could"
        assert walk.look(BORIS) == (to(BORIS, MailKind.OFFER),)

    def test_gives_time_to_answer_from_the_mail_on(self) -> None:
        """A mail that waited for Ana's morning leaves her as long as any other."""
        walk = Walk()
        walk.look(ANA)
        assert walk.wait(30 * HOUR) == ()
        walk.tell(on.OfferSent(ANA))
        assert walk.offer_of(ANA).sent_at == START + 30 * HOUR
        assert walk.offer_of(ANA).answer_by == START + 54 * HOUR
        assert walk.tell(on.OfferSent(ANA)) == ()
        assert walk.answer is Answer.ALREADY

    def test_expires_quietly_and_the_next_is_asked(self) -> None:
        """Ana does not answer: her link dies, nobody is told, and looking begins at once."""
        walk = Walk()
        walk.more = True
        walk.offer(ANA)
        assert next_due(walk.case, POLICY) == START + 24 * HOUR
        assert walk.wait(24 * HOUR - timedelta(seconds=1)) == ()
        assert walk.wait(timedelta(seconds=1)) == (EndLinks(Door.OFFER, ANA),)
        assert walk.offer_of(ANA).state is OfferState.EXPIRED
        assert walk.offer_of(ANA).ended_at == walk.now
        assert walk.case.state is State.WAITING
        assert walk.case.look_at == walk.now
        assert walk.look(BORIS) == (to(BORIS, MailKind.OFFER),)

    @pytest.mark.parametrize(
        ("event", "state"),
        [
            (on.Declined(ANA), OfferState.DECLINED),
            (on.OfferUndeliverable(ANA), OfferState.UNDELIVERABLE),
        ],
    )
    def test_looks_for_the_next_while_the_other_thinks(
        self, event: on.Event, state: OfferState
    ) -> None:
        """Ana drops out: Boris keeps his offer, and a next one is looked for; the same for both."""
        walk = Walk()
        walk.offer(ANA, BORIS)
        assert walk.tell(event) == (EndLinks(Door.OFFER, ANA),)
        assert walk.offer_of(ANA).state is state
        assert walk.case.state is State.OFFERED
        assert walk.case.look_at == START
        assert walk.tell(event) == ()
        assert walk.answer is Answer.TOO_LATE
        assert walk.look(CHIDI) == (to(CHIDI, MailKind.OFFER),)

    def test_gives_the_second_time_while_the_first_mail_waits(self) -> None:
        """Ana's mail is not out yet, Boris's is: his time ends when it should, and hers has not."""
        walk = Walk()
        walk.look(ANA, BORIS)
        walk.tell(on.OfferSent(BORIS))
        walk.wait(POLICY.answer_within_hours * HOUR)
        assert walk.offer_of(ANA).state is OfferState.QUEUED
        assert walk.offer_of(BORIS).state is OfferState.EXPIRED

    def test_reminds_once_and_only_when_there_is_nobody_else(self) -> None:
        """Ana alone can help, so she is asked a second time after half a day, and no third."""
        walk = Walk()
        walk.more = True
        walk.offer(ANA)
        assert walk.wait(12 * HOUR) == (), "somebody else can be asked"
        walk.more = False
        walk.look()
        assert walk.tell(on.TimePassed()) == (to(ANA, MailKind.OFFER_REMINDER),)
        assert walk.tell(on.TimePassed()) == ()
        walk.look()
        assert walk.wait(HOUR) == ()

    def test_does_not_remind_who_was_not_asked_yet(self) -> None:
        """The mail still waits for Ana's morning: a reminder would come before it."""
        walk = Walk()
        walk.look(ANA)
        walk.look()
        assert walk.wait(20 * HOUR) == ()

    def test_says_after_two_days_that_there_is_nobody_yet(self) -> None:
        """Rosa hears it honestly, once while she waits, and the coordinators hear of the need."""
        walk = Walk()
        walk.look()
        assert walk.wait(48 * HOUR) == (NEED, to_rosa(MailKind.NOBODY_YET))
        assert walk.wait(48 * HOUR) == ()

    @pytest.mark.parametrize("told_before", [False, True])
    def test_handed_back_the_search_begins_anew(self, told_before: bool) -> None:
        """Ana gives it back on the third day: nobody was asked yet, so that is not said for two."""
        walk = Walk()
        if told_before:
            walk.look()
            walk.wait(48 * HOUR)
        walk.support()
        walk.now += 72 * HOUR
        assert to_rosa(MailKind.HANDED_BACK) in walk.tell(on.HandedBack(ANA))
        assert not walk.case.nobody_yet_told, "her page says that somebody is being looked for"
        assert walk.tell(on.TimePassed()) == ()
        assert walk.wait(47 * HOUR) == ()
        assert walk.wait(HOUR) == (NEED, to_rosa(MailKind.NOBODY_YET))
        assert walk.wait(48 * HOUR) == ()

    def test_gives_up_in_the_end(self) -> None:
        """After two weeks of waiting Rosa is told, and her story goes."""
        walk = Walk()
        walk.offer(ANA)
        walk.wait(13 * timedelta(days=1))
        walk.offer(BORIS)
        effects = walk.wait(timedelta(days=1))
        assert walk.case.state is State.CLOSED
        assert walk.case.outcome is Outcome.UNANSWERED
        assert to_rosa(MailKind.GAVE_UP) in effects
        assert walk.case.closed_at == walk.now
        assert next_due(walk.case, POLICY) is None

    def test_counts_the_two_weeks_from_when_it_last_began_to_wait(self) -> None:
        """Ana gives the case back after ten days: Rosa's wait begins anew."""
        walk = Walk()
        walk.support()
        walk.now += timedelta(days=10)
        walk.tell(on.HandedBack(ANA))
        walk.wait(timedelta(days=13))
        assert walk.case.open
        walk.wait(timedelta(days=1))
        assert walk.case.outcome is Outcome.UNANSWERED
