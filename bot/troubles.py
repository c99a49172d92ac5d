"""What stands in the way of reaching wiki, store or a file: in words, with the mend."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError

from bot.problems import Problem
from bot.store.mariadb import error_number, refusal
from bot.wiki.errors import ApiError, WikiError
from bot.wiki.refused import WORDS, LogInError

_Words = Mapping[str, tuple[str, str]]

_LATER = "Nothing is lost: try again in a while."
_RIGHTS = "Let the account that runs the bot write this file and the folder that it is in."
_BACKUP = "Look at the disk. If the file is damaged, put the last backup of the store back."
# By the beginning of SQLite's own names: SQLITE_READONLY_DIRECTORY is a case of SQLITE_READONLY.
_STORE: _Words = MappingProxyType(
    {
        "SQLITE_CANTOPEN": ("The store cannot be opened.", _RIGHTS),
        "SQLITE_READONLY": ("The store can be read, but not written.", _RIGHTS),
        "SQLITE_PERM": ("The store cannot be opened.", _RIGHTS),
        "SQLITE_BUSY": (
            "Something else has kept the store locked for too long.",
            "Look which other program has it open, and try again.",
        ),
        "SQLITE_FULL": ("The disk is full.", "Make room on it; nothing is lost meanwhile."),
        "SQLITE_IOERR": ("The disk does not read or write the store as it should.", _BACKUP),
        "SQLITE_CORRUPT": ("The store is damaged.", _BACKUP),
        "SQLITE_NOTADB": (
            "This file is no store.",
            "Look at `database` in the configuration; or put the last backup back.",
        ),
    }
)
_SERVER = (
    "Look whether the server of the database runs, and at its name in `database`; ToolsDB answers "
    "only inside Cloud Services. Nothing is lost: worker and desk go on by themselves once it does."
)
# By the number that the server, or its driver, gives.
_MARIADB: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        2002: ("The database's server is not reached.", _SERVER),
        2003: ("The database's server is not reached.", _SERVER),
        2005: ("The database's server is not reached.", _SERVER),
        2006: ("The database's server has cut the connection.", _SERVER),
        2013: ("The database's server has cut the connection.", _SERVER),
        1040: ("The database's server has too many connections.", _LATER),
        1203: ("The account has too many connections to the database.", _LATER),
        1205: ("Something else has kept the store locked for too long.", _LATER),
        1290: ("The database can be read now, but not written.", _LATER),
        1836: ("The database can be read now, but not written.", _LATER),
        1021: ("The disk of the database's server is full.", "Ask whoever runs the server."),
        1114: ("The disk of the database's server is full.", "Ask whoever runs the server."),
    }
)
_STORE_ELSE = ("The store does not do what it should.", "`peer-support check` looks closer.")
_ADDRESS = (
    "Look whether the wiki that user-config.py names opens in a browser on this machine. If so, "
    "compare the address there with the one of its api.php."
)
_CERTIFICATES = (
    "If a browser says the same, tell whoever runs the wiki. Else renew the certificates that this "
    "machine trusts (`ca-certificates`), or mend REQUESTS_CA_BUNDLE."
)
_WIKI: _Words = MappingProxyType(
    {
        "certificate": ("It shows no certificate that is trusted here.", _CERTIFICATES),
        "certificates-missing": (
            "The file of certificates that are trusted here is not where it should be.",
            _CERTIFICATES,
        ),
        "redirected": ("It sends what is posted on to another address.", _ADDRESS),
        "no-proxy": (
            "The proxy on the way to it lets nothing through.",
            "Look at HTTPS_PROXY and HTTP_PROXY, and ask whoever runs that proxy.",
        ),
        "readonly": ("The wiki takes no changes now.", _LATER),
        "maxlag": ("The wiki's servers are behind with their work.", _LATER),
        "ratelimited": ("The wiki lets this account do no more for now.", _LATER),
        "blocked": ("The account is blocked.", "Ask the wiki's administrators."),
        "autoblocked": ("The account is blocked.", "Ask the wiki's administrators."),
        "permissiondenied": (
            "The account may not do this.",
            "`peer-support check` says which grant is missing.",
        ),
    }
)


class OutOfReachError(Exception):
    """Wiki or store cannot be reached, or do not answer as they should."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def of_wiki(error: WikiError) -> Problem:
    """Tell what came of a call to the wiki; the code is the wiki's own, or ours."""
    if isinstance(error, LogInError):
        what, mend = WORDS[error.refusal]
        return Problem("log-in", f"{what} ({error.detail})" if error.detail else what, mend)
    if error.code in _WIKI:
        what, mend = _WIKI[error.code]
        return Problem("the wiki", f"{what} ({error.code})", mend)
    if isinstance(error, ApiError):
        what = f"It refuses what was asked of it: {error.code}"
        return Problem("the wiki", what, "`peer-support check` looks closer.")
    what = f"It cannot be reached, or does not answer as a wiki should ({error.code})."
    return Problem("the wiki", what, _ADDRESS)


def of_store(error: DBAPIError, place: str) -> Problem:
    """Tell why the store fails; never with the statement, whose values are not for others."""
    number = error_number(error)
    if number is not None:
        what, mend = _MARIADB.get(number, refusal(error) or _STORE_ELSE)
        return Problem(place, f"{what} ({number})", mend)
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    words = (said for start, said in _STORE.items() if name.startswith(start))
    what, mend = next(words, _STORE_ELSE)
    return Problem(place, f"{what} ({name})" if name else what, mend)


def of_seal(place: str) -> Problem:
    """Tell that something in the store does not open, although the master secret is its own."""
    what = "Something in it does not open: it was sealed under another master secret, or changed."
    return Problem(
        place, what, "Put the last backup of the store back, with the secret of its day."
    )


def of_file(error: OSError) -> Problem:
    """Tell which file or folder the machine does not let us use."""
    return Problem(
        str(error.filename or "this machine"),
        f"{error.strerror or type(error).__name__}.",
        "Look whether this account may read and write there, and whether the disk has room.",
    )
