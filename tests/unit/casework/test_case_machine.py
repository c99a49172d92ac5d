"""What holds of a case whatever happens to it, in whatever order, at whatever time."""

from collections import Counter
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.casework import events as on
from bot.casework.acts import Answer
from bot.casework.case import TABLE, advance, receive
from bot.casework.deadlines import next_due
from bot.casework.effects import (
    Door,
    Effect,
    EndLinks,
    Erase,
    KeepPair,
    Mail,
    MailKind,
    Met,
    Role,
    Secret,
)
from bot.casework.states import OfferState, Outcome, State
from bot.config.model import Policy
from tests.unit.casework.case_walk import START

SUPPORTERS = st.integers(1, 6)
POLICIES = st.builds(
    Policy,
    offers_at_once=st.integers(1, 3),
    answer_within_hours=st.sampled_from([1, 24, 720]),
    remind_after_hours=st.sampled_from([1, 12, 720]),
    nobody_yet_after_hours=st.sampled_from([1, 48, 720]),
    give_up_after_days=st.sampled_from([1, 14, 90]),
    contact_within_hours=st.sampled_from([1, 48, 720]),
    story_hours=st.sampled_from([1, 72, 720]),
    close_silent_case_after_days=st.sampled_from([1, 60, 365]),
)
ROWS = {(row.state, row.event): row for row in TABLE}
_ROLES = {on.Side.REQUESTER: Role.REQUESTER, on.Side.SUPPORTER: Role.SUPPORTER}
# What a requester is told once in a case's life, whatever happens.
ONCE = {MailKind.RECEIPT, MailKind.NOBODY_COULD, MailKind.GAVE_UP}


class CaseLife(RuleBasedStateMachine):
    """One case after the other, among six supporters and all that can happen."""

    @initialize(policy=POLICIES, notify=st.booleans())
    def begin(self, policy: Policy, notify: bool) -> None:
        """Open a case under some policy."""
        self.policy = policy
        self.now = START
        self.gone: set[int] = set()
        self.waits = 1
        self.chosen_by_coordinator = 0
        self.looks: Counter[Role] = Counter()
        self.done: list[Effect] = []
        step = receive("K7QF9M2D", notify=notify, now=self.now)
        self.case = step.case
        self.done += step.effects

    def tell(self, event: on.Event) -> None:
        """Tell the case, and look at the one step it takes."""
        before = self.case
        if isinstance(event, on.ReadAll):
            self.looks[_ROLES.get(event.by, Role.AUTHOR)] += 1
        step = advance(before, event, self.now, self.policy)
        row = ROWS.get((before.state, type(event)))
        if row is None:
            assert step.case is before
            assert step.effects == ()
            assert step.answer is Answer.TOO_LATE
        else:
            assert step.case.state in row.to
        if step.answer is Answer.TOO_LATE:
            assert step.case == before
        if step.answer in {Answer.ALREADY, Answer.TOO_LATE}:
            assert step.effects == (), "what was not done has no effect"
        self.case = step.case
        self.done += step.effects
        if before.supporter is not None and self.case.supporter is None:
            self.looks += Counter(
                {Role.REQUESTER: 1, Role.SUPPORTER: 1}
            )  # the next one begins anew
            self.gone.add(before.supporter)
            self.waits += self.case.open
            assert EndLinks(Door.CASE, before.supporter) in step.effects
            assert Erase(Secret.CONVERSATION, before.supporter) in step.effects

    @precondition(lambda self: not self.case.open)
    @rule(notify=st.booleans())
    def next_request(self, notify: bool) -> None:
        """Begin again with another case, once this one has ended."""
        self.begin(self.policy, notify)

    @rule(named=st.lists(SUPPORTERS, max_size=5), hours=st.integers(0, 30), possible=st.booleans())
    def look(self, named: list[int], hours: int, possible: bool) -> None:
        """Propose supporters, also those who were asked before, and some of them twice."""
        opening = self.now + timedelta(hours=hours)
        chosen = tuple(on.Chosen(supporter, opening) for supporter in named)
        again_at = self.now + timedelta(hours=1)
        self.tell(on.Looked(chosen, possible or bool(named), again_at, more=possible))

    @rule(
        event=st.sampled_from(
            [
                on.OfferSent,
                on.OfferUndeliverable,
                on.Declined,
                on.LinkUndeliverable,
                on.HandedBack,
                on.Taken,
                on.MoreTime,
            ]
        ),
        supporter=SUPPORTERS,
    )
    def of_supporter(self, event: type[on.OfferSent], supporter: int) -> None:
        """Let something happen that is about one supporter, whether they have a part or not."""
        self.tell(event(supporter))

    @rule(supporter=SUPPORTERS, has_room=st.sampled_from([True, True, False]))
    def accept(self, supporter: int, has_room: bool) -> None:
        """Let a supporter say yes; a yes of somebody else's must never undo an earlier one."""
        had, offer = self.case.supporter, self.case.offer_to(supporter)
        could = self.case.state is State.OFFERED and has_room and offer is not None and offer.live
        self.tell(on.Accepted(supporter, has_room))
        assert self.case.supporter == (supporter if could else had)

    @rule(
        event=st.one_of(
            st.sampled_from(
                [on.SomebodyElse(), on.Contacted(), on.NotContacted(), on.SignOfLife()]
            ),
            st.builds(on.Wrote, st.sampled_from(on.Side)),
            st.builds(on.ReadAll, st.sampled_from(on.Side)),
            st.builds(on.Complained, st.sampled_from(on.Side)),
            st.builds(on.Rated, st.booleans()),
            st.just(on.ToldAgain()),
        )
    )
    def of_case(self, event: on.Event) -> None:
        """Let something happen between the two."""
        self.tell(event)

    @rule(supporter=SUPPORTERS, really=st.integers(0, 3))
    def coordinator_chooses(self, supporter: int, really: int) -> None:
        """Have somebody asked, also beyond those who are asked at once."""
        if really == 0:
            self.tell(on.OfferedTo(supporter))
            self.chosen_by_coordinator += 1

    @rule(
        event=st.sampled_from(
            [
                on.Withdrawn(),
                on.Misused(),
                on.Misused(barred=True),
                *(on.Closed(side) for side in on.Side),
            ]
        ),
        really=st.integers(0, 5),
    )
    def end(self, event: on.Event, really: int) -> None:
        """Let somebody end it; seldom, so that cases grow old."""
        if really == 0:
            self.tell(event)
            assert not self.case.open

    @rule(
        span=st.one_of(
            st.timedeltas(timedelta(), timedelta(hours=3)),
            st.timedeltas(timedelta(), timedelta(days=100)),
        )
    )
    def clock_moves_unseen(self, span: timedelta) -> None:
        """Let time go by while the worker is away."""
        self.now += span

    @rule()
    def time_passes(self) -> None:
        """Keep what is due now; afterwards nothing is."""
        self.tell(on.TimePassed())
        due = next_due(self.case, self.policy)
        assert due is None or due > self.now

    @precondition(lambda self: self.case.open)
    @rule()
    def next_deadline_comes(self) -> None:
        """Go to the very moment at which the case is due next: something comes of it."""
        due = next_due(self.case, self.policy)
        assert due is not None
        self.now = max(self.now, due)
        before = self.case
        self.time_passes()
        assert self.case != before

    @invariant()
    def is_in_one_state(self) -> None:
        """State, supporter and offers always tell the same."""
        case, live = self.case, self.case.live_offers
        assert (case.state is State.SUPPORTED) == (case.supporter is not None and case.open)
        assert (case.state is State.OFFERED) == bool(live)
        assert (case.outcome is None) == (case.closed_at is None) == case.open
        assert len(live) <= self.policy.offers_at_once + self.chosen_by_coordinator
        accepted = [o.supporter for o in case.offers if o.state is OfferState.ACCEPTED]
        assert accepted == ([] if case.supporter is None else [case.supporter])
        assert all((offer.ended_at is None) == offer.live for offer in case.offers) or case.open

    @invariant()
    def is_due_while_it_is_open(self) -> None:
        """No open case is forgotten, and no closed one is worked on."""
        assert (next_due(self.case, self.policy) is None) == (not self.case.open)
        if self.case.state in {State.CLOSED, State.SUPPORTED}:
            assert self.case.look_at is None
        if self.case.state is State.WAITING:
            assert self.case.look_at is not None

    @invariant()
    def asks_nobody_twice(self) -> None:
        """One offer, one reminder and one link for each supporter, and none after parting."""
        asked = [offer.supporter for offer in self.case.offers]
        assert len(set(asked)) == len(asked)
        mails = Counter(
            (mail.kind, mail.supporter) for mail in self.mails() if mail.to is Role.SUPPORTER
        )
        for kind in (MailKind.OFFER, MailKind.OFFER_REMINDER, MailKind.CASE_LINK):
            assert all(mails[kind, supporter] <= 1 for supporter in range(1, 7))
        assert {o.supporter for o in self.case.live_offers}.isdisjoint(self.gone)
        assert self.case.supporter not in self.gone or not self.case.open
        met = [effect.supporter for effect in self.done if isinstance(effect, Met)]
        assert len(set(met)) == len(met)

    @invariant()
    def lets_go_in_the_end(self) -> None:
        """Leave no story, no conversation and no open door of a closed case."""
        if not self.case.open:
            assert self.case.story_gone
            assert {Erase(Secret.STORY), Erase(Secret.CONVERSATION)} <= set(self.done)
            assert {EndLinks(Door.OFFER), EndLinks(Door.CASE)} <= set(self.done)
            at_once = self.case.outcome in {Outcome.WITHDRAWN, Outcome.MISUSE}
            assert (EndLinks(Door.STATUS) in self.done) == at_once
            assert self.case.pair_kept == any(isinstance(e, KeepPair) for e in self.done)
            assert not (self.case.pair_kept and at_once)
        elif self.case.story_gone:
            assert Erase(Secret.STORY) in self.done

    @invariant()
    def says_things_once(self) -> None:
        """Bad news come once, "nobody yet" once a wait, and none to who wants no mail."""
        told = Counter(mail.kind for mail in self.mails() if mail.to is Role.REQUESTER)
        assert all(told[kind] <= 1 for kind in ONCE)
        assert self.case.notify or not set(told) - {MailKind.BARRED}
        needs = [mail for mail in self.mails() if mail.kind is MailKind.NEED]
        assert told[MailKind.NOBODY_YET] <= self.waits
        assert len(needs) <= 1 + self.waits

    @invariant()
    def rings_once_until_it_is_read(self) -> None:
        """Nobody is rung twice without having looked in between."""
        rung = Counter(mail.to for mail in self.mails() if mail.kind is MailKind.MESSAGE)
        assert all(rung[role] <= 1 + self.looks[role] for role in rung)

    def mails(self) -> list[Mail]:
        """List every mail of this case."""
        return [effect for effect in self.done if isinstance(effect, Mail)]


CaseLife.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestCaseLife = CaseLife.TestCase
