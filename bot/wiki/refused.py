"""Why a wiki lets an account not in, and how rarely to try again. Pure.

The codes are MediaWiki's own: those of `action=login` and `action=clientlogin`, of CentralAuth and
of the extension OAuth.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.wiki.errors import WikiError, safe_code


@enum.unique
class Refusal(enum.Enum):
    """Why nobody is logged in; the value is what logs and the store know it by."""

    WRONG = "wrong-password"
    THROTTLED = "throttled"
    LOCKED = "locked"
    BLOCKED = "blocked"
    RESET = "reset-needed"
    ELSEWHERE = "not-from-here"
    CONSUMER = "oauth-refused"
    MORE_STEPS = "more-steps"
    FILES = "no-password"
    OTHER = "refused"

    @property
    def ends_by_itself(self) -> bool:
        """Say whether waiting is all that is needed."""
        return self is Refusal.THROTTLED


class LogInError(WikiError):
    """The wiki does not let the account in: until somebody mends that, nothing else works.

    `detail` is the wiki's own code where it gave one.
    """

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(f"log-in-{refusal.value}")
        self.refusal = refusal
        self.detail = safe_code(detail) if detail else ""


_BY_CODE: Mapping[str, Refusal] = MappingProxyType(
    {
        "wrongpassword": Refusal.WRONG,
        "wrongpasswordempty": Refusal.WRONG,
        "nosuchuser": Refusal.WRONG,
        "nosuchusershort": Refusal.WRONG,
        "botpasswords-not-exist": Refusal.WRONG,
        "authmanager-authn-no-primary": Refusal.WRONG,
        "login-throttled": Refusal.THROTTLED,
        "throttled": Refusal.THROTTLED,
        "ratelimited": Refusal.THROTTLED,
        "botpasswords-locked": Refusal.LOCKED,
        "centralauth-error-locked": Refusal.LOCKED,
        "login-userblocked": Refusal.BLOCKED,
        "suspended": Refusal.LOCKED,
        "mwoauth-invalid-authorization-blocked-user": Refusal.BLOCKED,
        "botpasswords-needs-reset": Refusal.RESET,
        "resetpass-expired": Refusal.RESET,
        "resetpass-temp-emailed": Refusal.RESET,
        "botpasswords-restriction-failed": Refusal.ELSEWHERE,
        "mwoauth-invalid-authorization-wrong-wiki": Refusal.ELSEWHERE,
        "api-login-fail-aborted": Refusal.MORE_STEPS,
    }
)
_OF_CONSUMER = "mwoauth-invalid-authorization"
# What others begin with: one extension's codes, or one kind of reason.
_BY_BEGINNING: Mapping[str, Refusal] = MappingProxyType(
    {
        _OF_CONSUMER: Refusal.CONSUMER,
        "resetpassword-": Refusal.RESET,
        "centralauth-login-error-locked": Refusal.LOCKED,
    }
)


def refusal_of(code: str) -> Refusal:
    """Sort the wiki's code for a failed log-in."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    kinds = (kind for start, kind in _BY_BEGINNING.items() if code.startswith(start))
    return next(kinds, Refusal.OTHER)


def is_consumer(code: str) -> bool:
    """Say whether an API error is about the log-in by OAuth, which is judged at each request."""
    return code.startswith(_OF_CONSUMER)  # others are about one module, and end nothing else


_AT_LEAST: Mapping[Refusal, timedelta] = MappingProxyType(
    {Refusal.THROTTLED: timedelta(minutes=5)}  # MediaWiki's own shortest: five tries in that time
)
_FIRST, LONGEST = timedelta(minutes=2), timedelta(minutes=30)
"""MediaWiki also counts 150 tries in two days: one in half an hour never gets there."""


Keyed = Callable[[str], bytes]
"""Makes a hash under a key that does not stand beside it."""


def _not_kept(_said: str) -> bytes:
    return b""


@dataclass
class Patience:
    """When to try a refused log-in again: after minutes, and more of them each time.

    It outlives the process in the store. `mark` tells credentials apart, by a hash under a
    key of the store's: others, as somebody has just written into the password file, are tried at
    once. Without a store (`keyed`) all are alike.
    """

    refusal: Refusal | None = None
    detail: str = ""
    tries: int = 0
    until: datetime | None = None
    mark: str = ""
    keyed: Keyed = field(default=_not_kept, compare=False, repr=False)

    def refused(self, error: LogInError, now: datetime, mark: str) -> None:
        """Note that the wiki did not take these credentials."""
        self.tries = self.tries + 1 if self.refusal is not None and mark == self.mark else 1
        wait = min(_FIRST * 2 ** min(self.tries - 1, 10), LONGEST)
        wait = max(wait, _AT_LEAST.get(error.refusal, wait))
        self.refusal, self.detail, self.until, self.mark = (
            error.refusal,
            error.detail,
            now + wait,
            mark,
        )

    def be_patient(self, now: datetime, mark: str) -> None:
        """Raise what was refused last, as long as it is not yet time to try again."""
        if self.refusal is None or self.until is None or mark != self.mark:
            return
        # A clock that was put back must not make this longer than it ever is.
        if now < self.until <= now + LONGEST:
            raise LogInError(self.refusal, self.detail)

    def done(self) -> None:
        """Note that the account is in."""
        self.refusal, self.detail, self.tries, self.until, self.mark = None, "", 0, None, ""

    def kept(self) -> str:
        """Write it down, empty while all is well."""
        if self.refusal is None or self.until is None:
            return ""
        return json.dumps(
            {
                "refusal": self.refusal.value,
                "detail": self.detail,
                "tries": self.tries,
                "until": self.until.isoformat(),
                "mark": self.mark,
            }
        )

    @staticmethod
    def read(kept: str | None) -> Patience:
        """Read what was written down; what another release wrote counts as nothing."""
        try:
            said = json.loads(kept or "{}")
            return Patience(
                Refusal(said["refusal"]),
                str(said["detail"]),
                int(said["tries"]),
                datetime.fromisoformat(said["until"]),
                str(said["mark"]),
            )
        except (ValueError, KeyError, TypeError):
            return Patience()


_IN_FILES = (
    "Look at `usernames` and at the password file: a bot password is written "
    "BotPassword('its name', 'its secret'). Special:BotPasswords makes a new one."
)
WORDS: Mapping[Refusal, tuple[str, str]] = MappingProxyType(
    {
        Refusal.WRONG: ("The wiki does not take this account and password.", _IN_FILES),
        Refusal.THROTTLED: (
            (
                "The wiki takes no log-in of this account for some minutes, after too many that "
                "failed; whether the password is right it does not say."
            ),
            (
                "Wait five minutes and try again. If a password was replaced, write the new one "
                "into the password file first; a running worker then goes on by itself."
            ),
        ),
        Refusal.LOCKED: (
            "The account is locked or may not log in.",
            (
                "Ask a steward, or the wiki's administrators, why. A running worker goes on by "
                "itself once the account is let in again."
            ),
        ),
        Refusal.BLOCKED: (
            "The account is blocked or locked, and the wiki does not let it in while it is.",
            (
                "Ask the wiki's administrators why, or a steward. A running worker goes on by "
                "itself once that is over."
            ),
        ),
        Refusal.RESET: (
            "The wiki wants the password of this account to be set anew.",
            "Make a new one on Special:BotPasswords, and write it into the password file.",
        ),
        Refusal.ELSEWHERE: (
            "This log-in may not be used from this machine, or not on this wiki.",
            (
                "Look at the allowed IP ranges of the bot password (Special:BotPasswords), or at "
                "the wiki and the addresses of the OAuth consumer."
            ),
        ),
        Refusal.CONSUMER: (
            "The wiki does not take this OAuth consumer.",
            (
                "Look at `authenticate` in user-config.py: its key is the host of the wiki, with "
                "the port where there is one, and its four values are those that the wiki showed. "
                "Special:OAuthListConsumers says whether the consumer is approved; an account that "
                "it was made for must be the one in `usernames`. A clock that is minutes wrong "
                "makes signatures wrong, too."
            ),
        ),
        Refusal.MORE_STEPS: (
            "The wiki asks this account for more than a password.",
            "Use a bot password (Special:BotPasswords), which needs no second step.",
        ),
        Refusal.FILES: (
            "The log-in of this account cannot be read from user-config.py and its password file.",
            "`peer-support check` says what is wrong with them.",
        ),
        Refusal.OTHER: (
            "The wiki does not let this account log in.",
            "Log in on the wiki with this account, and see what it says.",
        ),
    }
)
"""For each refusal what it means, and the mend."""
