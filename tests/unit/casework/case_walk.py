"""A case walked through time: how the tests of a case's life tell it in few words."""

from datetime import UTC, datetime, timedelta

from bot.casework.case import Answer, Step, advance, receive
from bot.casework.effects import Effect, Mail, MailKind, Role
from bot.casework.events import Accepted, Chosen, Event, Looked, OfferSent, TimePassed
from bot.casework.states import CasePolicy, Offer
from bot.config.model import Policy

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = Policy()
HOUR = timedelta(hours=1)

# Supporters, by user id. Rosa asks; her id is nowhere in a case.
ANA, BORIS, CHIDI, DANA = 1, 2, 3, 4


class Walk:
    """Rosa's case, the clock on the wall, and what the last event brought about."""

    def __init__(self, *, notify: bool = True, policy: CasePolicy = POLICY) -> None:
        self.now = START
        self.policy = policy
        self.more = False  # whether there are others who could be asked
        self._take(receive("K7QF9M2D", notify=notify, now=START))

    def _take(self, step: Step) -> None:
        self.case = step.case
        self.effects: tuple[Effect, ...] = step.effects
        self.answer: Answer = step.answer

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        """Tell the case what happens now, and give the effects of the last event."""
        for event in events:
            self._take(advance(self.case, event, self.now, self.policy))
        return self.effects

    def answer_to(self, event: Event) -> Answer:
        """Tell the case, and give what is said to whoever brought it."""
        self.tell(event)
        return self.answer

    def wait(self, span: timedelta) -> tuple[Effect, ...]:
        """Let time go by and the case's deadlines be kept."""
        self.now += span
        return self.tell(TimePassed())

    def look(
        self, *supporters: int, possible: bool = True, not_before: datetime | None = None
    ) -> tuple[Effect, ...]:
        """Let matching propose these supporters, and none else."""
        chosen = tuple(Chosen(supporter, not_before) for supporter in supporters)
        return self.tell(Looked(chosen, possible, again_at=self.now + HOUR, more=self.more))

    def offer(self, *supporters: int) -> None:
        """Ask these supporters; their mails go out at once."""
        self.look(*supporters)
        self.tell(*(OfferSent(supporter) for supporter in supporters))

    def support(self, supporter: int = ANA) -> None:
        """Let a supporter be asked and say yes."""
        self.offer(supporter)
        self.tell(Accepted(supporter, has_room=True))

    def offer_of(self, supporter: int) -> Offer:
        """Give the offer made to a supporter."""
        offer = self.case.offer_to(supporter)
        assert offer is not None, f"{supporter} was never asked"
        return offer


def to_rosa(kind: MailKind) -> Mail:
    """Give a mail to the requester."""
    return Mail(kind, Role.REQUESTER)


def to(supporter: int, kind: MailKind) -> Mail:
    """Give a mail to a supporter."""
    return Mail(kind, Role.SUPPORTER, supporter)


NEED = Mail(MailKind.NEED, Role.COORDINATORS)
