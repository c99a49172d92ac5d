"""What passes between the two, and what either or a coordinator says about it."""

from datetime import timedelta

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.effects import (
    Complaint,
    Door,
    EndLinks,
    Erase,
    Mail,
    MailKind,
    Role,
    Secret,
)
from bot.casework.states import OfferState, State
from tests.unit.casework.case_walk import ANA, BORIS, HOUR, Walk, to, to_rosa

TO_COORDINATORS = Mail(MailKind.COMPLAINT, Role.COORDINATORS)
BY_ROSA = on.Complained(on.Side.REQUESTER, names_supporter=True)


def _supported(*, notify: bool = True) -> Walk:
    walk = Walk(notify=notify)
    walk.support()
    walk.tell(on.Taken(ANA))
    return walk


class TestConversation:
    """Short messages between the two."""

    def test_first_message_of_the_supporter_is_first_contact(self) -> None:
        """Ana writes: Rosa is rung, and her story has its hours to live."""
        walk = _supported()
        assert walk.tell(on.Wrote(on.Side.SUPPORTER)) == (to_rosa(MailKind.MESSAGE),)
        assert walk.case.contacted_at == walk.now
        assert walk.case.contact_by is None

    def test_message_of_the_requester_is_no_first_contact(self) -> None:
        """Rosa writes first: Ana is rung within her hours, and still has to answer in time."""
        walk = _supported()
        morning = walk.now + 9 * HOUR
        assert walk.tell(on.Wrote(on.Side.REQUESTER, morning)) == (
            Mail(MailKind.MESSAGE, Role.SUPPORTER, ANA, morning),
        )
        assert walk.case.contacted_at is None
        assert walk.case.contact_by is not None

    def test_one_ring_until_it_is_read(self) -> None:
        """Five messages ring once; who has looked is rung again."""
        for by, other in (
            (on.Side.SUPPORTER, on.Side.REQUESTER),
            (on.Side.REQUESTER, on.Side.SUPPORTER),
        ):
            walk = _supported()
            assert len(walk.tell(on.Wrote(by))) == 1
            assert all(walk.tell(on.Wrote(by)) == () for _ in range(4))
            walk.tell(on.ReadAll(by))  # one's own looking does not count
            assert walk.tell(on.Wrote(by)) == ()
            walk.tell(on.ReadAll(other))
            assert len(walk.tell(on.Wrote(by))) == 1

    def test_who_wants_no_mail_is_not_rung(self) -> None:
        """Rosa asked not to be mailed: her page shows the message."""
        walk = _supported(notify=False)
        assert walk.tell(on.Wrote(on.Side.SUPPORTER)) == ()
        assert walk.case.contacted_at == walk.now

    def test_next_supporter_begins_anew(self) -> None:
        """Ana goes, Boris comes: nobody counts as rung, and Ana's conversation is gone."""
        walk = _supported()
        walk.tell(on.Wrote(on.Side.SUPPORTER), on.Wrote(on.Side.REQUESTER))
        effects = walk.tell(on.SomebodyElse())
        assert Erase(Secret.CONVERSATION, ANA) in effects
        walk.support(BORIS)
        assert walk.tell(on.Wrote(on.Side.SUPPORTER)) == (to_rosa(MailKind.MESSAGE),)
        assert walk.tell(on.Wrote(on.Side.REQUESTER)) == (to(BORIS, MailKind.MESSAGE),)


class TestNobodyHasWritten:
    """Rosa is asked whether somebody has written to her, and says no."""

    def test_supporter_is_nudged_once(self) -> None:
        """Ana hears it once, and has as long again."""
        walk = _supported()
        assert walk.tell(on.NotContacted()) == (to(ANA, MailKind.CONTACT_NUDGE),)
        assert walk.case.contact_by == walk.now + timedelta(hours=48)
        assert walk.tell(on.NotContacted()) == ()
        assert walk.answer is Answer.ALREADY

    def test_supporter_who_believes_to_have_written(self) -> None:
        """Ana pressed "written", but nothing came: what Rosa wrote stays for now."""
        walk = _supported()
        walk.tell(on.Contacted())
        walk.tell(on.NotContacted())
        assert walk.case.contacted_at is None
        assert Erase(Secret.STORY) not in walk.wait(timedelta(hours=47))
        assert EndLinks(Door.CASE, ANA) in walk.wait(timedelta(hours=1))


class TestFewWordsAgain:
    """The story is gone, and somebody else is looked for."""

    def test_words_can_be_written_again(self) -> None:
        """Rosa writes them for the next one; they live as long as the first ones did."""
        walk = _supported()
        walk.tell(on.Contacted())
        assert Erase(Secret.STORY) in walk.wait(timedelta(hours=72))
        assert walk.answer_to(on.ToldAgain()) is Answer.TOO_LATE  # they are in contact
        walk.tell(on.HandedBack(ANA), on.ToldAgain())
        assert not walk.case.story_gone
        assert walk.answer_to(on.ToldAgain()) is Answer.ALREADY
        walk.support(BORIS)
        walk.tell(on.Contacted())
        assert Erase(Secret.STORY) in walk.wait(timedelta(hours=72))


class TestComplaint:
    """Something is wrong, says Rosa or Ana."""

    def test_about_the_supporter(self) -> None:
        """The coordinators hear of it once; the case goes on."""
        walk = _supported()
        assert walk.tell(BY_ROSA) == (
            Complaint(on.Side.REQUESTER, ANA, names_supporter=True),
            TO_COORDINATORS,
        )
        assert walk.case.state is State.SUPPORTED
        assert walk.tell(BY_ROSA) == ()
        assert walk.answer is Answer.ALREADY

    def test_after_somebody_else_was_asked_for(self) -> None:
        """It is about the one who had the case last."""
        walk = _supported()
        walk.tell(on.SomebodyElse())
        assert walk.tell(BY_ROSA)[0] == Complaint(on.Side.REQUESTER, ANA, names_supporter=True)
        walk.support(BORIS)
        assert walk.tell(BY_ROSA)[0] == Complaint(on.Side.REQUESTER, BORIS, names_supporter=True)

    def test_before_anybody_supported_it(self) -> None:
        """There is nobody whom it could be about."""
        walk = Walk()
        walk.offer(ANA)
        assert walk.tell(BY_ROSA) == ()
        assert walk.answer is Answer.TOO_LATE

    def test_after_closing(self) -> None:
        """The closed case no longer says who it was: that is sealed."""
        walk = _supported()
        walk.tell(on.Closed(on.Side.SUPPORTER))
        assert walk.tell(BY_ROSA)[0] == Complaint(on.Side.REQUESTER, None, names_supporter=True)

    @pytest.mark.parametrize("end", [on.Withdrawn(), on.Misused()])
    def test_not_after_everything_went(self, end: on.Event) -> None:
        """Withdrawn means gone; and who did harm is heard no more."""
        walk = _supported()
        walk.tell(end)
        assert walk.tell(BY_ROSA) == ()
        assert walk.answer is Answer.TOO_LATE

    def test_about_the_request(self) -> None:
        """Ana's word names nobody, and only she who has the case can say it."""
        walk = _supported()
        by_ana = on.Complained(on.Side.SUPPORTER, names_requester=True)
        assert walk.tell(by_ana) == (Complaint(on.Side.SUPPORTER, ANA), TO_COORDINATORS)
        assert walk.tell(by_ana) == ()
        walk.tell(on.HandedBack(ANA))
        assert walk.tell(by_ana) == ()
        assert walk.answer is Answer.TOO_LATE


class TestChosenByCoordinator:
    """A coordinator has somebody asked."""

    @pytest.mark.parametrize("asked", [(), (ANA, BORIS)])
    def test_beside_those_who_are_asked(self, asked: tuple[int, ...]) -> None:
        """Chidi is asked even where two are asked already; nobody is asked twice."""
        walk = Walk()
        walk.offer(*asked)
        opening = walk.now + HOUR
        assert walk.tell(on.OfferedTo(3, opening)) == (
            Mail(MailKind.OFFER, Role.SUPPORTER, 3, opening),
        )
        assert walk.case.state is State.OFFERED
        assert walk.tell(on.OfferedTo(3)) == ()
        assert walk.answer is Answer.ALREADY

    def test_in_place_of_who_supports_it(self) -> None:
        """Ana is thanked and her link dies; Rosa is told that somebody else is looked for."""
        walk = _supported()
        effects = walk.tell(on.OfferedTo(BORIS))
        assert EndLinks(Door.CASE, ANA) in effects
        assert to(ANA, MailKind.ENDED_SUPPORTER) in effects
        assert to_rosa(MailKind.HANDED_BACK) in effects
        assert to(BORIS, MailKind.OFFER) in effects
        assert walk.case.state is State.OFFERED
        assert walk.offer_of(ANA).state is OfferState.HANDED_BACK
