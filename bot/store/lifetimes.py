"""How long what is stored stays, at worst: what the purge keeps to, and docs/data.md says."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Config

DAY = 24
ROUND = 1
"""Hours until the purge comes round, which is once an hour while the worker runs."""
WINDOW_HOURS = 60
GRACE_HOURS = 2
OUTBOX_DAYS = 30
OFFER_DAYS = 31
"""So long it is known when somebody was asked last."""
SIGN_IN_HOURS = 24
ACCOUNT_LINK_HOURS = 48
LONGEST_MARK_DAYS = 365
TALLY_DAYS = 365
LONGEST_QUARTER_DAYS = 92


@dataclass(frozen=True)
class End:
    """When a field goes: the event in words, and how many hours after it at worst.

    `hours` is None where nothing ends it but what the words say.
    """

    goes: str
    counted_from: str = ""
    hours: Callable[[Config], int] | None = None


class Ends(enum.Enum):
    """Every way in which a stored field comes to its end."""

    NETWORK = End("stays as long as the network; wind-down erases it")
    PAGE_KEY = End(
        "is destroyed once its time is over and all that was sealed to it has been read",
        "the key is made",
        lambda config: config.retention.page_key_hours + GRACE_HOURS,
    )
    REVISION = End(
        "goes after the window in which an older revision can come back; the newest one stays",
        "the revision is saved",
        lambda _: WINDOW_HOURS + ROUND,
    )
    MESSAGE = End(
        "goes with the closed cases of its day, and not before its key is destroyed",
        "the message is read",
        lambda config: max(config.retention.closed_case_days * DAY, WINDOW_HOURS) + ROUND,
    )
    STORY = End(
        "goes a while after the first contact, or at once when the case closes",
        "the first contact",
        lambda config: config.policy.story_hours,
    )
    CLOSING = End("goes when the case closes", "the case closes", lambda _: 0)
    IDENTITY = End(
        "goes when the case closes, with the last mail to them; at once when withdrawn",
        "the case closes",
        lambda config: config.retention.closed_case_days * DAY + ROUND,
    )
    CASE_ROW = End(
        "goes some weeks after the case closed",
        "the case closes",
        lambda config: config.retention.closed_case_days * DAY + ROUND,
    )
    PAIR = End(
        "goes when the time for complaints is over; never kept when withdrawn",
        "the case closes",
        lambda config: config.retention.complaint_days * DAY + ROUND,
    )
    UNDECIDED = End("goes when a coordinator decides")
    COMPLAINT = End(
        "goes some weeks after a coordinator decided",
        "the decision",
        lambda config: config.retention.complaint_days * DAY + ROUND,
    )
    OFFER = End(
        "goes after the time in which limits count it; with no case named once the case is closed",
        "the offer ends",
        lambda config: max(OFFER_DAYS, config.policy.cool_down_days) * DAY + ROUND,
    )
    MAIL = End("goes a month after its outcome", "its outcome", lambda _: OUTBOX_DAYS * DAY + ROUND)
    LINK = End(
        "goes when it expires; a requester's own when the time for complaints is over",
        "the case closes",
        lambda config: config.retention.complaint_days * DAY + ROUND,
    )
    SIGN_IN = End(
        "goes when the worker has looked the account up",
        "the form is sent",
        lambda _: SIGN_IN_HOURS + ROUND,
    )
    ACCOUNT_LINK = End(
        "goes when it expires, or is used up", "the mail", lambda _: ACCOUNT_LINK_HOURS + ROUND
    )
    MARK = End(
        "goes when its limit does: a request after 31 days, a daily limit after one, whom one has "
        "met and a bar after a year",
        "it is made",
        lambda _: LONGEST_MARK_DAYS * DAY + ROUND,
    )
    TALLY = End(
        "goes when its quarter is told, or some time after its end",
        "the end of the quarter",
        lambda _: (TALLY_DAYS + LONGEST_QUARTER_DAYS) * DAY + ROUND,
    )
    SUPPORTER = End("goes when they leave, or are removed or declined")

    @property
    def end(self) -> End:
        """Give what the name stands for."""
        value: End = self.value
        return value

    def worst_hours(self, config: Config) -> int | None:
        """Give the hours after the event at worst, while the worker runs."""
        return None if self.end.hours is None else self.end.hours(config)


def silent_hours(config: Config) -> int:
    """Give the hours after which an open case has closed by itself, when nobody does anything."""
    policy = config.policy
    # Accepted, nudged, given back, looked for again; or in contact, and then silence.
    looking = policy.give_up_after_days * DAY + 2 * policy.contact_within_hours
    return max(looking, policy.close_silent_case_after_days * DAY)
