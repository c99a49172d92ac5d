"""The moved clock: a year of cases, each led by the casework itself, people drawn by chance.

What happens to a case is `casework.case.advance`, who is asked is `casework.matching.rank`, how is
`casework.looking`: nothing of them is repeated here.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from bot.casework import events as on
from bot.casework import looking
from bot.casework.acts import Answer
from bot.casework.case import advance, next_due, receive
from bot.casework.effects import Mail, MailKind
from bot.casework.limits import LimitPolicy
from bot.casework.matching import Candidates, MatchingPolicy, RosterIndex, has_room, rank
from bot.casework.roster import Supporter
from bot.casework.states import Case, CasePolicy, Outcome, State
from bot.planning.assumptions import Assumptions
from bot.planning.chance import Chance
from bot.planning.hands import EverybodysHands
from bot.planning.people import Asking, draw, when_awake

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; which one does not matter, but for the changes of clocks."""
_A_MAIL = timedelta(minutes=1)
"""From choosing a supporter until their mail is out."""


class PlanningPolicy(CasePolicy, MatchingPolicy, LimitPolicy, Protocol):
    """The figures of the configuration's `policy` that planning needs."""


@dataclass
class Fate:
    """One request, as far as it has come: what is counted in the end."""

    asking: Asking
    case: Case
    met: int = 0
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    asked: list[tuple[datetime, int]] = field(default_factory=list)
    yes_in_vain: int = 0

    @property
    def language(self) -> str:
        """The best language of whoever asked."""
        return self.asking.wish.languages[0]

    @property
    def outcome(self) -> Outcome | None:
        """How it ended."""
        return self.case.outcome


@dataclass
class Year:
    """Everything between the first request and the end of the last case."""

    roster: Sequence[Supporter]
    assumed: Assumptions
    policy: PlanningPolicy
    chance: Chance
    fates: list[Fate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._index = RosterIndex(self.roster)
        self._by_id = {one.user_id: one for one in self.roster}
        self._hands = EverybodysHands()
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._numbers = itertools.count()

    def run(self, requests: Sequence[Asking]) -> Iterator[int]:
        """Let everything happen in its order; yields the number of each week that is over."""
        for asking in requests:
            self._at(asking.at, partial(self._received, asking))
        week = 0
        while self._agenda:
            now, _, happens = heapq.heappop(self._agenda)
            happens(now)
            if (past := (now - BEGINS) // timedelta(weeks=1)) != week:
                week = past
                yield week

    def _at(self, moment: datetime, happens: Callable[[datetime], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), happens))

    # --- the case ---------------------------------------------------------------------------

    def _received(self, asking: Asking, now: datetime) -> None:
        fate = Fate(asking, receive(f"{len(self.fates):08}", notify=True, now=now).case)
        self.fates.append(fate)
        if self.assumed.withdraws_a_day:
            patience = timedelta(days=self.chance.expovariate(self.assumed.withdraws_a_day))
            self._at(now + patience, lambda then: self._loses_patience(fate, then))
        self._follow(fate, None)

    def _tell(self, fate: Fate, event: on.Event, now: datetime) -> Answer:
        """Tell a case what happened, and let people act on the mails that follow from it."""
        before = fate.case
        step = advance(before, event, now, self.policy)
        fate.case = step.case
        self._hands.moved(before, step.case)
        for effect in step.effects:
            if isinstance(effect, Mail) and effect.supporter is not None:
                self._mailed(fate, effect, effect.supporter, now)
        if fate.case.contacted_at is not None and fate.contacted_at is None:
            fate.contacted_at = fate.case.contacted_at
        self._follow(fate, before)
        return step.answer

    def _follow(self, fate: Fate, before: Case | None) -> None:
        """Put the case's next look and its next deadline on the agenda, where they changed."""
        case = fate.case
        if case.look_at is not None and (before is None or before.look_at != case.look_at):
            self._at(case.look_at, lambda now: self._look(fate, now))
        due = next_due(case, self.policy)
        if due is not None and (before is None or next_due(before, self.policy) != due):
            self._at(due, lambda now: self._is_due(fate, now))

    def _is_due(self, fate: Fate, now: datetime) -> None:
        due = next_due(fate.case, self.policy)
        if due is not None and due <= now:
            self._tell(fate, on.TimePassed(), now)

    def _look(self, fate: Fate, now: datetime) -> None:
        case = fate.case
        if case.look_at is None or case.look_at > now:
            return
        may_meet = fate.met < self.policy.supporters_one_requester_may_meet
        wish = replace(fate.asking.wish, may_meet_another=may_meet)
        loads = looking.not_again(self._hands.loads(now), [one.supporter for one in case.offers])
        candidates = Candidates(self._index, loads)
        ranking = rank(wish, candidates, now, self.policy, self.chance.random)
        wanted = looking.wanted(case, self.policy)
        event = looking.looked(
            case,
            ranking.best[:wanted],
            now,
            self.policy,
            possible=ranking.possible,
            more=len(ranking.best) > wanted,
        )
        self._tell(fate, event, now)

    # --- people -----------------------------------------------------------------------------

    def _mailed(self, fate: Fate, mail: Mail, supporter: int, now: datetime) -> None:
        match mail.kind:
            case MailKind.OFFER:
                out = max(mail.not_before or now, now) + _A_MAIL
                self._at(out, lambda then: self._asked(fate, supporter, then))
            case MailKind.OFFER_REMINDER:
                if self.chance.random() < self.assumed.yes_to_reminder:
                    self._answers(fate, on.Accepted, supporter, now)
            case MailKind.CASE_LINK:
                fate.met += 1
                fate.accepted_at = fate.accepted_at or now
                self._begins(fate, supporter, now)

    def _asked(self, fate: Fate, supporter: int, now: datetime) -> None:
        """Let the mail be out, and whoever it came to answer in their own time, or not."""
        offer = fate.case.offer_to(supporter)
        if offer is None or not offer.live:
            return  # ended before its mail went
        self._tell(fate, on.OfferSent(supporter), now)
        fate.asked.append((now, supporter))
        if self.chance.random() < self.assumed.acceptance:
            self._answers(fate, on.Accepted, supporter, now)
        elif self.chance.random() < self.assumed.declines:
            self._answers(fate, on.Declined, supporter, now)

    def _answers(self, fate: Fate, how: type[on.Event], supporter: int, now: datetime) -> None:
        read = when_awake(self._by_id[supporter], now + draw(self.assumed.answers, self.chance))
        if how is on.Accepted:
            self._at(read, lambda then: self._says_yes(fate, supporter, then))
        else:
            self._at(read, lambda then: self._tell_only(fate, on.Declined(supporter), then))

    def _says_yes(self, fate: Fate, supporter: int, now: datetime) -> None:
        load = self._hands.load(supporter, now)
        room = has_room(self._by_id[supporter], load)
        if self._tell(fate, on.Accepted(supporter, room), now) is Answer.TOO_LATE:
            fate.yes_in_vain += 1

    def _tell_only(self, fate: Fate, event: on.Event, now: datetime) -> None:
        self._tell(fate, event, now)

    def _begins(self, fate: Fate, supporter: int, now: datetime) -> None:
        """Let whoever accepted write, hand the case back, or forget it."""
        drawn = self.chance.random()
        if drawn < self.assumed.never_write:
            return
        delay = draw(self.assumed.first_message, self.chance)
        then = when_awake(self._by_id[supporter], now + delay)
        if drawn < self.assumed.never_write + self.assumed.hand_back:
            self._at(then, lambda at: self._tell_only(fate, on.HandedBack(supporter), at))
        else:
            self._at(then, lambda at: self._writes(fate, supporter, at))

    def _writes(self, fate: Fate, supporter: int, now: datetime) -> None:
        if fate.case.supporter != supporter:
            return  # it went back meanwhile
        self._tell(fate, on.Taken(supporter), now)
        self._tell(fate, on.Wrote(on.Side.SUPPORTER), now)
        lasts = draw(self.assumed.lasts, self.chance)
        self._at(now + lasts, lambda then: self._ends(fate, supporter, then))

    def _ends(self, fate: Fate, supporter: int, now: datetime) -> None:
        if fate.case.state is State.SUPPORTED and fate.case.supporter == supporter:
            self._tell(fate, on.Closed(on.Side.SUPPORTER), now)

    def _loses_patience(self, fate: Fate, now: datetime) -> None:
        if fate.case.state in {State.WAITING, State.OFFERED}:
            self._tell(fate, on.Withdrawn(), now)
