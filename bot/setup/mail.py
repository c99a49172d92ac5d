"""What is said of what came of the one mail that `setup` offers to send."""

from __future__ import annotations

from bot.checks.check import Check, Verdict
from bot.wiki.wikimail import (
    Blocked,
    MailOutcome,
    NotEmailable,
    RateLimited,
    Sent,
    Uncertain,
    WikiDown,
)

NAME = "mail"
_ACCOUNT = "What is said of the account above, above all its address and its grants, is why."


def told(name: str, outcome: MailOutcome) -> Check:
    """Say what became of it."""
    match outcome:
        case Sent():
            found = f"the wiki took it; look whether it comes to {name}"
            return Check(NAME, Verdict.PASSED, found)
        case Uncertain():
            found = f"no answer came ({outcome.code}): it may be on its way to {name}"
            mend = "Look whether it comes before you send another."
            return Check(NAME, Verdict.OUT_OF_REACH, found, mend)
        case WikiDown():
            found = f"not sent: the wiki took nothing ({outcome.code})"
            return Check(NAME, Verdict.OUT_OF_REACH, found, "Try again in a while.")
        case NotEmailable():
            found = f"not sent: {name} cannot be written to ({outcome.code})"
            mend = (
                "They confirm an address and allow mail on Special:Preferences; an account may "
                "also have muted the bot."
            )
            return Check(NAME, Verdict.FAILED, found, mend)
        case RateLimited():
            found = f"not sent: the wiki lets this account send no more now ({outcome.code})"
            mend = "Ask for the bot flag, or for the right noratelimit; or wait."
            return Check(NAME, Verdict.FAILED, found, mend)
        case Blocked():
            found = f"not sent: the account may not send mail ({outcome.code})"
            return Check(NAME, Verdict.FAILED, found, _ACCOUNT)
    found = f"not sent: the wiki refused it ({outcome.code})"
    return Check(NAME, Verdict.FAILED, found, "Ask the wiki's administrators about this code.")
