"""A case that somebody took: first contact, silence, parting."""

from datetime import timedelta

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.case import next_due
from bot.casework.effects import Door, EndLinks, Erase, MailKind, Met, Secret
from bot.casework.states import OfferState, Outcome, State
from bot.config.model import Policy
from tests.unit.casework.case_walk import (
    ANA,
    BORIS,
    HOUR,
    NEED,
    POLICY,
    START,
    Walk,
    to,
    to_rosa,
)

DAY = timedelta(days=1)
YES = on.Accepted(ANA, has_room=True)
PARTED = (EndLinks(Door.CASE, ANA), Erase(Secret.CONVERSATION, ANA))


@pytest.fixture
def walk() -> Walk:
    """Rosa's case, taken by Ana at nine in the morning."""
    walk = Walk()
    walk.support(ANA)
    return walk


class TestAccepted:
    """Somebody says yes."""

    def test_goes_to_the_first(self) -> None:
        """Ana is first: she gets the link, Boris's offer ends quietly, Rosa hears that it goes."""
        walk = Walk()
        walk.offer(ANA, BORIS)
        assert walk.tell(YES) == (
            EndLinks(Door.OFFER),
            Met(ANA),
            to(ANA, MailKind.CASE_LINK),
            to_rosa(MailKind.ACCEPTED),
        )
        assert walk.case.state is State.SUPPORTED
        assert walk.case.supporter == ANA
        assert walk.offer_of(ANA).state is OfferState.ACCEPTED
        assert walk.offer_of(BORIS).state is OfferState.ENDED
        assert walk.case.look_at is None

    def test_tells_the_second_that_it_is_too_late(self) -> None:
        """Boris presses after Ana, and Ana presses twice: neither changes anything."""
        walk = Walk()
        walk.offer(ANA, BORIS)
        walk.tell(YES)
        before = walk.case
        for event, answer in (
            (on.Accepted(BORIS, has_room=True), Answer.TOO_LATE),
            (YES, Answer.ALREADY),
        ):
            assert walk.tell(event) == ()
            assert walk.answer is answer
        assert walk.case == before

    def test_needs_room(self) -> None:
        """Ana took another case meanwhile: nobody gets this one, and somebody else is asked."""
        walk = Walk()
        walk.offer(ANA)
        assert walk.tell(on.Accepted(ANA, has_room=False)) == (EndLinks(Door.OFFER, ANA),)
        assert walk.answer is Answer.NO_ROOM
        assert walk.case.supporter is None
        assert walk.case.look_at == walk.now

    def test_needs_an_offer(self) -> None:
        """Boris, who was not asked, and Ana, who said no before, cannot take the case."""
        walk = Walk()
        walk.offer(ANA, BORIS)
        walk.tell(on.Declined(ANA))
        assert walk.tell(YES) == ()
        assert walk.answer is Answer.TOO_LATE
        walk.tell(on.Accepted(77, has_room=True))
        assert walk.answer is Answer.TOO_LATE
        assert walk.case.state is State.OFFERED

    def test_may_come_before_the_mail_is_known_to_be_out(self) -> None:
        """Ana reads faster than the outcome is written down: her yes counts."""
        walk = Walk()
        walk.look(ANA)
        walk.tell(YES)
        assert walk.case.supporter == ANA
        walk.tell(on.OfferSent(ANA))
        assert walk.offer_of(ANA).state is OfferState.ACCEPTED


class TestLinkOut:
    """The mail with the link to the case went out, or waits to."""

    @pytest.mark.parametrize("event", [on.LinkSent, on.LinkWaits])
    def test_the_time_to_write_begins_when_ana_can_know(
        self, walk: Walk, event: type[on.LinkSent | on.LinkWaits]
    ) -> None:
        """A mail that goes or still waits a day later leaves her all of the time."""
        walk.now += DAY
        assert walk.answer_to(event(ANA)) is Answer.DONE
        assert walk.case.contact_by == walk.now + POLICY.contact_within_hours * HOUR

    def test_more_time_that_she_was_given_is_not_taken_back(self, walk: Walk) -> None:
        """The mail of a nudge, an hour later, does not shorten it."""
        walk.tell(on.MoreTime(ANA))
        given = walk.case.contact_by
        walk.now += HOUR
        walk.tell(on.LinkSent(ANA))
        assert walk.case.contact_by == given

    def test_a_mail_of_who_gave_it_back_is_not_the_next_ones(self, walk: Walk) -> None:
        """Ana's late mail leaves Boris the time that he has, and no more."""
        walk.tell(on.HandedBack(ANA))
        walk.support(BORIS)
        before = walk.case
        walk.now += HOUR
        assert walk.answer_to(on.LinkSent(ANA)) is Answer.TOO_LATE
        assert walk.case == before

    def test_after_contact_no_time_for_it_begins(self, walk: Walk) -> None:
        """Ana has written before her nudge's mail was out: nothing is expected of her any more."""
        walk.tell(on.Taken(ANA), on.Contacted())
        before = walk.case
        assert walk.answer_to(on.LinkSent(ANA)) is Answer.TOO_LATE
        assert walk.case == before


class TestParted:
    """Case and supporter part, and the case waits again."""

    @pytest.mark.parametrize("event", [on.HandedBack(ANA), on.LinkUndeliverable(ANA)])
    def test_waits_again(self, walk: Walk, event: on.Event) -> None:
        """Ana gives it back, or is not reached: Rosa is told no reason, and looking begins."""
        walk.now += 5 * HOUR
        assert walk.tell(event) == (*PARTED, to_rosa(MailKind.HANDED_BACK))
        assert walk.case.state is State.WAITING
        assert walk.case.supporter is None
        assert walk.case.look_at == walk.case.waiting_since == walk.now
        unreached = isinstance(event, on.LinkUndeliverable)
        was = OfferState.UNDELIVERABLE if unreached else OfferState.HANDED_BACK
        assert walk.offer_of(ANA).state is was
        assert walk.offer_of(ANA).ended_at == walk.now

    def test_whoever_was_never_reached_is_as_good_as_nobody(self, walk: Walk) -> None:
        """Ana said yes and no mail reaches her: where nobody else could, coordinators hear it."""
        walk.tell(on.LinkUndeliverable(ANA))
        looked = on.Looked((), possible=False, again_at=walk.now + HOUR)
        assert walk.tell(looked) == (NEED,)
        walk.tell(on.LinkUndeliverable(ANA))
        assert walk.tell(looked) == ()

    def test_they_hear_it_of_each_search(self) -> None:
        """Nobody could, then Boris said yes and was not reached: the next search begins anew."""
        walk = Walk()
        assert walk.look(possible=False) == (NEED,)
        assert walk.look(possible=False) == ()
        walk.support(BORIS)
        walk.tell(on.LinkUndeliverable(BORIS))
        assert walk.look(possible=False) == (NEED,)

    def test_never_comes_back_to_the_same(self, walk: Walk) -> None:
        """Ana gave it back, so she is not asked again, even if matching names her."""
        walk.tell(on.HandedBack(ANA))
        assert walk.look(ANA) == ()
        assert walk.look(ANA, BORIS) == (to(BORIS, MailKind.OFFER),)

    def test_starts_anew_with_the_next(self, walk: Walk) -> None:
        """What was between Rosa and Ana is no measure for Boris."""
        walk.tell(on.Taken(ANA), on.MoreTime(ANA), on.Contacted(), on.HandedBack(ANA))
        walk.now += DAY
        walk.support(BORIS)
        case = walk.case
        assert not (case.taken or case.more_time or case.nudged or case.silence_told)
        assert case.contacted_at is None
        assert case.contact_by == walk.now + 48 * HOUR

    @pytest.mark.parametrize(
        "event",
        [on.HandedBack(BORIS), on.LinkUndeliverable(BORIS), on.Taken(BORIS), on.MoreTime(BORIS)],
    )
    def test_is_nobody_elses_to_act_on(self, walk: Walk, event: on.Event) -> None:
        """Boris has no part in the case, so what he does changes nothing."""
        before = walk.case
        assert walk.tell(event) == ()
        assert walk.answer is Answer.TOO_LATE
        assert walk.case == before

    def test_thanks_when_rosa_asks_for_somebody_else(self, walk: Walk) -> None:
        """Rosa asks for somebody else: Ana is thanked, her link dies, Rosa is told by the page."""
        effects = walk.tell(on.SomebodyElse())
        assert effects == (*PARTED, to(ANA, MailKind.ENDED_SUPPORTER))
        assert walk.case.state is State.WAITING
        assert walk.look(ANA) == ()


class TestFirstContact:
    """Nobody waits long for a first word."""

    def test_is_asked_for_and_then_handed_back(self, walk: Walk) -> None:
        """Two days without a word: Ana is nudged; two more, and the case looks for somebody."""
        assert next_due(walk.case, POLICY) == START + 48 * HOUR
        assert walk.wait(48 * HOUR) == (to(ANA, MailKind.CONTACT_NUDGE),)
        assert walk.case.supporter == ANA
        assert walk.wait(47 * HOUR) == ()
        assert walk.wait(HOUR)[:3] == (*PARTED, to_rosa(MailKind.HANDED_BACK))
        assert walk.case.state is State.WAITING
        assert walk.look(ANA) == ()

    def test_may_take_as_long_again_once(self, walk: Walk) -> None:
        """Ana asks for more time, gets it once, and is nudged only after it."""
        walk.now += HOUR
        walk.tell(on.MoreTime(ANA))
        assert walk.case.contact_by == START + 96 * HOUR
        assert walk.tell(on.MoreTime(ANA)) == ()
        assert walk.answer is Answer.ALREADY
        assert walk.case.contact_by == START + 96 * HOUR
        assert walk.wait(94 * HOUR) == ()
        assert walk.wait(HOUR) == (to(ANA, MailKind.CONTACT_NUDGE),)

    def test_is_due_no_more_once_made(self, walk: Walk) -> None:
        """Ana wrote: nobody nudges her, and more time is of no use."""
        walk.tell(on.Contacted())
        assert walk.case.contact_by is None
        walk.tell(on.MoreTime(ANA))
        assert walk.answer is Answer.TOO_LATE
        assert walk.wait(71 * HOUR) == ()

    def test_gives_the_story_three_days_to_live(self, walk: Walk) -> None:
        """The message and the addresses go three days after the first word, and only they."""
        walk.now += 10 * HOUR
        walk.tell(on.Contacted())
        walk.now += HOUR
        walk.tell(on.Contacted())
        assert walk.answer is Answer.ALREADY
        assert walk.wait(70 * HOUR) == ()
        assert walk.wait(HOUR) == (Erase(Secret.STORY),)
        assert walk.case.state is State.SUPPORTED
        assert walk.case.story_gone
        assert walk.wait(DAY) == ()

    def test_is_not_held_against_ana_after_an_outage(self, walk: Walk) -> None:
        """The bot was down for a week: Ana is nudged and has her two days after that."""
        assert walk.wait(7 * DAY) == (to(ANA, MailKind.CONTACT_NUDGE),)
        assert walk.case.contact_by == walk.now + 48 * HOUR


class TestSilence:
    """A case that both have forgotten ends by itself, but not unannounced."""

    REMINDERS = (to(ANA, MailKind.SILENCE_REMINDER), to_rosa(MailKind.SILENCE_REMINDER))

    @pytest.fixture(autouse=True)
    def in_touch(self, walk: Walk) -> None:
        """Ana wrote at once, and the story has gone its way."""
        walk.tell(on.Taken(ANA), on.Contacted())
        walk.wait(3 * DAY)

    def test_is_asked_about_and_then_closes(self, walk: Walk) -> None:
        """Both are asked once, a week before sixty days of silence are full; then it closes."""
        assert walk.wait(49 * DAY) == ()
        assert walk.wait(1 * DAY) == self.REMINDERS
        assert walk.case.state is State.SUPPORTED
        assert walk.wait(6 * DAY) == ()
        effects = walk.wait(1 * DAY)
        assert walk.case.outcome is Outcome.HELPED
        assert to(ANA, MailKind.ENDED_SUPPORTER) in effects
        assert to_rosa(MailKind.ENDED_REQUESTER) in effects

    @pytest.mark.parametrize("event", [on.SignOfLife(), on.Contacted(), on.Taken(ANA)])
    def test_ends_with_any_sign_of_life(self, walk: Walk, event: on.Event) -> None:
        """One of the two looks in: the sixty days begin anew, and so does the right to be asked."""
        walk.wait(50 * DAY)
        walk.tell(event)
        assert walk.wait(52 * DAY) == ()
        assert walk.wait(1 * DAY) == self.REMINDERS
        assert walk.wait(7 * DAY)
        assert not walk.case.open

    @pytest.mark.parametrize(
        ("days", "asked_after"), [(7, 3.5), (10, 5), (13, 6.5), (14, 7), (15, 8), (20, 13)]
    )
    def test_leaves_half_of_the_time_where_that_is_short(
        self, days: int, asked_after: float
    ) -> None:
        """Asked a week before the end, or half-way where that leaves more; never at once."""
        walk = Walk(policy=Policy(close_silent_case_after_days=days))
        walk.support(ANA)
        walk.tell(on.Taken(ANA), on.Contacted())
        walk.wait(timedelta(days=asked_after) - HOUR)
        assert not walk.case.silence_told
        walk.wait(HOUR)
        assert walk.case.silence_told
        walk.wait(timedelta(days=days - asked_after) - HOUR)
        assert walk.case.open
        walk.wait(HOUR)
        assert walk.case.outcome is Outcome.HELPED

    def test_leaves_a_week_to_answer_even_after_an_outage(self, walk: Walk) -> None:
        """The bot was down all the while: nobody loses a case before they were asked."""
        assert walk.wait(80 * DAY) == self.REMINDERS
        assert walk.wait(6 * DAY) == ()
        assert walk.case.open
        walk.wait(1 * DAY)
        assert walk.case.outcome is Outcome.HELPED
