"""Cases in the store: taken in, told what happens, and all that follows in one transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.case import next_due
from bot.casework.effects import Door, MailKind, Role
from bot.casework.states import OfferState, Outcome, State
from bot.config.model import Policy
from bot.store import cases, links, marks, outbox
from bot.store.keyring import token_digest
from bot.store.outbox import RowState
from bot.store.schema import case_keys, case_secrets
from bot.store.schema import outbox as outbox_table
from bot.store.store import Store, Tx
from tests.unit.store.samples import (
    ANA,
    ASKED,
    BORIS,
    CHIDI,
    DAY,
    HOUR,
    NOW,
    POLICY,
    ROSA,
    SOFIA,
    STORY,
    YES,
    case_of,
    new_case,
    offered,
    rows,
    stored,
    tell,
)


def _mails(store: Store) -> list[tuple[str, int | None]]:
    return [(row["kind"], row["recipient"]) for row in rows(store, outbox_table)]


def _held(store: Store) -> set[str]:
    """Name the secrets that are left, each with its key."""
    sealed = {row["secret"] for row in rows(store, case_secrets)}
    assert sealed == {row["secret"] for row in rows(store, case_keys)}
    return sealed


def _settle(tx: Tx, case_id: int) -> None:
    """Let every mail to the requester have gone out."""
    for row in outbox.queued(tx, NOW, 100, (Role.REQUESTER,)):
        outbox.claim(tx, row.id, NOW)
        outbox.finish(tx, row.id, RowState.SENT, "success", NOW)
    cases.let_go(tx, case_id)


class TestTakenIn:
    """`take_in`, `load` and the secrets."""

    def test_comes_back_as_it_was(self, store: Store) -> None:
        """Rosa's case, what it asks for, who she is and what she wrote: nothing is lost."""
        with store.write() as tx:
            case_id = new_case(tx)
        with store.read() as tx:
            found = stored(tx, case_id)
            assert found.id == case_id
            assert found.asked == ASKED
            assert found.due_at == next_due(found.case, POLICY) == NOW + 48 * HOUR
            assert cases.identity_of(tx, case_id) == ROSA
            assert cases.story_of(tx, case_id) == STORY
            assert cases.load_ref(tx, "K7QF9M2D") == found
            assert cases.ref_taken(tx, "K7QF9M2D")
            assert cases.happenings(tx, case_id) == [(NOW, "Received")]
        assert _mails(store) == [("receipt", None)]

    def test_is_not_found_under_another_number(self, store: Store) -> None:
        """An unknown case is none, whatever is asked about it."""
        with store.write() as tx:
            assert cases.load(tx, 77) is None
            assert cases.load_ref(tx, "AAAAAAAA") is None
            assert not cases.ref_taken(tx, "AAAAAAAA")
            assert cases.identity_of(tx, 77) is None
            assert cases.story_of(tx, 77) is None
            assert cases.happened(tx, 77, YES, now=NOW, policy=POLICY) is None

    def test_is_counted_for_its_account_while_it_is_open(self, store: Store) -> None:
        """Rosa has one open request, Sofia none; once closed it does not count."""
        with store.write() as tx:
            case_id = new_case(tx)
            assert cases.open_cases_of(tx, ROSA.user_id) == 1
            assert cases.open_cases_of(tx, SOFIA.user_id) == 0
            tell(tx, case_id, on.Closed(on.Side.COORDINATOR))
            assert cases.open_cases_of(tx, ROSA.user_id) == 0

    def test_waits_in_line(self, store: Store) -> None:
        """Who has waited longest is looked for first, also across many cases with offers."""
        with store.write() as tx:
            late = new_case(tx, "AAAAAAAA", now=NOW + HOUR)
            early = new_case(tx, "BBBBBBBB", SOFIA)
            tell(tx, late, *offered(ANA))
        with store.read() as tx:
            assert [found.id for found in cases.load_where(tx)] == [early, late]
            assert [found.id for found in cases.load_where(tx, limit=1)] == [early]
            assert cases.load_where(tx)[1].case.offer_to(ANA) is not None


class TestHappened:
    """`happened`: the only way a case changes."""

    def test_is_the_same_after_loading_at_every_step(self, store: Store) -> None:
        """What is saved is what the case became: state, offers and every time, to the second."""
        with store.write() as tx:
            case_id = new_case(tx)
        life: list[on.Event] = [
            *offered(ANA, BORIS),
            on.Declined(BORIS),
            on.Looked((), possible=True, again_at=NOW + HOUR),
            YES,
            on.Taken(ANA),
            on.MoreTime(ANA),
            on.Contacted(),
            on.TimePassed(),
            on.HandedBack(ANA),
            *offered(CHIDI),
            on.Accepted(CHIDI, has_room=True),
            on.TimePassed(),
            on.Closed(on.Side.SUPPORTER),
        ]
        now = NOW
        for event in life:
            now += 13 * HOUR
            with store.write() as tx:
                step = tell(tx, case_id, event, now=now)
                after = stored(tx, case_id)
            if after.case.open:
                assert after.case == step.case
            else:  # nothing in the open says any more who had it
                assert after.case == replace(step.case, supporter=None, offers=())
            assert after.due_at == next_due(step.case, POLICY)
        assert after.case.outcome is Outcome.HELPED
        with store.read() as tx:
            told = [name for _, name in cases.happenings(tx, case_id)]
        assert told[:3] == ["Received", "Looked", "OfferSent"]
        assert told[-1] == "Closed"

    def test_carries_the_effects_out(self, store: Store) -> None:
        """Ana says yes: Boris's link dies with hers, Rosa has met her, the mails are queued."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA, BORIS))
            for token, supporter in (("ana", ANA), ("boris", BORIS)):
                links.put(
                    tx,
                    token_digest(token),
                    Door.OFFER,
                    case_id,
                    supporter=supporter,
                    now=NOW,
                    expires_at=None,
                )
            tell(tx, case_id, YES)
        with store.read() as tx:
            for token in ("ana", "boris"):
                link = links.find(tx, token, Door.OFFER, NOW)
                assert link is not None
                assert link.ended
            assert marks.has_met(tx, ROSA.user_id, NOW) == 1
        assert _mails(store) == [
            ("receipt", None),
            ("offer", ANA),
            ("offer", BORIS),
            ("case-link", ANA),
            ("accepted", None),
        ]

    def test_says_nothing_changed_when_nothing_did(self, store: Store) -> None:
        """A second press of Boris's is answered, and leaves no trace."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA, BORIS), YES)
            before = cases.happenings(tx, case_id)
            step = tell(tx, case_id, on.Accepted(BORIS, has_room=True))
            assert step.answer is Answer.TOO_LATE
            assert cases.happenings(tx, case_id) == before
        assert case_of(store, case_id) == step.case

    def test_lets_the_story_go_in_time(self, store: Store) -> None:
        """Three days after the first word the message and its key are gone; her name is not."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES, on.Contacted())
        assert _held(store) == {"identity", "story"}
        with store.write() as tx:
            tell(tx, case_id, on.TimePassed(), now=NOW + 72 * HOUR)
            assert cases.story_of(tx, case_id) is None
            assert cases.identity_of(tx, case_id) == ROSA
        assert _held(store) == {"identity"}


class TestClosed:
    """What is left of a closed case."""

    def test_keeps_the_name_until_the_last_mail_went(self, store: Store) -> None:
        """Rosa has to be told of the end, so who she is goes only when that mail has an outcome."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES, on.Closed(on.Side.SUPPORTER))
            cases.let_go(tx, case_id)
        assert _held(store) == {"identity", "pair"}
        with store.write() as tx:
            row = next(
                row for row in outbox.queued(tx, NOW, 100) if row.kind is MailKind.ENDED_REQUESTER
            )
            outbox.claim(tx, row.id, NOW)
            cases.let_go(tx, case_id)
            assert cases.identity_of(tx, case_id) == ROSA, "it may have to be posted again"
            _settle(tx, case_id)
            assert cases.identity_of(tx, case_id) == ROSA
            outbox.finish(tx, row.id, RowState.FAILED, "not-emailable", NOW)
            cases.let_go(tx, case_id)
            assert cases.identity_of(tx, case_id) is None
        assert _held(store) == {"pair"}

    def test_lets_the_name_go_at_once_when_nobody_has_to_be_told(self, store: Store) -> None:
        """Rosa wanted no mail: with the case her name goes, and the mark of her account."""
        with store.write() as tx:
            case_id = new_case(tx, notify=False)
            tell(tx, case_id, on.Closed(on.Side.COORDINATOR))
        assert _held(store) == set()
        with store.read() as tx:
            assert cases.open_cases_of(tx, ROSA.user_id) == 0

    def test_lets_all_go_at_once_when_withdrawn(self, store: Store) -> None:
        """Rosa takes it back while mails to her still wait: they wait in vain."""
        with store.write() as tx:
            case_id = new_case(tx)
            tell(tx, case_id, *offered(ANA), YES, on.Withdrawn())
        assert _held(store) == set()
        assert case_of(store, case_id).outcome is Outcome.WITHDRAWN

    def test_leaves_an_open_case_alone(self, store: Store) -> None:
        """`let_go` is no way to lose who asked while the case goes on."""
        with store.write() as tx:
            case_id = new_case(tx, notify=False)
            cases.let_go(tx, case_id)
        assert _held(store) == {"identity", "story"}


class TestLeave:
    """A supporter is no longer there."""

    def test_gives_cases_and_offers_back(self, store: Store) -> None:
        """Ana leaves: her case waits again, her offer goes to somebody else, the rest stays."""
        with store.write() as tx:
            hers = new_case(tx, "AAAAAAAA")
            tell(tx, hers, *offered(ANA), YES)
            asked = new_case(tx, "BBBBBBBB", SOFIA)
            tell(tx, asked, *offered(ANA, BORIS))
            over = new_case(tx, "CCCCCCCC", SOFIA)
            tell(tx, over, *offered(ANA), YES, on.Closed(on.Side.SUPPORTER))
            not_hers = new_case(tx, "DDDDDDDD", SOFIA)
            tell(tx, not_hers, *offered(CHIDI))
            others = [case_of_tx(tx, over), case_of_tx(tx, not_hers)]
            assert cases.leave(tx, ANA, now=NOW + DAY, policy=POLICY) == 2
            assert [case_of_tx(tx, over), case_of_tx(tx, not_hers)] == others
            assert cases.leave(tx, ANA, now=NOW + DAY, policy=POLICY) == 0
        assert case_of(store, hers).state is State.WAITING
        assert case_of(store, hers).offers[0].state is OfferState.HANDED_BACK
        asked_now = case_of(store, asked)
        assert asked_now.state is State.OFFERED
        assert [offer.supporter for offer in asked_now.live_offers] == [BORIS]


def case_of_tx(tx: Tx, case_id: int) -> object:
    """Load the case alone."""
    return stored(tx, case_id).case


@pytest.mark.parametrize("days", [1, 5])
def test_case_is_due_by_the_policy_of_the_day(store: Store, days: int) -> None:
    """A policy that was changed meanwhile holds from the next event on."""
    policy = Policy(give_up_after_days=days, nobody_yet_after_hours=720)
    with store.write() as tx:
        case_id = new_case(tx)
        tell(tx, case_id, *offered(ANA), on.Declined(ANA), policy=policy)
        assert stored(tx, case_id).due_at == NOW + timedelta(days=days)
