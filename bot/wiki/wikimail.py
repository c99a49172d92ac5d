"""Wikimail: one post, and what became of it as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.wiki.errors import ApiError, NoAnswerError, WikiDownError, safe_code
from bot.wiki.refused import LogInError

if TYPE_CHECKING:
    from bot.wiki.session import Wiki


@dataclass(frozen=True)
class MailOutcome:
    """What became of one post; `code` is the wiki's own word, safe to keep."""

    code: str


@dataclass(frozen=True)
class Sent(MailOutcome):
    """Delivered to the wiki's mailer; warnings mean delivered too."""


@dataclass(frozen=True)
class NotEmailable(MailOutcome):
    """This account cannot be written to: all that is final, for it is said about the recipient."""


@dataclass(frozen=True)
class Refused(MailOutcome):
    """Nothing was sent, and nothing is said about the recipient: a hook, a captcha, the mailer.

    A code that we do not know is one of these: only what is said about the recipient is final.
    """


@dataclass(frozen=True)
class RateLimited(MailOutcome):
    """Nothing was sent; our account may write again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Blocked(MailOutcome):
    """Nothing was sent and nothing will be: our own account may not send mail."""


@dataclass(frozen=True)
class WikiDown(MailOutcome):
    """Nothing was sent: the wiki was not reached or takes nothing now."""


@dataclass(frozen=True)
class Uncertain(MailOutcome):
    """No answer that can be read: it may have been sent."""


# Of both spellings some occur, by version. `user-mail-no-addy`: the account's address is empty.
_NOT_EMAILABLE = frozenset(
    {
        "noemail",
        "noemailtext",
        "nowikiemail",
        "nowikiemailtext",
        "baduser_target",
        "emailnotarget",
        "notarget",
        "nosuchuser",
        "nosuchusershort",
        "invaliduser",
        "user-mail-no-addy",
    }
)
"""All that is ever said about the recipient."""
_BLOCKED = frozenset(
    {
        "blocked",
        "autoblocked",
        "systemblocked",
        "cantsend",
        "permissiondenied",
        "badaccess-group0",
        "badaccess-groups",
        "usermaildisabled",
        "mailnologin",
        "mustbeloggedin",
        "assertuserfailed",
        "assertnameduserfailed",
    }
)
_A_WHILE = timedelta(hours=1)


def post(wiki: Wiki, target: str, subject: str, text: str, now: datetime) -> MailOutcome:
    """Post one mail, once; the token is at hand before, so that nothing else can go wrong here."""
    try:
        wiki.token()
    except (NoAnswerError, WikiDownError, LogInError) as error:
        return WikiDown(error.code)
    except ApiError as error:
        return _refusal(error, now)
    params = {"action": "emailuser", "target": target, "subject": subject, "text": text}
    try:
        answer = wiki.call_with_token(params)
    except (WikiDownError, LogInError) as error:
        return WikiDown(error.code)  # logged out, it has taken nothing
    except NoAnswerError as error:
        return Uncertain(error.code)
    except ApiError as error:
        return _refusal(error, now)
    match answer.get("emailuser"):
        case {"result": "Success"}:
            return Sent("success")
        case {"result": "Warnings"}:
            return Sent("warnings")
        case {"result": "Failure", **rest}:
            return _failure(rest, now)
    return Uncertain("unknown-result")


def _failure(answer: dict[Any, Any], now: datetime) -> MailOutcome:
    errors = answer.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return _refusal(ApiError(safe_code(errors[0].get("code"))), now)
    return Refused("failure")


def _refusal(error: ApiError, now: datetime) -> MailOutcome:
    if error.code in _NOT_EMAILABLE:
        return NotEmailable(error.code)
    if error.code in _BLOCKED:
        return Blocked(error.code)
    if error.code in {"ratelimited", "actionthrottledtext"}:
        wait = timedelta(seconds=error.retry_after) if error.retry_after else _A_WHILE
        return RateLimited(error.code, now + wait)
    return Refused(error.code)
