"""What operators and coordinators have to hear of, judged from signs alone."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta


@enum.unique
class Alarm(enum.Enum):
    """Everything that alarms; coordinators are mailed of it but where another mail says so."""

    WIKI_AWAY = "wiki-away"  # the wiki has not answered for some minutes
    LOG_IN = "log-in"  # the wiki does not let the bot's account in
    NOT_READ = "not-read"  # the intake page was not read to its end for ten minutes
    KEY_OLD = "key-old"  # no new page key came
    PAST_DUE = "past-due"  # a case was not followed up
    OUTBOX_STUCK = "outbox-stuck"  # mail may go, and does not
    MAIL_REFUSED = "mail-refused"  # the wiki takes no mail, whomever it is for
    SET_ASIDE = "set-aside"  # something went wrong with one of many, and is tried again
    BUDGET_SHORT = "budget-short"
    COMPLAINT = "complaint-undecided"
    GADGET_DIFFERS = "gadget-differs"

    @property
    def mailed(self) -> bool:
        """Return whether coordinators are mailed of it.

        The watch over the pages writes a mail of its own. That the wiki is away, or lets the bot
        not in, could only be mailed once that is over: it is the operator's, and `NOT_READ` is
        told if it lasts.
        """
        return self not in {Alarm.GADGET_DIFFERS, Alarm.LOG_IN, Alarm.WIKI_AWAY}


AWAY_FOR = timedelta(minutes=3)
NOT_READ_FOR = timedelta(minutes=10)
KEY_AGE = timedelta(hours=25)
"""A new key comes once a day, in a round of the hour after that."""
PAST_DUE_FOR = timedelta(hours=1)
STUCK_FOR = timedelta(hours=1)
REFUSED_FOR = timedelta(minutes=5)
UNDECIDED_FOR = timedelta(days=2)
SHORT, ENOUGH = 10, 4
"""The budget is short at a tenth of a day's mails, and no longer so with a quarter of them."""


@dataclass(frozen=True)
class Signs:
    """What can be seen of a network at one moment; a time is None where there is nothing.

    `due_since` is the earliest time that an open case was due, `mail_waits_since` the earliest that
    a mail could have gone, `complaint_since` when the oldest undecided complaint was made,
    `mail_refused_since` since when the wiki takes no mail, whomever it is for. A paused network
    acts on no case and mails little, so neither counts then.
    """

    paused: bool
    wiki_away_since: datetime | None
    read_at: datetime | None
    key_made_at: datetime | None
    due_since: datetime | None
    mail_waits_since: datetime | None
    mails_left: int
    mails_a_day: int
    complaint_since: datetime | None
    gadget_differs: bool
    mail_refused_since: datetime | None = None
    set_aside: bool = False
    shut_out: bool = False


def standing(signs: Signs, before: frozenset[Alarm], now: datetime) -> frozenset[Alarm]:
    """Say which alarms stand now; what stood before is kept where it would flicker."""

    def longer(since: datetime | None, than: timedelta) -> bool:
        return since is not None and now - since > than

    bound = ENOUGH if Alarm.BUDGET_SHORT in before else SHORT
    short = signs.mails_left * bound < signs.mails_a_day
    stands = {
        Alarm.WIKI_AWAY: longer(signs.wiki_away_since, AWAY_FOR),
        Alarm.LOG_IN: signs.shut_out,
        Alarm.NOT_READ: longer(signs.read_at, NOT_READ_FOR),
        Alarm.KEY_OLD: longer(signs.key_made_at, KEY_AGE),
        Alarm.PAST_DUE: not signs.paused and longer(signs.due_since, PAST_DUE_FOR),
        Alarm.OUTBOX_STUCK: not signs.paused
        and signs.mails_left > 0
        and longer(signs.mail_waits_since, STUCK_FOR),
        Alarm.MAIL_REFUSED: longer(signs.mail_refused_since, REFUSED_FOR),
        Alarm.SET_ASIDE: signs.set_aside,
        Alarm.BUDGET_SHORT: short,
        Alarm.COMPLAINT: longer(signs.complaint_since, UNDECIDED_FOR),
        Alarm.GADGET_DIFFERS: signs.gadget_differs,
    }
    return frozenset(alarm for alarm, now_so in stands.items() if now_so)


@dataclass(frozen=True)
class News:
    """An alarm that has begun, or is over."""

    alarm: Alarm
    over: bool

    @property
    def code(self) -> str:
        """Write it in one word."""
        return f"{self.alarm.value}-over" if self.over else self.alarm.value


def news(before: frozenset[Alarm], after: frozenset[Alarm]) -> list[News]:
    """Say what is to be told, each once when it begins and once when it is over."""
    begun = [News(alarm, over=False) for alarm in Alarm if alarm in after - before]
    return begun + [News(alarm, over=True) for alarm in Alarm if alarm in before - after]
